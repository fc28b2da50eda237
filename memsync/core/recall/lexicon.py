"""Words of the trade that say the same: abbreviations, and what one person calls a thing and another calls otherwise.

Written down from what developers say, area by area, and not from any question of the benchmark; docs/recall.md has what it
brings on questions that were held out. A word may stand in several lines. Forms of a word need no line: stems meet.
"""

from __future__ import annotations

from functools import lru_cache

from memsync.core.recall.stem import stem

# Where the first word of a line is an abbreviation, the others are what it stands for and its likes.
_LINES = """
db database databases sql
pg postgres postgresql psql
nosql mongodb document
column field attribute
query select lookup
schema migration
transaction atomic commit
uuid guid ulid identifier
store storage persist save
cache caching redis memcached
consumer subscriber worker listener
producer publisher emitter
event message notification
job task cron schedule nightly batch
import load ingest
export dump extract
backup restore recover recovery snapshot
delete remove drop erase purge
undelete restore undo
archive history
replica copy mirror
shard partition
k8s kubernetes pod pods container containers
vm instance machine server
cloud aws gcp azure
infra infrastructure terraform server servers
prod production live
dev development local laptop
deploy deployment release ship rollout publish
rollback revert undo
ci pipeline build actions
repo repository codebase
branch fork
merge integrate
commit changeset change
pr mr pullrequest pull patch diff
review reviewer approve
version release tag
upgrade update bump migrate
outdated old legacy deprecated stale
replace switch migrate migration swap move
deps dependencies dependency library package
lib library package module
pkg package
format formatting formatter prettier
indent indentation tabs spaces
typescript ts
javascript js node
python py
css style styling stylesheet
ui interface frontend screen
frontend web client browser
backend server api service
service microservice backend services
api endpoint endpoints interface
graphql query resolver
websocket socket realtime
request call
response reply answer
pagination page cursor offset paging
upload attach attachment file
download fetch
fetch load retrieve get
render draw display
form forms input
button control widget
page screen view
dashboard overview panel
debounce throttle delay
throttle limit rate quota
limit maximum cap quota most
timeout deadline expire
retry repeat again backoff
error err exception failure raise throw
raise throw exception
crash fail failure broken die killed
bug defect issue problem fault
fix repair solve solved solution workaround cure
slow latency performance lag
fast quick speed faster performance
perf performance speed optimisation optimization
profile profiling cpu flame
log logs logging output
trace tracing span follow
monitor monitoring observability alert o11y
alert alarm page
incident outage downtime
outage downtime unavailable
sla uptime availability guarantee
lock deadlock blocked stuck waiting
auth authentication authenticate login signin
login signin signon logged signing
authz authorization permission permissions access
password pw pwd passphrase
creds credentials credential secret
secret credential key
encrypt encryption cipher
cert certificate tls ssl
renew rotate expire expiry
ip address range
domain hostname host
port socket
proxy gateway nginx
customer client user users customers
user person account
account tenant profile
tenant organisation customer
privacy gdpr compliance personal
audit trail log
payment payments charge card billing
provider vendor supplier
bill invoice billing bills
invoice bill invoices
order orders purchase checkout
checkout purchase buy cart
price cost amount
cost spend budget
money currency amount
license licence activation
seed fake sample demo
mail email mails emails
message mail sms notification
i18n internationalization localization translation
tz timezone utc
date day time
meeting standup sync call
team group people
lead leader head owner
owner responsible maintainer expert
contact ask person
customer prospect client
product software app
architecture stack technologies design
technology stack tool
decide choose chose pick picked select decided decide decision settle
reason rationale because why
prefer preference want like
convention style rule guideline rules
naming name called
abbreviation shorten short abbreviate
verbose long short brief
comment docs documentation
docs documentation document doc
spec specification test
test tests testing spec suite
unit integration suite
mock fake stub
flag toggle switch flags
toggle switch flag toggles
config configuration settings setting configure setup
setup set configure install
env dotenv variable variables
var variable
param parameter argument
func function method
impl implementation implement
class type object
loop iterate iteration
condition conditional if branch
async asynchronous
regex regexp
dir directory folder
fs filesystem
img image thumbnail picture
image picture thumbnail resize
big large huge
small tiny little
many several multiple
begin start launch
stop halt quit
schedule cron job
year yearly annual
prompt instruction instructions template
row record
hotfix patch
lint linter
oom memory
accessibility a11y
phone mobile
licence license
permission access
flaky intermittent
env environment
retention retain keep
search find lookup
queue topic
queue broker
feature functionality
"""


def synonyms(term: str) -> tuple[str, ...]:
    """Return the stems of the words that say the same as the word of this stem; none for most words."""
    lines = _lines()
    numbers = sorted({n for word, some in lines.get(term[:3], ()) if stem(word) == term for n in some})
    others = dict.fromkeys(stem(word) for n in numbers for word in _LINE[n])
    others.pop(term, None)
    return tuple(others)


_LINE = [line.split() for line in _LINES.strip().splitlines()]


@lru_cache(maxsize=1)
def _lines() -> dict[str, list[tuple[str, list[int]]]]:
    """Return three letters → words that begin so with the numbers of their lines: so only a few are stemmed for a question."""
    words: dict[str, list[int]] = {}
    for number, line in enumerate(_LINE):
        for word in line:
            words.setdefault(word, []).append(number)
    found: dict[str, list[tuple[str, list[int]]]] = {}
    for word, numbers in words.items():
        found.setdefault(word[:3], []).append((word, numbers))
    return found
