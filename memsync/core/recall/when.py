"""Dates as people write them: `7d`, `2026-05-01`, "last week", "in March". Everything is UTC; `now` is an argument."""

from __future__ import annotations

import calendar
import re
from datetime import UTC, datetime, timedelta

from memsync.core.memory import parse_time
from memsync.core.pattern import pattern
from memsync.core.value import dataclass
from memsync.errors import BadInput

MONTHS = (
    {name.lower(): number for number, name in enumerate(calendar.month_name) if name}
    | {name.lower(): number for number, name in enumerate(calendar.month_abbr) if name}
    | {"sept": 9}
)
_SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}
_UNITS = {
    "h": 1 / 24,
    "d": 1,
    "w": 7,
    "m": 30,
    "mo": 30,
    "y": 365,
    "hour": 1 / 24,
    "day": 1,
    "week": 7,
    "month": 30,
    "year": 365,
}
_AGO = pattern(r"(\d{1,4})\s*(h|d|w|m|mo|y|hours?|days?|weeks?|months?|years?)(?:\s+ago)?")
_YEAR_MONTH = pattern(r"(\d{4})(?:-(\d\d))?")
_MAX_DAYS = 365 * 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """From `since`, up to and without `until`."""

    since: datetime
    until: datetime


def parse_when(text: str, *, now: datetime, field: str = "date") -> datetime:
    """Return the moment a date in words begins: `7d`, `2w`, `3 months ago`, `2026-05-01`, `2026-05`, `yesterday`, `last week`, `march`,
    or an ISO time. A month is 30 days, a year 365. Raises BadInput, which names `field`, for anything else.
    """
    plain = " ".join(text.lower().split())
    ago = _AGO.fullmatch(plain)
    if ago and int(ago[1]) * _unit(ago[2]) <= _MAX_DAYS:
        return now.astimezone(UTC) - timedelta(days=int(ago[1]) * _unit(ago[2]))
    span = span_of(plain, now=now)
    if span:
        return span.since
    moment = parse_time(text) if text.strip()[:1].isdigit() and "-" in text else None
    if moment is None:
        raise BadInput(
            field,
            f"{text[:60]!r} is no date",
            hint="Write 12h, 7d, 2w, 3mo, 2026-05-01, yesterday, last week or march.",
        )
    return moment


def parse_end(text: str, *, now: datetime, field: str = "date") -> datetime:
    """Return the last moment of what a date in words means: of a day, week or month; else the moment as `parse_when` reads it."""
    span = span_of(" ".join(text.lower().split()), now=now)
    return span.until - timedelta(microseconds=1) if span else parse_when(text, now=now, field=field)


def _unit(word: str) -> float:
    return _UNITS[word] if word in _UNITS else _UNITS[word.removesuffix("s")]


def span_of(plain: str, *, now: datetime) -> Span | None:
    """Return the span a lower-case phrase names (`last week`, `march 2026`, `2026-03`, `yesterday`), or None."""
    today = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    try:
        return _relative(plain, today) or _calendar(plain, today)
    except (ValueError, OverflowError):  # a month 13, the year 0
        return None


def _relative(plain: str, today: datetime) -> Span | None:
    day = timedelta(days=1)
    if plain in ("today", "yesterday"):
        start = today if plain == "today" else today - day
        return Span(since=start, until=start + day)
    which, _, unit = plain.partition(" ")
    if which not in ("last", "this", "past", "previous"):
        return None
    back = 0 if which == "this" else 1
    match unit:
        case "week":
            start = today - day * (today.weekday() + 7 * back)
            return Span(since=start, until=start + day * 7)
        case "month":
            return _month(*_back(today.year, today.month, back))
        case "year":
            return _years(today.year - back)
        case _ if unit in _SEASONS or unit in MONTHS:
            return _calendar(
                unit, today - day * 31 * (back and unit in MONTHS and MONTHS[unit] == today.month)
            )
    return None


def _back(year: int, month: int, count: int) -> tuple[int, int]:
    months = year * 12 + month - 1 - count
    return months // 12, months % 12 + 1


def _calendar(plain: str, today: datetime) -> Span | None:
    match = _YEAR_MONTH.fullmatch(plain)
    if match:
        return _month(int(match[1]), int(match[2])) if match[2] else _years(int(match[1]))
    if re.fullmatch(r"\d{4}-\d\d-\d\d", plain):
        start = datetime.fromisoformat(plain).replace(tzinfo=UTC)
        return Span(since=start, until=start + timedelta(days=1))
    name, _, year = plain.partition(" ")
    if year and not re.fullmatch(r"\d{4}", year):
        return None
    if name in MONTHS:
        month = MONTHS[name]
        return _month(int(year) if year else today.year - (month > today.month), month)
    if name in _SEASONS:
        month = _SEASONS[name]
        first = _month(int(year) if year else today.year - (month > today.month), month)
        last = _month(*_back(first.since.year, first.since.month, -2))
        return Span(since=first.since, until=last.until)
    return None


def _month(year: int, month: int) -> Span:
    start = datetime(year, month, 1, tzinfo=UTC)
    return Span(since=start, until=start + timedelta(days=calendar.monthrange(year, month)[1]))


def _years(year: int) -> Span:
    return Span(since=datetime(year, 1, 1, tzinfo=UTC), until=datetime(year + 1, 1, 1, tzinfo=UTC))


def days_and_months(span: Span) -> tuple[str, ...]:
    """Return the span as `2026-03-14`, `2026-03` or `2026`, whichever covers it with the fewest."""
    if span.since.month == 1 and span.since.day == 1 and span.until == _years(span.since.year).until:
        return (f"{span.since:%Y}",)
    if span.since.day == 1 and span.until.day == 1:
        count = (span.until.year - span.since.year) * 12 + span.until.month - span.since.month
        months = (_back(span.since.year, span.since.month, -i) for i in range(min(count, 24)))
        return tuple(f"{year:04}-{month:02}" for year, month in months)
    days = min((span.until - span.since).days, 31)
    return tuple(f"{span.since + timedelta(days=i):%Y-%m-%d}" for i in range(days))


_NAMES = "|".join(sorted(MONTHS, key=len, reverse=True))
# `may`, `march` and the seasons are words of their own: they are dates only beside another word of time.
_IN_WORDS = pattern(
    rf"\b(?:(?:last|past|previous|this) (?:week|month|year|spring|summer|autumn|fall|winter|{_NAMES})"
    rf"|(?:{_NAMES}|spring|summer|autumn|fall|winter) \d{{4}}"
    rf"|(?<=in )(?:{_NAMES})|(?<=since )(?:{_NAMES})|(?<=during )(?:{_NAMES})"
    r"|yesterday|today|\d{4}-\d\d(?:-\d\d)?|(?<=in )\d{4})\b"
)


def dates_in(text: str, *, now: datetime) -> tuple[tuple[str, Span], ...]:
    """Return the dates a question names, each with the words that name it."""
    found = []
    for match in _IN_WORDS.finditer(" ".join(text.lower().split())):
        span = span_of(match[0], now=now)
        if span:
            found.append((match[0], span))
    return tuple(found)
