"""Staged: the quick answer to a commit's hook, where the gate has passed all that is staged before. Light to import."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from memsync.core.marks import mark_of, rules_of
from memsync.errors import GitUnusable

if TYPE_CHECKING:
    from collections.abc import Mapping

_MARKER = ".memsync/store.json"  # core.store_file.MARKER; importing it costs more than asking git
CACHE, KEY = "verdicts.db", "verdicts.key"
"""Files of this machine's state folder: what the gate passed, and the key of its marks."""


def all_passed(place: Path, *, from_git: Mapping[str, str]) -> bool:
    """Whether the gate has passed every staged text before, by these rules. False also where that can't be told quickly.

    `place` is the folder the hook runs in: the top of a work tree, else the answer is False.
    """
    from platformdirs import user_state_dir

    from memsync.edges.anyrepo.staging import Staging
    from memsync.edges.verdicts import VerdictCache

    in_store = (place / _MARKER).exists()
    if not (place / ".git").exists() or (not in_store and any((p / _MARKER).exists() for p in place.parents)):
        return False  # no top of a work tree; or a repository within a store, whose files are judged as the store's
    state = Path(user_state_dir("memsync", appauthor=False))
    try:
        key = (state / KEY).read_bytes()
        staging = Staging(place, from_git=from_git)
        changes = staging.staged()
        if in_store and staging.may_take_back(changes):
            return False
    except (OSError, GitUnusable):
        return False
    rules = rules_of("object", in_store=in_store)
    marks = {mark_of(c.path, c.staged.encode(), rules=rules, key=key) for c in changes if c.staged}
    return marks <= VerdictCache(state / CACHE).clean(list(marks))
