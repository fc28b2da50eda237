"""Memory: one file of the store, read without ever failing, and written without touching what did not change."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from memsync.core import header
from memsync.core.category import Category, find_category
from memsync.core.names import is_standing
from memsync.core.pattern import pattern
from memsync.core.scope import GLOBAL, Scope, scope_of_path
from memsync.core.seal import is_armored, says_sensitive
from memsync.core.ulid import is_ulid
from memsync.core.value import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MAX_BYTES = 1024 * 1024
"""A memory's text may be this long in UTF-8; a longer file is neither synced nor stored."""

DEFAULT_IMPORTANCE = 0.5
TWIN_NAME = pattern(r"(?P<stem>.+)\.conflict-[0-9a-f]{8}(?P<suffix>\.[^.]+)?")
_HEADING = pattern(r" {0,3}#{1,6}[ \t]+(?P<title>\S.*)")
_FENCE = pattern(r" {0,3}(```|~~~)")
_LONGEST_LINE = 400  # characters of a line that are looked at for a title
_CLAUDE_TYPES = {
    "user": Category.PREFERENCE,
    "feedback": Category.PREFERENCE,
    "project": Category.PROJECT_CONTEXT,
    "reference": Category.NOTE,
}


class Status(StrEnum):
    """How far a memory is to be believed."""

    CANDIDATE = "candidate"
    ACTIVE = "active"
    SUPERSEDED = "superseded"
    REFUTED = "refuted"


UNSEALED = "it says sensitive, and its text is not sealed"
"""A problem of a memory that everyone who has its file can read."""

_STATUSES = frozenset(map(str, Status))  # Python 3.11 has no `str in StrEnum`


class Form(StrEnum):
    """Whose way of writing a file follows: memsync's fields, Claude's own memory, a standing document, or neither."""

    MEMSYNC = "memsync"
    CLAUDE = "claude"
    STANDING = "standing"
    PLAIN = "plain"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What somebody wants remembered, before the gate and before it has an id."""

    body: str
    title: str = ""
    key: str = ""
    category: Category = Category.NOTE
    tags: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    scope: Scope = GLOBAL
    importance: float | None = None
    instance: str = ""
    status: Status = Status.ACTIVE
    pinned: bool = False
    sensitive: bool = False
    supersedes: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    created: datetime | None = None
    updated: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """A memory as its file says it. `path` is relative to its store; `text` is the whole file.

    `id` is empty for a hand-made file without one; `created` and `updated` are None where the file does not say.
    A `sensitive` one has an empty body, sealed or not: nothing that indexes, shows or cites memories may come by it.
    `problems` tells what in the frontmatter could not be used; the memory is still shown and found by its text.
    """

    path: str
    key: str
    title: str
    body: str
    text: str = field(repr=False)
    scope: Scope
    id: str = ""
    category: Category = Category.NOTE
    tags: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    importance: float = DEFAULT_IMPORTANCE
    instance: str = ""
    created: datetime | None = None
    updated: datetime | None = None
    status: Status = Status.ACTIVE
    pinned: bool = False
    sensitive: bool = False
    supersedes: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    form: Form = Form.PLAIN
    problems: tuple[str, ...] = ()

    @property
    def is_twin(self) -> bool:
        """Whether this file is the losing body of a conflict, kept beside the winner."""
        return ".conflict-" in self.path and TWIN_NAME.fullmatch(self.path.rsplit("/", 1)[-1]) is not None

    @property
    def body_line(self) -> int:
        """The 1-based line of the file on which the body begins; 1 where the body is not to be read."""
        if self.sensitive:
            return 1
        return self.text.count("\n", 0, len(self.text) - len(self.body)) + 1


def read(path: str, text: str, *, private: bool = False) -> Memory:
    """Read a file's text as the memory it is. Never raises: whatever can't be used is named in `problems`."""
    document = header.split(text)
    reader = _Fields(document.values)
    form = _form(path, document.values)
    meta = document.values.get("metadata")
    claude = _Fields(meta if isinstance(meta, dict) else {})
    memory_id = reader.text("id")
    sensitive = says_sensitive(text, document)
    body = "" if sensitive else document.body
    unsealed = sensitive and bool(document.body.strip()) and not is_armored(document.body)
    return Memory(
        path=path,
        key=_key(path, reader, form),
        title=_title(path, reader, form, body),
        body=body,
        text=text,
        scope=scope_of_path(path, private=private),
        id=memory_id if is_ulid(memory_id) else "",
        category=_category(path, reader.text("category"), claude.text("type") if form is Form.CLAUDE else ""),
        tags=tuple(t.lstrip("#") for t in reader.words("tags") if t.lstrip("#")),
        keywords=reader.words("keywords"),
        importance=reader.number("importance"),
        instance=reader.text("instance"),
        created=reader.time("created"),
        updated=reader.time("updated") or claude.time("modified"),
        status=reader.status(),
        pinned=reader.flag("pinned"),
        sensitive=sensitive,
        supersedes=reader.words("supersedes"),
        sources=reader.words("sources"),
        form=form,
        problems=(*document.problems, *reader.problems, *([UNSEALED] if unsealed else [])),
    )


def _form(path: str, values: Mapping[str, Any]) -> Form:
    if is_standing(path):
        return Form.STANDING
    if "id" in values or "title" in values or "category" in values:
        return Form.MEMSYNC
    if "name" in values and ("description" in values or isinstance(values.get("metadata"), dict)):
        return Form.CLAUDE
    return Form.PLAIN


def _key(path: str, reader: _Fields, form: Form) -> str:
    name = path.rsplit("/", 1)[-1]
    if form is Form.CLAUDE and reader.text("name"):
        return reader.text("name")
    return name[:-3] if name.lower().endswith(".md") else name


def _title(path: str, reader: _Fields, form: Form, body: str) -> str:
    given = reader.text("description" if form is Form.CLAUDE else "title")
    if given:
        return " ".join(given.split())
    first = next((line for line in body.splitlines() if line.strip()), "")
    heading = _heading_in(first)
    if heading:
        return heading
    if not path.lower().endswith(".md"):
        return path.rsplit("/", 1)[-1]
    return title_from(body) or _key(path, reader, form)


def title_from(body: str) -> str:
    """Return a title for a text that has none: its first heading, else its first line, cut at a word within 80."""
    first = _first_heading(body) or next((line.strip() for line in body.splitlines() if line.strip()), "")
    marked = re.sub(r"[`*_]{1,3}(\S(?:.*?\S)?)[`*_]{1,3}", r"\1", first[:_LONGEST_LINE])
    plain = re.sub(r"^(?:[-*+>]|\d+[.)])\s+", "", marked).strip()
    if len(plain) <= 80:
        return plain.rstrip(".")
    return plain[:80].rsplit(" ", 1)[0].rstrip(" ,;:.") + "…"


def _first_heading(body: str) -> str:
    """Return the text of the first heading outside of code fences, or an empty text."""
    fence = ""
    for line in body.splitlines():
        mark = _FENCE.match(line)
        if mark:
            fence = "" if fence == mark[1] else fence or mark[1]
        elif not fence and line.lstrip(" ").startswith("#"):
            heading = _heading_in(line)
            if heading:
                return heading
    return ""


def _heading_in(line: str) -> str:
    """Return a heading's text without the marks around it (`# C#` is about C#); empty where the line is none."""
    match = _HEADING.match(line[:_LONGEST_LINE])
    if match is None:
        return ""
    text = match["title"].rstrip()
    bare = text.rstrip("#")
    return bare.rstrip() if bare.endswith((" ", "\t")) else text


