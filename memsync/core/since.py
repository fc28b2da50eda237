"""Since: a point in time as a person or a model writes it: `7d`, `yesterday`, `2026-01-21`."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from memsync.core.memory import parse_time
from memsync.errors import BadInput

_SPAN = re.compile(r"(?P<count>\d{1,5})\s*(?P<unit>[a-z]+?)s?(?:\s+ago)?")
_UNITS = {
    **dict.fromkeys(("h", "hour"), timedelta(hours=1)),
    **dict.fromkeys(("d", "day"), timedelta(days=1)),
    **dict.fromkeys(("w", "week"), timedelta(weeks=1)),
    **dict.fromkeys(("m", "mo", "month"), timedelta(days=30)),
    **dict.fromkeys(("y", "year"), timedelta(days=365)),
}
_DAYS_BACK = {"today": 0, "yesterday": 1}


def parse_since(text: str, *, now: datetime, field: str = "since") -> datetime:
    """Return the moment (UTC) that a span before `now`, a day's name, or an ISO date or time means.

    A month is 30 days, a year 365. Raises BadInput, which names `field`.
    """
    word = text.strip().lower()
    if word in _DAYS_BACK:
        midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        return midnight - timedelta(days=_DAYS_BACK[word])
    span = _SPAN.fullmatch(word)
    if span and span["unit"] in _UNITS:
        try:
            return now.astimezone(UTC) - int(span["count"]) * _UNITS[span["unit"]]
        except OverflowError:
            return datetime.min.replace(tzinfo=UTC)
    moment = parse_time(text)
    if moment is None:
        hint = "Use a span (12h, 7d, 2w, 3mo, 1y), today, yesterday, or a date (2026-01-21)."
        raise BadInput(field, f"{text[:40]!r} is no time", hint=hint)
    return moment
