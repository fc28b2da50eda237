"""Words that carry no meaning in a question."""

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
UNINDEXED = frozenset(_EMPTY.split())
"""Words that no memory is found by. Few, so that names and abbreviations are not among them."""

QUESTION = UNINDEXED | frozenset(_ASKING.split())
"""Words dropped from a question: measured as the largest single gain."""
