"""Seals: the façade's part for sealed memories. Opening one for a person, and changing who may."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from memsync.core.recipients import (
    Recipient,
    chosen,
    parse_key,
    parse_recipients,
    with_recipient,
    without_recipient,
)
from memsync.core.report import Resealed
from memsync.core.scope import PRIVATE
from memsync.core.seal import RECIPIENTS, is_sealed, opened_text
from memsync.errors import BadInput, CannotSeal, NoSuchMemory
from memsync.flows.sealing import seal_again
from memsync.store import finding
from memsync.store.rooms import Rooms

if TYPE_CHECKING:
    from collections.abc import Callable

    from memsync.store.parts import Parts
    from memsync.store.sealing import RoomSealing

_TRIES = 20  # of a change to the list that others keep overtaking


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One who is on the list: whether it is this user's own key, and whether memories are sealed for it from here."""

    recipient: Recipient
    own: bool
    trusted: bool


class Seals(Rooms):
    """The façade's part for sealed memories: opening one for a person, and changing who may."""

    def text(self, name: str) -> str:
        """Return a memory's file with its body opened. For a person's terminal only. Raises CannotOpen, NoSuchMemory."""
        room, path = finding.locate(name, self._rooms())
        raw = room.tree.read(path)
        if raw is None:
            raise NoSuchMemory(name)
        return opened_text(raw.decode(errors="replace"), room.sealing)

    def recipients(self, *, private: bool = False) -> tuple[Listed, ...]:
        """Return who is on the list. Raises BadInput where it can't be read."""
        room = self._of(private=private)
        raw = room.tree.read(RECIPIENTS)
        listed = parse_recipients(raw) if raw else ()
        own = room.sealing.age.recipient() if room.sealing.age.has_identity else ""
        known = room.sealing.trusted() if listed else frozenset()
        return tuple(Listed(recipient=r, own=r.key == own, trusted=r.key in known) for r in listed)

    def add(self, key: str | None, *, label: str = "", private: bool = False) -> tuple[Recipient, Resealed]:
        """Put a key on the list (None: this user's own, made now where there is none) and seal everything for it too.

        Raises BadInput, CannotSeal (somebody is on the list whom nobody here agreed to), what making an identity raises.
        """
        room = self._of(private=private)
        sealing = room.sealing
        given = Recipient(key=sealing.age.recipient()) if key is None else parse_key(key)
        new = Recipient(key=given.key, label=label or given.label)
        before = sealing.trusted()
        if key is not None and room.tree.read(RECIPIENTS):
            self._refuse_strangers(sealing, new)
        self._change(room, lambda raw: with_recipient(raw, new))
        sealing.trust(before | {new.key})
        return new, self._sealed_again(room)

    def _refuse_strangers(self, sealing: RoomSealing, new: Recipient) -> None:
        """Refuse to seal everything for a list that has somebody else on it whom nobody here agreed to."""
        known = sealing.trusted()
        sealing.trust(known | {new.key})
        try:
            sealing.agreed()
        except CannotSeal:
            sealing.trust(known)
            raise

    def remove(self, name: str, *, private: bool = False) -> tuple[Recipient, Resealed]:
        """Take somebody off the list and seal everything for the others. What was sealed before, in history, stays open to it."""
        room = self._of(private=private)
        listed = parse_recipients(room.tree.read(RECIPIENTS) or b"")
        gone = chosen(listed, name)
        if len(listed) == 1 and any(_is_sealed(room, path) for path in room.tree.listing()):
            raise BadInput(
                "KEY",
                "is the only one on the list, and memories are sealed for it",
                hint="Add another first; or `memsync revise NAME --no-sensitive` each of them.",
            )
        known = room.sealing.trusted()
        self._change(room, lambda raw: without_recipient(raw or b"", gone.key))
        room.sealing.trust(known - {gone.key})
        return gone, self._sealed_again(room)

    def trust(self, *, private: bool = False) -> Resealed:
        """Agree to everyone on the list, and seal everything for them."""
        room = self._of(private=private)
        listed = parse_recipients(room.tree.read(RECIPIENTS) or b"")
        room.sealing.trust(room.sealing.trusted() | {r.key for r in listed})
        return self._sealed_again(room)

    def seal_again(self, *, private: bool = False) -> Resealed:
        """Seal every sensitive memory again, for the list as it is now. Raises CannotSeal."""
        room = self._of(private=private)
        room.sealing.agreed()
        return self._sealed_again(room)

    def _sealed_again(self, room: Parts) -> Resealed:
        try:
            room.sealing.agreed()
        except (
            CannotSeal
        ):  # this user's own key was put on a list with strangers: nothing is sealed for them here
            return Resealed(closed=tuple(path for path in room.tree.listing() if _is_sealed(room, path)))
        done = seal_again(tree=room.tree, sealing=room.sealing)
        self._ring(room)
        return done

    def _of(self, *, private: bool) -> Parts:
        return self._room(PRIVATE) if private else self._parts

    def _change(self, room: Parts, change: Callable[[bytes | None], bytes]) -> None:
        for _ in range(_TRIES):
            before = room.tree.read(RECIPIENTS)
            after = change(before)
            if after == before:
                return
            if (
                room.tree.create(RECIPIENTS, after)
                if before is None
                else room.tree.replace(RECIPIENTS, after, expected=before)
            ):
                return
        raise BadInput(RECIPIENTS, "keeps changing under the hand of another program")


def _is_sealed(room: Parts, path: str) -> bool:
    raw = room.tree.read(path)
    return raw is not None and is_sealed(raw.decode(errors="replace"))
