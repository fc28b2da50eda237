"""Native: a project's scope folder becomes Claude Code's own memory folder. One setting is written; what was there is adopted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from memsync.core import jsonc
from memsync.core import memory as memories
from memsync.core.category import Category
from memsync.core.clients import Edit, Slot, diff
from memsync.core.gate import OnSecret
from memsync.core.index_page import PAGE, index_page
from memsync.core.memory import Draft
from memsync.core.names import is_memory_path
from memsync.core.native import ENABLED, KEPT_TITLE, SETTING, own_words
from memsync.errors import BadInput, Busy, SecretFound
from memsync.flows.gatekeeping import inspect
from memsync.flows.importing import take_in
from memsync.flows.remember import remember

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from memsync.core.gate import Allowance
    from memsync.core.ports import ClientFiles, Scanner, Source, Tree
    from memsync.core.report import ImportReport
    from memsync.core.scope import Scope

_TRIES = 5


def setting_in(text: str | None, *, path: str) -> str:
    """Return the folder a settings file names for Claude's memory, or an empty text. Raises BadInput for a file that can't be parsed."""
    try:
        found = jsonc.lookup(text or "", (SETTING,))
    except BadInput as error:
        raise _refused(path, error) from None
    return found if isinstance(found, str) else ""


def enabled_in(text: str | None, *, path: str) -> bool | None:
    """Return whether a settings file turns Claude's memory on or off; None where it says nothing. Raises BadInput."""
    try:
        found = jsonc.lookup(text or "", (ENABLED,))
    except BadInput as error:
        raise _refused(path, error) from None
    return found if isinstance(found, bool) else None


def edit_of(text: str | None, *, path: str, folder: str) -> Edit:
    """Return the change to a settings file; an empty `folder` takes the setting out."""
    before = setting_in(text, path=path) or None
    return Edit(slot=Slot(path=path, at=()), name=SETTING, before=before, after=folder or None)


def diff_of(edit: Edit) -> str:
    """Return the change as a diff."""
    return diff([edit])


def write(edit: Edit, *, files: ClientFiles) -> None:
    """Write the setting and leave everything else in the file as it is. Raises BadInput, CannotWrite, NoSpace, Busy."""
    path = edit.slot.path
    for _ in range(_TRIES):
        text = files.read(path)
        new = _with(edit, text or "")
        if text is not None and new.strip() == "{}" and edit.after is None:
            done = files.remove(path, expected=text)
        else:
            done = new == (text or "") or files.write(path, new, expected=text, shared=False)
        if done:
            return
    raise Busy(f"{path} is being written by another program")


def _with(edit: Edit, text: str) -> str:
    try:
        if edit.after is None:
            return jsonc.take(text, (SETTING,)) if text.strip() else text
        return jsonc.put(text, (SETTING,), edit.after)
    except BadInput as error:
        raise _refused(edit.slot.path, error) from None


def _refused(path: str, error: BadInput) -> BadInput:
    return BadInput(
        path,
        f"{error.field}: {error.problem}",
        hint="Mend the file with an editor; nothing was changed.",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """Where memories are adopted to, and by whose leave."""

    tree: Tree
    scanner: Scanner
    allowances: Sequence[Allowance]
    scope: Scope
    now: datetime
    memory_id: str


def adopt(source: Source, page: bytes | None, *, shelf: Shelf) -> ImportReport:
    """Take in the files of Claude's old folder, and what its MEMORY.md says beside its index; the old ones stay as they are."""
    report = take_in(
        source,
        scope=shelf.scope,
        tree=shelf.tree,
        scanner=shelf.scanner,
        allowances=shelf.allowances,
        now=shelf.now,
    )
    said = own_words(page) if page else ""
    if said:
        draft = Draft(
            body=f"{said}\n",
            title=KEPT_TITLE,
            category=Category.NOTE,
            scope=shelf.scope,
            instance="claude-code",
        )
        remember(
            draft, tree=shelf.tree, scanner=shelf.scanner, allowances=shelf.allowances, memory_id=shelf.memory_id,
            now=shelf.now, on_secret=OnSecret.REDACT,
        )  # fmt: skip
    return report


def plant_page(shelf: Shelf) -> bool:
    """Write the scope's index page where there is none, so that Claude reads it from its first session on; cycles keep it.

    A line is only made of what the gate passes. Raises SecretFound where the page as a whole is held.
    """
    folder = shelf.scope.folder
    passed = []
    for path in shelf.tree.listing():
        if path.startswith(f"{folder}/") and is_memory_path(path):
            raw = shelf.tree.read(path)
            if raw is not None and not _blocks(path, raw, shelf):
                passed.append(memories.read(path, raw.decode(errors="replace")))
    page = index_page(passed, folder=folder).encode()
    place = f"{folder}/{PAGE}"
    verdict = inspect(place, page, scanner=shelf.scanner, allowances=shelf.allowances)
    if verdict.blocks:
        raise SecretFound(verdict.findings)
    return shelf.tree.create(place, page)


def _blocks(path: str, raw: bytes, shelf: Shelf) -> bool:
    memory_id = memories.read(path, raw.decode(errors="replace")).id
    return inspect(path, raw, scanner=shelf.scanner, allowances=shelf.allowances, memory_id=memory_id).blocks
