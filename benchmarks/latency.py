"""From `remember` to another machine: the debounce, then polling or a doorbell. Real watchers, real git, one table.

    python benchmarks/latency.py [SECONDS] [WRITES_PER_SECOND]       (default 60 and 0.05, for each of four ways)

Five clones on one remote, one writer each (tests/fivekit.py has the play and the clock). `pushed`: from acknowledged to on the
remote: the debounce (2 s) and a cycle. `heard`: from there to standing in another machine's folder. `in all`: the sum as a
person sees it. Seconds, of all pairs of machines. The ssh is one that stays on this machine (no handshake).
"""

from __future__ import annotations

import pathlib
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "tests"))

from fivekit import Terms, run, share

WAYS = (
    ("polling, 15 s", {"remote": "ssh", "bell": False}),
    ("doorbell over ssh", {"remote": "ssh", "bell": True}),
    ("doorbell at a folder", {"remote": "file", "bell": True}),
    ("polling, http-backend", {"remote": "http", "bell": False}),
)


def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 60.0
    rate = float(sys.argv[2]) if len(sys.argv) > 2 else 0.05
    chosen = sys.argv[3:]  # parts of the ways' names
    print(f"{'':24}{'writes':>7}{'lost':>6}   pushed p50   p95   heard p50   p95   in all p50   p95")
    for name, more in WAYS:
        if chosen and not any(part in name for part in chosen):
            continue
        with tempfile.TemporaryDirectory() as folder:
            found = run(pathlib.Path(folder), Terms(seconds=seconds, rate=rate, writers=1, seed=7, **more))
        figures = [
            share(values, p) for values in (found.pushed, found.arrived, found.whole) for p in (0.5, 0.95)
        ]
        columns = "".join(f"{v:{w}.2f}" for v, w in zip(figures, (13, 7, 11, 7, 13, 7), strict=True))
        print(f"{name:24}{len(found.pushed):>7}{found.figures.lost:>6}{columns}", flush=True)
        for problem in (*found.figures.problems, *found.fell):
            print(f"  {problem}")


if __name__ == "__main__":
    main()
