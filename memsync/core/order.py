"""Order: the time a change gets, so that it comes after what it changes, whatever other machines' clocks say.

A hybrid logical clock in small (Kulkarni et al., "Logical Physical Clocks", 2014): a version from a clock that is a little
ahead is followed by a later one; a clock that is far ahead pulls nobody else's along by more than ten minutes. Times never
decide what survives, only which of two concurrent values keeps the name.
"""

from __future__ import annotations

from datetime import datetime, timedelta

_STEP = timedelta(seconds=1)  # what files can tell apart
AHEAD = timedelta(minutes=10)


def time_of_change(now: datetime, before: datetime | None) -> datetime:
    """Return the time of a change to what says it was last changed at `before`; never more than AHEAD from now."""
    if before is None or before <= now:
        return now
    return before + _STEP if before < now + AHEAD - _STEP else now + AHEAD
