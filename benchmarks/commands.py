"""What the everyday commands cost as whole programs, beside `python -c pass`, all in one run.

    python benchmarks/commands.py [MEMORIES]      (default 1000; 10000 takes some minutes)

Prints medians in milliseconds and the ratio to a Python that does nothing. Uses a home of its own.
"""

from __future__ import annotations

import os
import pathlib
import random
import statistics
import subprocess
import sys
import tempfile
import time

WORDS = pathlib.Path(__file__).read_text().split() + [
    f"{a}{b}" for a in ("cache", "queue", "token", "index", "merge") for b in range(200)
]
ROUNDS = 15
RESIDENT = """
import time
from memsync.edges.door.client import NoAnswer, find_door
from memsync.edges.settings import load
from memsync.store.answering import serve_door
from memsync.store.parts import Parts
import os
s = load()
thread = serve_door(Parts(s.store, settings=s, instance="bench"), lambda: False)
while True:
    try:
        find_door(os.environ)
        break
    except NoAnswer:
        time.sleep(0.05)  # until the door is open
print("up", flush=True)
thread.join()
"""


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    with tempfile.TemporaryDirectory() as name:
        place = pathlib.Path(name)
        environment = {"PATH": os.environ["PATH"], "HOME": name, "MEMSYNC_BACKGROUND": "0"}
        run(
            environment,
            "git",
            "init",
            "--quiet",
            "--bare",
            "--initial-branch=main",
            str(place / "remote.git"),
        )
        memsync(environment, "init", "--remote", str(place / "remote.git"))
        write(place / "notes", count)
        show(
            f"import of {count} memories",
            [seconds(lambda: memsync(environment, "import", str(place / "notes"), "--scope", "global"))],
        )
        show("sync: capture and push them", [seconds(lambda: memsync(environment, "sync"))])
        show(
            "recall: the first one builds the index",
            [seconds(lambda: memsync(environment, "recall", "cache7 queue9"))],
        )
        nothing = several(lambda _: run(environment, sys.executable, "-c", "pass"))
        show("python -c pass", nothing)
        for title, job in jobs(environment):
            show(title, several(job), nothing)
        with subprocess.Popen(
            [sys.executable, "-c", RESIDENT], env=environment, stdout=subprocess.PIPE, text=True
        ) as resident:
            resident.stdout.readline()
            for number in range(ROUNDS):  # the first questions read what the others find
                memsync(environment, "recall", f"cache{number} queue{number}")
            title, job = "memsync recall, with a resident", dict(jobs(environment))["memsync recall"]
            show(title, several(job), several(lambda _: run(environment, sys.executable, "-c", "pass")))
            resident.kill()


def jobs(environment):
    yield "memsync --version", lambda _: memsync(environment, "--version")
    yield (
        "memsync remember",
        lambda n: memsync(environment, "remember", f"Remember number {n} {random.random()}"),
    )
    yield "memsync recall", lambda n: memsync(environment, "recall", f"cache{n} queue{n}")
    yield "memsync sync, nothing to do", lambda _: memsync(environment, "sync")
    yield "memsync status", lambda _: memsync(environment, "status")


def write(folder: pathlib.Path, count: int) -> None:
    """Write notes of about 400 bytes."""
    dice = random.Random(1)
    folder.mkdir()
    for number in range(count):
        words = dice.choices(WORDS, k=55)
        (folder / f"note-{number}.md").write_text(
            f"# {' '.join(words[:6])} {number}\n\n{' '.join(words[6:])}\n"
        )


def memsync(environment, *words: str) -> None:
    run(environment, sys.executable, "-P", "-m", "memsync", *words)


def run(environment, *words: str) -> None:
    done = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1):
        raise SystemExit(f"{words[:6]} ended with {done.returncode}: {done.stderr[-400:]}")


def seconds(job) -> float:
    begin = time.perf_counter()
    job()
    return time.perf_counter() - begin


def several(job) -> list[float]:
    return [seconds(lambda n=n: job(n)) for n in range(ROUNDS)]


def show(title: str, times: list[float], base: list[float] | None = None) -> None:
    middle = statistics.median(times) * 1000
    ratio = f"   {middle / (statistics.median(base) * 1000):5.1f} x python" if base else ""
    print(f"{title:42s} {middle:10.1f} ms{ratio}", flush=True)


if __name__ == "__main__":
    main()
