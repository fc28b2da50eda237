"""The words of memsync's commits: counts and file names that passed the gate, never a memory's text; and the trailers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from memsync.core.history import CommitNote

_NAMED = 20
_FORGOTTEN = re.compile(r"^Memsync-Forgotten: (.+)$", re.MULTILINE)
_INSTANCE = re.compile(r"^Memsync-Instance: ([A-Za-z0-9._-]{1,80})$", re.MULTILINE)


def capture_message(
    changes: Mapping[str, object],
    known: Mapping[str, object],
    *,
    instance: str,
    forgotten: Sequence[str] = (),
) -> str:
    """Return the message of a commit of what was found in the folder. `changes` with None are deletions."""
    groups = {
        "add": [p for p, c in changes.items() if c is not None and p not in known],
        "change": [p for p, c in changes.items() if c is not None and p in known],
        "remove": [p for p, c in changes.items() if c is None],
    }
    return _message(groups, instance=instance, forgotten=forgotten)


def merge_message(changes: Mapping[str, object], twins: Sequence[str], *, instance: str) -> str:
    """Return the message of a merge with the remote."""
    subject = (
        f"Merge the remote's memories: {_files(len(changes))} combined"
        if changes
        else "Merge the remote's memories"
    )
    names = _listed("both kept in", twins)
    return f"{subject}\n{names}\nMemsync-Instance: {instance}\n"


def replay_message(count: int, *, why: str, instance: str) -> str:
    """Return the message of a commit that brings unpushed work onto a history that was rewritten, or cleans it."""
    return f"{why}: {_files(count)} brought over\n\nMemsync-Instance: {instance}\n"


def _message(groups: Mapping[str, list[str]], *, instance: str, forgotten: Sequence[str]) -> str:
    some = {verb: paths for verb, paths in groups.items() if paths}
    if sum(map(len, some.values())) == 1:
        verb, paths = next(iter(some.items()))
        subject, names = f"{verb.capitalize()} {paths[0]}", ""
    else:
        subject = ", ".join(f"{verb} {_files(len(paths))}" for verb, paths in some.items()).capitalize()
        names = "".join(_listed(verb, paths) for verb, paths in some.items())
    trailers = [
        f"Memsync-Instance: {instance}",
        *(f"Memsync-Forgotten: {path}" for path in sorted(forgotten)),
    ]
    return f"{subject}\n{names}\n" + "\n".join(trailers) + "\n"


def _files(count: int) -> str:
    return "1 file" if count == 1 else f"{count} files"


def _listed(verb: str, paths: Sequence[str]) -> str:
    lines = [f"{verb} {path}" for path in sorted(paths)[:_NAMED]]
    if len(paths) > _NAMED:
        lines.append(f"{verb} {len(paths) - _NAMED} more")
    return "".join(f"\n{line}" for line in lines) + ("\n" if lines else "")


def forgotten_in(commits: Iterable[CommitNote]) -> frozenset[str]:
    """Return the paths that commits say were forgotten on purpose: their deletion counts on no machine."""
    return frozenset(path for note in commits for path in _FORGOTTEN.findall(note.message))


def instance_of(message: str) -> str:
    """Return the instance a commit's trailer names, or an empty text."""
    found = _INSTANCE.search(message)
    return found[1] if found else ""
