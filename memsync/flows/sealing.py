"""Sealing: readable file → sealed file, in place, before git or an index sees it; and all sealed ones again for another list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from memsync.core.names import is_memory_path
from memsync.core.report import Resealed
from memsync.core.seal import is_sealed, is_unsealed, opened_text, sealed_text
from memsync.errors import CannotOpen, CannotSeal

if TYPE_CHECKING:
    from memsync.core.ports import Swapping
    from memsync.core.seal import Sealing


def needs_sealing(content: bytes) -> bool:
    """Whether a file says that it is sensitive and can be read by everyone."""
    return is_unsealed(content.decode("utf-8", "replace"))


def sealed_bytes(content: bytes, sealing: Sealing | None) -> bytes:
    """Return a file's bytes with its body sealed; one that is sealed stays as it is. Raises CannotSeal."""
    try:
        text = content.decode()
    except UnicodeDecodeError:
        raise CannotSeal("it is not UTF-8 text") from None
    if is_sealed(text):
        return content
    if sealing is None:
        raise CannotSeal("nothing here can seal")
    sealed = sealed_text(text, sealing)
    if not is_sealed(sealed):
        raise CannotSeal(
            "its frontmatter can't be read, so where its text begins is not known",
            hint="Mend the frontmatter in an editor.",
        )
    return sealed.encode()


def seal_in_place(path: str, content: bytes, *, tree: Swapping, sealing: Sealing | None) -> bytes | None:
    """Seal a file where it stands and return what it holds now; None where somebody changed it meanwhile. Raises CannotSeal."""
    sealed = sealed_bytes(content, sealing)
    return sealed if put_sealed(path, sealed, expected=content, tree=tree) else None


def put_sealed(path: str, sealed: bytes, *, expected: bytes, tree: Swapping) -> bool:
    """Put sealed bytes in place of readable ones, of which none stays behind; False where something else stands there.

    What somebody writes just then comes out unsettled, and is sealed by the next capture.
    """
    if tree.read(path) != expected:
        return False
    out = tree.swap(path, sealed)
    if out is not None and out.content == expected:
        tree.purge(out.token)
    return True


def seal_again(*, tree: Swapping, sealing: Sealing) -> Resealed:
    """Open every sealed memory and seal it for the list as it is now. Raises CannotSeal.

    What changes meanwhile under another hand is left to that hand's own sealing.
    """
    count, closed = 0, []
    for path in sorted(tree.listing()):
        raw = tree.read(path) if is_memory_path(path) else None
        text = None if raw is None else raw.decode("utf-8", "replace")
        if raw is None or text is None or not is_sealed(text):
            continue
        try:
            again = sealed_text(opened_text(text, sealing), sealing)
        except CannotOpen:
            closed.append(path)
            continue
        count += tree.replace(path, again.encode(), expected=raw)
    return Resealed(sealed=count, closed=tuple(closed))
