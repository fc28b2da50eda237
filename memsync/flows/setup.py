"""Setup: a client's configuration → the edits → its own command, or the file spliced. Shown first, undone the same way."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from memsync.core import clients, jsonc, tomlfile
from memsync.core.clients import Client, Edit, SetupReport, Slot, Syntax
from memsync.errors import BadInput, Busy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from memsync.core.clients import Launch, Reach
    from memsync.core.ports import ClientFiles

_TRIES = 5
_NEW_SESSION = "Start a new session of {client} to have it."
_GONE = "From its next session on {client} is without it."
_NAMES = "It names programs of this machine; for others, put their bare names there before you commit it."
_TRUSTED = {
    Client.CLAUDE: "{client} asks once before it starts a project's servers.",
    Client.COPILOT: "{client} asks once before it starts a project's servers.",
    Client.CODEX: "{client} reads it only in a project that you trust.",
    Client.GEMINI: "{client} starts it only in a folder that you trust.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a person asked for. With `remove` only the names of `launches` count. `stamp` names the backup."""

    client: Client
    reach: Reach
    slot: Slot
    launches: tuple[Launch, ...]
    project: str
    stamp: str
    remove: bool = False
    dry_run: bool = False


def setup(wish: Wish, *, files: ClientFiles) -> SetupReport:
    """Make a client know memsync, or forget it. Doing it twice changes nothing the second time.

    Raises BadInput for a file that can't be parsed (and leaves it), CannotWrite, NoSpace, Busy.
    """
    wish = replace(wish, slot=as_found(wish.slot, files))
    text = files.read(wish.slot.path)
    edits = [edit for edit in _edits(wish, text or "") if edit.changes]
    report = SetupReport(
        client=wish.client, reach=wish.reach, path=wish.slot.path, changed=bool(edits), dry_run=wish.dry_run,
        removed=wish.remove, diff=clients.diff(edits), notes=_notes(wish) if edits else (),
    )  # fmt: skip
    if wish.dry_run or not edits:
        return report
    _after(wish, text or "")  # a file that can't be changed is refused before anything is done
    backup = files.back_up(wish.slot.path, stamp=wish.stamp) if text is not None else ""
    by = _by_its_own_command(wish, edits, files)
    if not by:
        _by_hand(wish, files)
    return replace(report, by=by, backup=backup)


def as_found(slot: Slot, files: ClientFiles) -> Slot:
    """Prefer the file with comments where that is the one its owner made."""
    commented = slot.path + "c"
    if (
        slot.path.endswith("/opencode.json")
        and files.read(slot.path) is None
        and files.read(commented) is not None
    ):
        return replace(slot, path=commented)
    return slot


def entry_in(slot: Slot, files: ClientFiles, name: str) -> object:
    """Return a server's entry as the file has it, or None. Raises BadInput for a file that can't be parsed."""
    return _lookup(slot, files.read(slot.path) or "", name)


def _edits(wish: Wish, text: str) -> list[Edit]:
    """Return what is to change for each server, whether it changes anything or not."""
    edits = []
    for launch in wish.launches:
        before = _lookup(wish.slot, text, launch.name)
        after = None if wish.remove else clients.entry(wish.client, wish.reach, launch)
        edits.append(clients.kept_extras(Edit(slot=wish.slot, name=launch.name, before=before, after=after)))
    return edits


def _lookup(slot: Slot, text: str, name: str) -> object:
    syntax = jsonc if slot.syntax is Syntax.JSON else tomlfile
    try:
        return syntax.lookup(text, (*slot.at, name))
    except BadInput as error:
        raise _refused(slot, error) from None


def _spliced(edit: Edit, text: str) -> str:
    syntax = jsonc if edit.slot.syntax is Syntax.JSON else tomlfile
    path = (*edit.slot.at, edit.name)
    try:
        changed: str = syntax.take(text, path) if edit.after is None else syntax.put(text, path, edit.after)
    except BadInput as error:
        raise _refused(edit.slot, error) from None
    return changed


def _refused(slot: Slot, error: BadInput) -> BadInput:
    return BadInput(
        slot.path,
        f"{error.field}: {error.problem}",
        hint="Mend the file with an editor; nothing was changed.",
    )


def _by_its_own_command(wish: Wish, edits: Sequence[Edit], files: ClientFiles) -> str:
    """Let Claude change its own live file where it can; empty where that did not lead to what was wanted.

    Only the file tells whether it did: what a command says may change with any version.
    """
    if wish.client is not Client.CLAUDE or wish.slot.is_shared:
        return ""
    for edit in edits:
        for words in clients.own_words(edit):
            if not files.run("claude", words, cwd=wish.project):
                return ""
    text = files.read(wish.slot.path) or ""
    if any(_lookup(wish.slot, text, edit.name) != edit.after for edit in edits):
        return ""
    return "claude mcp"


def _by_hand(wish: Wish, files: ClientFiles) -> None:
    """Splice the entries into the file as it is now; its owner may be writing it at the same time."""
    for _ in range(_TRIES):
        text = files.read(wish.slot.path)
        new = _after(wish, text or "")
        if text is not None and wish.slot.is_shared and new.strip() in ("", "{}"):
            done = files.remove(wish.slot.path, expected=text)
        else:
            done = new == (text or "") or files.write(
                wish.slot.path, new, expected=text, shared=wish.slot.is_shared
            )
        if done:
            return
    raise Busy(f"{wish.slot.path} is being written by another program")


def _after(wish: Wish, text: str) -> str:
    """Return the text with the entries as they are wanted."""
    for edit in _edits(wish, text):
        text = _spliced(edit, text) if edit.changes else text
    return text


def _notes(wish: Wish) -> tuple[str, ...]:
    if wish.remove:
        return (_GONE.format(client=wish.client),)
    told = [_NEW_SESSION]
    if wish.slot.is_shared:
        told += [_NAMES, *([_TRUSTED[wish.client]] if wish.client in _TRUSTED else [])]
    return tuple(note.format(client=wish.client) for note in told)
