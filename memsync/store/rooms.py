"""The rooms of the façade: the default store, and the private one beside it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from memsync.core.store_file import MARKER
from memsync.errors import BadInput
from memsync.store import scopes

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Self

    from memsync.core.scope import Scope
    from memsync.edges.settings import Settings
    from memsync.store.parts import Parts


class Rooms:
    """Which store holds what; what every part of the façade stands on."""

    def __init__(self, parts: Parts, private: Parts | None) -> None:
        self._parts = parts
        self._private = private

    def without_private(self) -> Self:
        """Return the same store to which private memories do not exist: for a door that others can reach."""
        return type(self)(self._parts, None)

    def with_meaning(self) -> Self:
        """Let questions find what is near in meaning too, where the extra is installed: for a process that lives long."""
        for room in (self._parts, self._private):
            if room is not None:
                room.by_meaning = True
        return self

    def staying(self) -> Self:
        """Keep what was looked at until a file changes: for one thread of a process that lives long. To be called before each use."""
        from memsync.store.kept import for_a_resident

        for room in self._rooms():
            for_a_resident(room)
        return self

    @property
    def root(self) -> Path:
        """The store's folder, absolute."""
        return self._parts.root

    @property
    def settings(self) -> Settings:
        """What this store was opened with."""
        return self._parts.settings

    def _rooms(self) -> tuple[Parts, ...]:
        """Return the default store, and the private one where it exists."""
        private = self._private
        found = private and os.path.isfile(f"{private.root}/{MARKER}")  # noqa: PTH113  # several times a question: pathlib takes longer than the disk
        return (self._parts, private) if private and found else (self._parts,)

    def _room(self, scope: Scope) -> Parts:
        """Return the store that holds a scope; the private one is made when it is first needed. Raises BadInput without one."""
        if not scope.is_private:
            return self._parts
        if self._private is None:
            raise BadInput("scope", "private memories are not served to other machines")
        if len(self._rooms()) == 1:
            from memsync.store import founding

            founding.init(self._private.root, settings=self.settings, private=True)
        return self._private

    def _target(self, scope: Scope) -> Parts:
        room = self._room(scope)
        scopes.plant_project(room, scope)
        return room

    def _ring(self, *rooms: Parts) -> None:
        from memsync.store import ringing

        for room in dict.fromkeys(rooms):
            ringing.ring(room)
