"""Hostile trees, whole: whatever is pushed, no program runs but git, nothing is written outside, and `status` names what is kept out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from faultkit import apart, needs_strace
from gitkit import git, hostile_trees, push_tree
from memsync.core.names import is_synced_path
from memsync.store import syncing
from synckit import machines, quiet

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.system
TREES = hostile_trees()
QUICK = {"gitattributes", "symlink", "script", "executable"}
NAMES = [pytest.param(n, marks=[] if n in QUICK else [pytest.mark.slow]) for n in sorted(TREES)]
OURS = {
    "git",
    "git-upload-pack",
    "git-receive-pack",
    "env",
    "sh",
}  # sh: only memsync's own guard beside a git, see below


def entries(remote: Path) -> dict[str, tuple[str, str]]:
    """Return path → (mode, id) of everything in the remote's tree, as git prints it."""
    lines = git(remote, "ls-tree", "-r", "-z", "--full-tree", "main").split(b"\0")[:-1]
    found = {}
    for line in lines:
        left, path = line.split(b"\t", 1)
        mode, _, oid = left.decode().split()
        found[path.decode("utf-8", "surrogateescape")] = (mode, oid)
    return found


def stands(root: Path, remote: Path, path: str, mode: str, oid: str) -> bool:
    """Whether a file of the tree stands in the folder, byte for byte."""
    place = root / path
    if mode not in ("100644", "100664") or "\0" in path or place.is_symlink() or not place.is_file():
        return False
    return place.read_bytes() == git(remote, "cat-file", "blob", oid)


@pytest.mark.parametrize("name", NAMES)
def test_a_hostile_tree_runs_nothing_and_is_named(tmp_path, name):
    """Only git runs; each entry stands in the folder as it is, or `status` names it; or the whole pull is refused, with why."""
    needs_strace()
    (_, b), remote = machines(tmp_path, 2)
    quiet([b])
    push_tree(remote, TREES[name])
    log = tmp_path / "execve.txt"

    apart(lambda: b.sync() and None, strace=("-e", "trace=execve", "-s", "200"), log=log)

    ran = [
        line for line in log.read_text(errors="replace").splitlines() if 'execve("' in line and " = 0" in line
    ]
    programs = {line.split('execve("', 1)[1].split('"', 1)[0].rpartition("/")[2] for line in ran}
    strange_shells = [
        line
        for line in ran
        if '/sh"' in line
        and "memsync-guard" not in line
        and "git-upload-pack" not in line
        and "git-receive-pack" not in line
    ]
    assert ran
    assert (set(), []) == (programs - OURS, strange_shells)
    status = syncing.status(b.parts)
    pull = next(lane for lane in status.lanes if lane.name == "pull")
    if pull.state != "ok":
        assert pull.reason
        return
    told = {path for path, _ in status.not_taken}
    unseen = [
        p
        for p, (mode, oid) in entries(remote).items()
        if not stands(b.root, remote, p, mode, oid) and p not in told
    ]
    assert [] == [p for p in unseen if not any(p.startswith(f"{t}/") for t in told)]
    assert [] == [p for p in told if is_synced_path(p) and (b.root / p).is_symlink()]
