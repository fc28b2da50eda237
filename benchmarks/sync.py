"""What a cycle costs: the first one of a large store, one that changes nothing, one file, and another machine's copy.

    python benchmarks/sync.py [FILES] [ROUNDS]

Real git, real files, one bare repository on the same disk. Times are medians of wall time, in milliseconds.
"""

from __future__ import annotations

import pathlib
import random
import statistics
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "tests"))

from memsync.store import syncing
from synckit import bare, git, machine

WORDS = "memory sync index branch commit merge remote scan secret gate key folder title project scope draft".split()


def text(n: int) -> str:
    """Return a memory of some 700 bytes."""
    dice = random.Random(n)
    body = " ".join(dice.choice(WORDS) for _ in range(90))
    return f"---\nid: 01KDP3{n:020d}\ntitle: Memory {n}\ncategory: fact\ntags: [bench]\n---\n{body}\n"


def path(n: int) -> str:
    return f"projects/p{n % 20:02d}-0123456789abcdef/fact/memory-{n}.md"


def timed(what) -> tuple[float, object]:
    began = time.perf_counter()
    result = what()
    return (time.perf_counter() - began) * 1000, result


def main() -> None:
    files = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 9
    with tempfile.TemporaryDirectory(dir=sys.argv[3] if len(sys.argv) > 3 else None) as folder:
        base = pathlib.Path(folder)
        remote = bare(base / "remote.git")
        a, b = machine(base / "a", remote), machine(base / "b", remote)
        for n in range(files):
            a.write(path(n), text(n))
        first, report = timed(a.sync)
        print(
            f"first cycle of {files} files: {first:.0f} ms, {report.captured} captured, {report.sent} commits sent, {report.state}"
        )
        copy, report = timed(b.sync)
        print(f"another machine's first cycle: {copy:.0f} ms, {len(b.files())} files, {report.state}")
        time.sleep(2.5)  # stamps younger than two seconds are not trusted
        a.sync()
        parts = a.parts
        syncing.sync(parts, wait=5)
        idle = [timed(lambda: syncing.sync(parts, wait=5))[0] for _ in range(rounds)]
        fresh = [timed(a.sync)[0] for _ in range(rounds)]
        local = [timed(lambda: syncing.sync(parts, wait=5, network=False))[0] for _ in range(rounds)]
        print(
            f"a cycle that changes nothing: {statistics.median(idle):.0f} ms resident, {statistics.median(fresh):.0f} ms opened anew,"
            f" {statistics.median(local):.0f} ms without the network"
        )
        ones, capture = [], []
        for n in range(rounds):
            a.write(path(n), text(n + files))
            capture.append(timed(lambda: syncing.sync(parts, wait=5, network=False))[0])
            ones.append(timed(lambda: syncing.sync(parts, wait=5))[0])
        print(
            f"one changed file: capture {statistics.median(capture):.0f} ms, then fetch and push {statistics.median(ones):.0f} ms"
        )
        pulls = []
        other = b.parts
        syncing.sync(other, wait=5)
        for n in range(rounds):
            a.write(path(n), text(n + 2 * files))
            syncing.sync(parts, wait=5)
            pulls.append(timed(lambda: syncing.sync(other, wait=5))[0])
        print(f"one file of another machine: {statistics.median(pulls):.0f} ms")
        print(git(a.root, "count-objects", "-vH"))


if __name__ == "__main__":
    main()
