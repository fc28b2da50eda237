"""Words that carry no meaning in a question, and words of the trade that mean the same."""

from __future__ import annotations

_EMPTY = """
a an and are as at be but by for from had has have he her his i if in into is it its me my nor of on or
our she so than that the their them then there these they this those to was we were with you your
"""
_ASKING = """
about again all also am any anybody anyone anything aren because been before being between both can
could did didn do does doesn doing don done during each else ever every few get gets getting give go
goes going got him himself how however isn just know let like ll made make makes many may maybe might
mine more most much must no not now off one only other ours out over please put re really remember
remind said same say says see shall should show since some somebody someone something still such tell
thing things think too up upon us use used uses using ve very want wanted wants wasn way ways well went
what whatever when where whether which while who whom whose why will within without won would yes yet
yours
"""
# One group a line.
_TRADE = """
db database databases
k8s kubernetes
auth authentication authenticate login signin
authz authorization permission permissions
repo repository
config configuration settings setting configure
env environment
prod production
dev development
js javascript
ts typescript
py python
pg postgres postgresql psql
deps dependencies dependency
docs documentation
perf performance
err error exception
msg message
dir directory folder
lib library package
pkg package
infra infrastructure
impl implementation implement
param parameter argument
func function
var variable
img image
spec specification
async asynchronous
i18n internationalization localization
a11y accessibility
o11y observability monitoring
pw pwd password
creds credentials credential
tz timezone
ui frontend interface
be backend server
mr pr pullrequest
fs filesystem
vm virtualmachine
regex regexp
remove delete drop
choose chose pick picked select decided decide decision
bug defect issue problem
crash fail failure broken
slow latency performance
fast quick speed
fix repair solve solved solution workaround
begin start launch
stop halt quit
test testing tests
deploy deployment release ship rollout
schedule cron job
cache caching cached
buy purchase
big large huge
owner responsible maintainer
person contact people
meeting standup sync
replace switch migrate migration swap
limit maximum cap quota
reason rationale because
"""

UNINDEXED = frozenset(_EMPTY.split())
"""Words that no memory is found by. Few, so that names and abbreviations are not among them."""

QUESTION = UNINDEXED | frozenset(_ASKING.split())
"""Words dropped from a question: measured as the largest single gain."""

SYNONYMS: dict[str, tuple[str, ...]] = {}
"""Word of the trade → others that mean the same, both as written."""
for _group in _TRADE.strip().splitlines():
    for _word in _group.split():
        SYNONYMS[_word] = (*SYNONYMS.get(_word, ()), *(w for w in _group.split() if w != _word))
