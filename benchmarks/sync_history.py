"""What a cycle costs in a store with a long history: nothing of it may grow with the number of commits.

    python benchmarks/sync_history.py [FILES] [COMMITS] [ROUNDS] [FOLDER]

Makes a remote of FILES (10,000) memories and COMMITS (100,000) commits with `git fast-import`, joins it, and measures the
medians of ROUNDS (9): looking through an idle folder, cycles, `status`. FOLDER keeps the remote for another run.
"""

from __future__ import annotations

import pathlib
import random
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "tests"))
sys.path.insert(0, str(pathlib.Path(__file__).parent))

from sync import path, text, timed

from memsync.core.store_file import render_marker
from memsync.flows.look import look
from memsync.store import syncing
from synckit import MARKER, bare, git, machine

BEGAN = 1_700_000_000


def history(files: int, commits: int):
    """Yield the stream of `git fast-import`: all memories in the first commit, then one changed memory a commit."""
    dice = random.Random(7)
    who = "cli-000000 <cli-000000@memsync.invalid>"
    for number in range(commits):
        message = f"capture {number}\n\nMemsync-Instance: cli-000000\n".encode()
        yield f"commit refs/heads/main\ncommitter {who} {BEGAN + 60 * number} +0000\n".encode()
        yield b"data %d\n%s\n" % (len(message), message)
        if number:
            chosen = dice.randrange(files)
            yield from _file(path(chosen), (text(chosen) + f"\n- revision {number}\n").encode())
            continue
        yield from _file(".memsync/store.json", render_marker(MARKER))
        for one in range(files):
            yield from _file(path(one), text(one).encode())


def _file(name: str, content: bytes):
    yield f"M 100644 inline {name}\n".encode()
    yield b"data %d\n%s\n" % (len(content), content)


def make(remote: pathlib.Path, files: int, commits: int) -> None:
    bare(remote)
    child = subprocess.Popen(["git", "fast-import", "--quiet"], cwd=remote, stdin=subprocess.PIPE)
    assert child.stdin is not None
    for piece in history(files, commits):
        child.stdin.write(piece)
    child.stdin.close()
    assert child.wait() == 0
    assert commits == int(git(remote, "rev-list", "--count", "main"))


def median(rounds: int, what) -> str:
    times = [timed(what)[0] for _ in range(rounds)]
    return f"{statistics.median(times):.0f} ms (most {max(times):.0f})"


def main() -> None:
    words = sys.argv[1:]
    files, commits, rounds = (
        int(words[n]) if len(words) > n else d for n, d in enumerate((10_000, 100_000, 9))
    )
    with tempfile.TemporaryDirectory() as folder:
        base = pathlib.Path(folder)
        remote = pathlib.Path(words[3]) / f"{files}-{commits}.git" if len(words) > 3 else base / "remote.git"
        if not remote.exists():
            took, _ = timed(lambda: make(remote, files, commits))
            print(f"remote of {files} memories and {commits} commits: {took / 1000:.0f} s", flush=True)
        a = machine(base / "a", remote)
        took, report = timed(a.sync)
        print(f"joining: {took / 1000:.1f} s, {report.received} commits received, {report.state}", flush=True)
        time.sleep(2.5)  # stamps younger than two seconds are not trusted
        a.sync()
        measure(a, rounds)
        print(git(a.root, "count-objects", "-vH"))


def measure(a, rounds: int) -> None:
    """Print what one machine's cycles cost."""
    parts = a.parts
    syncing.sync(parts, wait=5)
    bench = syncing.bench(parts)
    shadow = bench.book.shadow()
    print(f"looking through the idle folder: {median(rounds, lambda: look(bench, shadow))}")
    print(f"a cycle that changes nothing, resident: {median(rounds, lambda: syncing.sync(parts, wait=5))}")
    print(f"the same, opened anew: {median(rounds, a.sync)}")
    print(f"the same, no network: {median(rounds, lambda: syncing.sync(parts, wait=5, network=False))}")
    print(f"status: {median(rounds, lambda: syncing.status(a.parts))}")
    counted = iter(range(10**6))

    def one_change() -> None:
        number = next(counted)
        a.write(path(number), text(number + 1_000_000))
        syncing.sync(parts, wait=5)

    print(f"one changed file, captured and sent: {median(rounds, one_change)}")
    print(f"history of one memory: {median(3, lambda: syncing.history(parts, path(1)))}")
    print(f"what was deleted: {median(3, lambda: syncing.deleted_paths(parts))}")


if __name__ == "__main__":
    main()
