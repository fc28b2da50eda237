"""Sealing, wired: a store's list of recipients, this user's identity, and whom of the list this machine's owner has agreed to.

The list comes with the store, so whoever may push can add to it. A machine seals only for those that were on the list when
it first sealed here, and for those that its owner agreed to since; anybody else on it stops sealing until a person looks.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from memsync.core.recipients import Recipient, parse_recipients
from memsync.errors import BadInput, CannotOpen, CannotSeal, CannotWrite, MemsyncError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from memsync.edges.seal import Age


class RoomSealing:
    """A store's Sealing (core.seal). `list_here` gives the bytes of the folder's list, `trust_file` the keys agreed to.

    `given`: the bytes of another list than the folder's; `add`: the command that puts this user on the list.
    """

    def __init__(
        self,
        age: Age,
        *,
        list_here: Callable[[], bytes | None],
        trust_file: Callable[[], Path],
        add: str,
        given: tuple[bytes | None] | None = None,
    ) -> None:
        self.age = age
        self._list_here = list_here
        self._trust_file = trust_file
        self._add = add
        self._given = given

    def seal(self, text: str) -> str:
        """Return a text sealed for everyone on the list. Raises CannotSeal."""
        try:
            return self.age.seal(text, [r.key for r in self.agreed()])
        except CannotSeal:
            raise
        except MemsyncError as error:
            raise CannotSeal(str(error), hint=error.hint) from None

    def open(self, armored: str) -> str:
        """Return what is sealed. Raises CannotOpen."""
        try:
            return self.age.open(armored)
        except CannotOpen:
            raise
        except MemsyncError as error:
            raise CannotOpen(str(error), hint=error.hint) from None

    def listed(self, recipients: bytes | None) -> RoomSealing:
        """Return one that seals for this list."""
        return RoomSealing(
            self.age,
            list_here=self._list_here,
            trust_file=self._trust_file,
            add=self._add,
            given=(recipients,),
        )

    def agreed(self) -> tuple[Recipient, ...]:
        """Return who is on the list. Raises CannotSeal where that is nobody, or not whom somebody here agreed to."""
        listed = self._parsed(self._given[0] if self._given else self._list_here())
        if not listed:
            raise CannotSeal(
                "nobody is listed who could open it", hint=f"`{self._add}` puts you on the list."
            )
        known = self.trusted()
        strangers = [r for r in listed if r.key not in known]
        if strangers:
            names = ", ".join(f"{r.key[:16]}… {r.label}".strip() for r in strangers[:3])
            raise CannotSeal(
                f"somebody else put {names} on the list of who may open it",
                hint="`memsync vault recipient list` shows it, `memsync vault recipient trust` agrees to it.",
            )
        own = self.age.recipient() if self.age.has_identity else ""
        if own in known and own not in {r.key for r in listed}:
            raise CannotSeal(
                "somebody else took you off the list of who may open it",
                hint=f"`{self._add}` puts you back; ask who did it.",
            )
        return listed

    def _parsed(self, raw: bytes | None) -> tuple[Recipient, ...]:
        try:
            return parse_recipients(raw) if raw else ()
        except BadInput as error:
            raise CannotSeal(str(error), hint=error.hint) from None

    # ---- whom this machine's owner has agreed to ----

    def trusted(self) -> frozenset[str]:
        """Return the keys that memories are sealed for from here; the first time, those that the folder's list has then."""
        try:
            return frozenset(self._trust_file().read_text(encoding="utf-8").splitlines())
        except FileNotFoundError:
            keys = [r.key for r in self._parsed(self._list_here())]
            if keys:
                self.trust(keys)
            return frozenset(keys)
        except OSError as error:
            raise CannotSeal(f"{self._trust_file()} can't be read ({error.strerror})") from None

    def trust(self, keys: Iterable[str]) -> None:
        """Seal for exactly these keys from now on."""
        path = self._trust_file()
        temporary = path.with_name(f".{path.name}.{os.getpid()}")
        try:
            temporary.write_text("".join(f"{key}\n" for key in sorted(set(keys))), encoding="utf-8")
            temporary.replace(path)
        except OSError as error:
            raise CannotWrite(str(path), error.strerror or "can't be written") from None
