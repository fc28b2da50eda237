"""Does a resident syncer grow? Ten thousand cycles of one process: memory and open files, every so many cycles.

    python benchmarks/sync_soak.py [CYCLES] [EVERY] [REMOTE]

Every fifth cycle asks the remote, as a resident syncer's do; every tenth has a change of its own, every twentieth one of another machine, every fiftieth a secret that is held and
goes again, every hundredth a contradiction; the others change nothing. REMOTE is `remote` (default) or `none`.
Prints, and ends with 1, where memory grew by more than a tenth after the first tenth, or where files stay open.
"""

from __future__ import annotations

import gc
import os
import pathlib
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "tests"))

from memsync.store import syncing
from synckit import bare, machine

SECRET = "gh" + "p_" + "q7Rt2Vx9LmZ4Kp8Wn3Ys6Bd1Hf5Jc0GgTeAu"


def footprint() -> tuple[float, int, int, int]:
    """Return memory in MiB (RSS and its peak), open files, and threads of this process."""
    words = dict(
        line.split(":", 1)
        for line in pathlib.Path("/proc/self/status").read_text().splitlines()
        if ":" in line
    )
    kib = {name: int(words[name].split()[0]) for name in ("VmRSS", "VmHWM")}
    handles = len(os.listdir("/proc/self/fd"))  # noqa: PTH208  # counting names, not paths
    return kib["VmRSS"] / 1024, int(kib["VmHWM"] / 1024), handles, int(words["Threads"])


def one(number: int, a, b, parts) -> None:
    """One cycle, with what it finds."""
    if number % 50 == 0:
        a.write("global/fact/held.md", f"use {SECRET}\n")
    elif number % 50 == 1:
        (a.root / "global/fact/held.md").unlink(missing_ok=True)
    if number % 100 == 5:
        a.write("global/fact/both.md", f"here it is {number}\n")
        b.write("global/fact/both.md", f"there it is {number}\n")
    if number % 10 == 0:
        a.write(f"global/fact/{number % 50}.md", f"memory, as of {number}\n")
    if number % 20 == 5:
        b.write(f"global/note/{number % 50}.md", f"from there, as of {number}\n")
        b.sync()
    syncing.sync(parts, wait=5, network=number % 5 == 0)


def main() -> int:
    cycles, every = (int(sys.argv[n]) if len(sys.argv) > n else d for n, d in ((1, 10_000), (2, 500)))
    with tempfile.TemporaryDirectory() as folder:
        base = pathlib.Path(folder)
        remote = bare(base / "remote.git") if sys.argv[3:] != ["none"] else None
        a, b = machine(base / "a", remote), machine(base / "b", remote)
        for n in range(50):
            a.write(f"global/fact/{n}.md", f"memory {n}\n")
        a.sync()
        b.sync()
        parts = a.parts
        seen, began = [], time.monotonic()
        for number in range(1, cycles + 1):
            one(number, a, b, parts)
            if number % every == 0 or number == 50:
                gc.collect()
                seen.append((number, *footprint()))
                print(
                    f"{number:6} cycles, {time.monotonic() - began:5.0f} s: %.1f MiB (peak %d), %d handles, %d threads"
                    % seen[-1][1:],
                    flush=True,
                )
        later = [row for row in seen if row[0] >= cycles / 10]
        grew = max(r[1] for r in later) / later[0][1] - 1
        handles = {r[3] for r in later}
        print(f"after the first tenth: memory {grew:+.1%} at most, handles {sorted(handles)}")
        return int(grew > 0.1 or len(handles) > 1)


if __name__ == "__main__":
    sys.exit(main())