def _category(path: str, word: str, claude_type: str) -> Category:
    if claude_type in _CLAUDE_TYPES:
        return _CLAUDE_TYPES[claude_type]
    folders = reversed(path.split("/")[:-1])
    return find_category(word) or next((c for c in map(find_category, folders) if c), Category.NOTE)


class _Fields:
    """Reads typed fields out of string values and gathers what is wrong with them."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = values
        self.problems: list[str] = []

    def text(self, key: str) -> str:
        value = self._values.get(key, "")
        return value.strip() if isinstance(value, str) else ""

    def words(self, key: str) -> tuple[str, ...]:
        value = self._values.get(key, ())
        if isinstance(value, str):
            value = value.split(",")
        elif isinstance(value, dict):
            self.problems.append(f"{key} is no list")
            return ()
        return tuple(dict.fromkeys(v.strip() for v in value if isinstance(v, str) and v.strip()))

    def number(self, key: str) -> float:
        text = self.text(key)
        if not text:
            return DEFAULT_IMPORTANCE
        try:
            number = float(text)
        except ValueError:
            number = -1.0
        if not 0 <= number <= 1:
            self.problems.append(f"{key} is no number from 0 to 1")
            return DEFAULT_IMPORTANCE
        return number

    def time(self, key: str) -> datetime | None:
        text = self.text(key)
        if not text:
            return None
        moment = parse_time(text)
        if moment is None:
            self.problems.append(f"{key} is no date")
        return moment

    def flag(self, key: str) -> bool:
        return self.text(key).lower() in ("true", "yes", "on", "1")

    def status(self) -> Status:
        word = self.text("status").lower()
        if word and word not in _STATUSES:
            self.problems.append(f"status is none of {', '.join(Status)}")
        return Status(word) if word in _STATUSES else Status.ACTIVE


def parse_time(text: str) -> datetime | None:
    """Read an ISO date or time as UTC (a time without a zone is UTC); None where it is none."""
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    try:
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (OverflowError, ValueError):
        return None


def format_time(moment: datetime) -> str:
    """Return a time as it stands in a file: `2026-01-21T10:00:00Z`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def render(draft: Draft, *, memory_id: str, now: datetime) -> str:
    """Return the text of a new memory's file. `now` is UTC; the body ends in one newline."""
    fields: dict[str, str | Sequence[str]] = {
        "id": memory_id,
        "title": draft.title or title_from(draft.body),
        "category": str(draft.category),
        "tags": draft.tags,
    }
    if draft.keywords:
        fields["keywords"] = draft.keywords
    fields["importance"] = f"{DEFAULT_IMPORTANCE if draft.importance is None else draft.importance:g}"
    if draft.instance:
        fields["instance"] = draft.instance
    fields["created"] = format_time(draft.created or now)
    fields["updated"] = format_time(draft.updated or draft.created or now)
    fields["status"] = str(draft.status)
    if draft.pinned:
        fields["pinned"] = "true"
    if draft.sensitive:
        fields["sensitive"] = "true"
    if draft.supersedes:
        fields["supersedes"] = draft.supersedes
    if draft.sources:
        fields["sources"] = draft.sources
    lines = "".join(header.line_of(key, value) for key, value in fields.items())
    body = draft.body.lstrip("\n")
    return f"---\n{lines}---\n{body}" + ("" if body.endswith("\n") else "\n")
