"""The memory files under fire: other writers, sudden death, full and read-only disks."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import textwrap
import threading
import time
from typing import TYPE_CHECKING

import pytest

from memsync.edges.tree import MemoryTree

if TYPE_CHECKING:
    import pathlib

pytestmark = pytest.mark.system
PATH = "global/note/a.md"


def make(root: pathlib.Path) -> MemoryTree:
    return MemoryTree(root, lock=root / ".git/memsync/write.lock", trash=root / ".git/memsync/trash")


CHILD = """
import os, pathlib, sys
from memsync.edges.tree import MemoryTree
root = pathlib.Path(sys.argv[1])
tree = MemoryTree(root, lock=root / ".git/memsync/write.lock", trash=root / ".git/memsync/trash")
"""


def child(root: pathlib.Path, code: str, *before: str) -> subprocess.Popen[str]:
    return subprocess.Popen([*before, sys.executable, "-c", CHILD + textwrap.dedent(code), str(root)],
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)  # fmt: skip


def test_an_editor_that_saves_all_the_time_loses_nothing(tmp_path):
    """Every save of a careless editor is in the file, or came out of a swap, or waits in the trash."""
    tree = make(tmp_path)
    tree.create(PATH, b"start")
    saved, stop = [], threading.Event()

    def edit() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            fresh = tmp_path / ".editor"
            fresh.write_bytes(b"edit %d" % number)
            try:
                fresh.rename(tmp_path / PATH)
            except FileNotFoundError:
                continue
            saved.append(b"edit %d" % number)

    editor = threading.Thread(target=edit)
    editor.start()
    out = []
    end = time.monotonic() + 1.0
    number = 0
    while time.monotonic() < end:
        number += 1
        gone = tree.swap(PATH, b"ours %d" % number)
        out.append(gone.content if gone else b"")
        if gone:
            tree.purge(gone.token)
    stop.set()
    editor.join()
    # One save replaces the one before it: that is the editor's own doing. Ours never replaces one unseen.
    lost = [ours for ours in (b"ours %d" % n for n in range(1, number)) if ours in saved]
    assert [] == lost
    last = tree.read(PATH)
    assert last in (*saved[-1:], b"ours %d" % number)
    if last != saved[-1]:
        assert saved[-1] in out


@pytest.mark.parametrize("call", ["renameat2", "renameat", "fsync", "unlinkat", "fchmodat"])
@pytest.mark.parametrize("when", [1, 2, 3])
def test_killed_at_a_system_call_nothing_is_lost(tmp_path, call, when):
    """After a kill at this call the old or the new bytes stand in the file or come out of the trash, and all is usable."""
    if shutil.which("strace") is None:
        pytest.skip("needs strace")
    tree = make(tmp_path)
    tree.create(PATH, b"old")
    kill = (
        "strace",
        "-f",
        "-o",
        os.devnull,
        "-e",
        f"trace={call}",
        "-e",
        f"inject={call}:signal=KILL:when={when}",
    )
    done = child(tmp_path, f"print(tree.replace({PATH!r}, b'new', expected=b'old'), flush=True)", *kill)
    told, errors = done.communicate(timeout=60)
    acknowledged = "True" in told
    assert acknowledged or done.returncode in (-signal.SIGKILL, 128 + signal.SIGKILL), errors
    stands = tree.read(PATH)
    kept = [p.read_bytes() for p in (tmp_path / ".git/memsync/trash").iterdir()]
    assert stands == b"new" if acknowledged else stands in (b"old", b"new")
    assert b"old" in (stands, *kept)
    assert tree.replace(PATH, b"next", expected=stands)


def test_a_full_disk_stores_nothing_and_says_so(tmp_path):
    """ENOSPC is NoSpace; the file is whole as it was, nothing half-written stays, and freeing space is enough."""
    unshare = shutil.which("unshare")
    if unshare is None or os.getuid() != 0:
        pytest.skip("needs to mount a small disk")
    code = f"""
    import subprocess
    from memsync.errors import NoSpace
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(root)], check=True)
    tree.create({PATH!r}, b"old")
    big = b"x" * 200_000
    for write in (lambda: tree.create("global/note/b.md", big), lambda: tree.replace({PATH!r}, big, expected=b"old"),
                  lambda: tree.swap({PATH!r}, big), lambda: tree.create_all([("c.md", b"1"), ("d.md", big)])):
        try:
            write()
        except NoSpace as error:
            print(error.exit_code, end=" ")
    print(tree.read({PATH!r}), sorted(tree.listing()), list((root / ".git/memsync/trash").iterdir()))
    print(tree.replace({PATH!r}, b"new", expected=b"old"))
    """
    done = child(tmp_path, code, unshare, "--mount")
    told, errors = done.communicate(timeout=60)
    assert f"75 75 75 75 b'old' ['{PATH}'] []\nTrue\n" == told, errors


def test_a_read_only_disk_can_be_read_and_says_so(tmp_path):
    """Reading works; writing is CannotWrite (exit 2)."""
    unshare = shutil.which("unshare")
    if unshare is None or os.getuid() != 0:
        pytest.skip("needs to mount a disk read-only")
    make(tmp_path).create(PATH, b"old")
    code = f"""
    import subprocess
    from memsync.errors import CannotWrite
    subprocess.run(["mount", "--bind", str(root), str(root)], check=True)
    subprocess.run(["mount", "-o", "remount,bind,ro", str(root)], check=True)
    for write in (lambda: tree.create("b.md", b"x"), lambda: tree.replace({PATH!r}, b"x", expected=b"old"), lambda: tree.swap({PATH!r}, None)):
        try:
            write()
        except CannotWrite as error:
            print(error.exit_code, error.why, end="; ")
    print(tree.read({PATH!r}), list(tree.listing()))
    """
    told, errors = child(tmp_path, code, unshare, "--mount").communicate(timeout=60)
    assert "2 read-only file system; " * 3 + f"b'old' ['{PATH}']\n" == told, errors


def test_a_folder_nobody_may_write_is_named(tmp_path):
    """EACCES is CannotWrite, for a user who is not root."""
    if os.getuid() != 0:
        pytest.skip("changes to another user")
    make(tmp_path).create(PATH, b"old")
    for place in (tmp_path, *tmp_path.parents):
        if place.stat().st_uid == 0 and place not in (place.parent, place.parent.parent):
            place.chmod(place.stat().st_mode | 0o055)
    code = f"""
    from memsync.errors import CannotWrite
    os.setuid(65534)
    try:
        tree.create("global/note/b.md", b"x")
    except CannotWrite as error:
        print(error.why, tree.read({PATH!r}))
    """
    told, errors = child(tmp_path, code).communicate(timeout=60)
    assert "permission denied b'old'\n" == told, errors
