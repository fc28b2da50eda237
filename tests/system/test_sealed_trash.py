"""A sealing that was killed half-way: what came out of the folder readable waits in the trash, and never becomes an object."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from memsync.core.recipients import Recipient, with_recipient
from memsync.core.seal import RECIPIENTS, is_sealed, opened_text, sealed_text
from synckit import machine

if TYPE_CHECKING:
    import pathlib

pytestmark = pytest.mark.system

PATH = "global/note/x.md"
PLAIN = "---\nid: 01KDP300000000000000000001\ntitle: T\nsensitive: true\n---\nzebra one\n\ntwo\n"


def found(made, word: bytes) -> list[pathlib.Path]:
    every = ["git", "cat-file", "--batch-all-objects", "--batch"]
    objects = subprocess.run(every, cwd=made.root, capture_output=True, check=True).stdout
    files = [f for f in made.base.rglob("*") if f.is_file() and word in f.read_bytes()]
    return [*files, *([made.root / ".git"] if word in objects else [])]


@pytest.mark.parametrize("late", [False, True])
def test_killed_between_the_swap_and_the_purge(tmp_path, late):
    """The next cycle seals what came out, an edit in it included, merges it, and leaves nothing readable behind."""
    made = machine(tmp_path / "m")
    parts = made.parts
    made.write(RECIPIENTS, with_recipient(None, Recipient(key=parts.sealing.age.recipient())).decode())
    made.write(PATH, PLAIN)
    made.sync()
    assert is_sealed(made.read(PATH))

    made.write(PATH, PLAIN.replace("two", "two, edited"))
    sealed = sealed_text(PLAIN.replace("two", "two, edited"), parts.sealing)
    out = parts.tree.swap(PATH, sealed.encode())  # … and here it was killed, before the purge
    assert b"zebra" in out.content
    if late:  # an editor that had the file open saves into what is in the trash now
        trash = next(f for f in (made.root / ".git/memsync/trash").iterdir() if b"zebra" in f.read_bytes())
        trash.write_text(PLAIN.replace("two", "two, edited").replace("one", "one, later"), encoding="utf-8")
    for _ in range(3):
        made.sync()

    text = opened_text(made.read(PATH), made.parts.sealing)
    assert ("two, edited" in text, "one, later" in text) == (True, late)
    assert [] == found(made, b"zebra")
    assert [] == list(made.root.rglob("*.conflict-*"))
    assert (
        ""
        == subprocess.run(
            ["git", "fsck", "--strict"], cwd=made.root, capture_output=True, text=True, check=True
        ).stderr
    )
