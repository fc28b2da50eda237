"""Session notes: how the end of a session becomes a section of the day's note."""

from __future__ import annotations

from typing import TYPE_CHECKING

from memsync.core.category import Category
from memsync.core.hooks.block import clean
from memsync.core.memory import Draft
from memsync.core.names import slug

if TYPE_CHECKING:
    from datetime import datetime

    from memsync.core.scope import Scope

MOST = 6000
"""Characters of a section; what an assistant says at the end of a turn is rarely longer."""


def key_of(moment: datetime, instance: str) -> str:
    """Return the key of an instance's note of a day (UTC): `2026-01-21-cli`."""
    return f"{moment:%Y-%m-%d}-{slug(instance) or 'assistant'}"


def section(text: str, *, moment: datetime, after_compaction: bool) -> str:
    """Return a section of a note; a long text is cut at a line, and says so."""
    said = clean(text).strip()
    if len(said) > MOST:
        said = said[:MOST].rsplit("\n", 1)[0].rstrip() + "\n\n(cut here)"
    quoted = said.replace("\n#", "\n\\#")  # a heading of theirs is none of the note's
    quoted = f"\\{quoted}" if quoted.startswith("#") else quoted
    return f"## {moment:%H:%M} UTC, {'summary of the session so far' if after_compaction else 'end of a session'}\n\n{quoted}\n"


def draft_of(said: str, *, key: str, scope: Scope, instance: str, moment: datetime) -> Draft:
    """Return the day's note with its first section."""
    return Draft(
        body=said,
        title=f"Session notes of {moment:%Y-%m-%d}, {instance}",
        key=key,
        category=Category.SESSION,
        scope=scope,
        instance=instance,
        importance=0.3,
    )


def appended(body: str, said: str) -> str:
    """Return a note's body with one more section; a section that is its last one already is not added again."""
    return (
        body if body.rstrip().endswith(said.partition(" UTC")[2].rstrip()) else f"{body.rstrip()}\n\n{said}"
    )
