"""What a commit costs with the store's hook, its cache warm and cold, beside `git commit --no-verify`, in one run.

    python benchmarks/commit_hook.py [--rounds 15]

Warm: what is staged was looked at before (a commit that failed for another reason, pre-commit's own run). Median times.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path


def timed(command: list[str], store: Path, env: dict[str, str]) -> float:
    before = time.perf_counter()
    subprocess.run(command, cwd=store, env=env, check=True, capture_output=True)
    return (time.perf_counter() - before) * 1000


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=15)
    rounds = options.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder:
        env = {k: v for k, v in os.environ.items() if not k.startswith(("GIT_", "XDG_", "MEMSYNC_"))}
        env |= {"HOME": folder, "MEMSYNC_BACKGROUND": "no", "GIT_CONFIG_NOSYSTEM": "1"}
        for name in ("AUTHOR", "COMMITTER"):
            env |= {f"GIT_{name}_NAME": "A Tester", f"GIT_{name}_EMAIL": "t@example.invalid"}
        memsync = [sys.executable, "-m", "memsync"]
        subprocess.run([*memsync, "init"], env=env, cwd=folder, check=True, capture_output=True)
        store = Path(folder, "shared-memory")
        spent: dict[str, list[float]] = {"bare": [], "warm": [], "cold": []}
        for number in range(rounds):
            for kind, times in spent.items():
                note = store / "global" / f"{kind}-{number}.md"
                note.parent.mkdir(exist_ok=True)
                note.write_text(f"# Note {number}\n\nWe chose the {kind} cache, because keys are explicit.\n")
                subprocess.run(["git", "add", "-A"], cwd=store, env=env, check=True)
                if kind == "warm":
                    subprocess.run(
                        [*memsync, "scan", "--staged"], env=env, cwd=store, check=True, capture_output=True
                    )
                passed = ["--no-verify"] if kind == "bare" else []
                times.append(timed(["git", "commit", "-q", *passed, "-m", "note"], store, env))
        python = [timed([sys.executable, "-c", "pass"], store, env) for _ in range(rounds)]
    bare = statistics.median(spent["bare"])
    print(f"python -c pass {statistics.median(python):.0f} ms; git commit --no-verify {bare:.0f} ms")
    for kind in ("warm", "cold"):
        times = spent[kind]
        print(
            f"with the hook, {kind}: median {statistics.median(times):.0f} ms, worst {max(times):.0f} ms;"
            f" over git's own time {statistics.median(times) - bare:.0f} ms"
        )


if __name__ == "__main__":
    main()
