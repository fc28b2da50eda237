"""How long an assistant waits for a hook, from the outside: a process is started, reads its input, prints, and ends.

python benchmarks/hooks.py [MEMORIES] [ROUNDS]       (10000 and 60; the store is made anew in a temporary folder)

Prompts are the questions of benchmarks/recall, each in a session of its own, asked from a project's folder with a git remote.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "recall"))

import notes as noteset

RESIDENT = """
import sys
from memsync.edges.settings import load
from memsync.store.answering import serve_door
from memsync.store.parts import Parts
s = load()
t = serve_door(Parts(s.store, settings=s, instance="bench"), lambda: False)
print("up", flush=True)
t.join()
"""
MEMSYNC = [str(Path(sys.executable).with_name("memsync"))]
PASS = [sys.executable, "-c", "pass"]


def timed(command: list[str], payload: bytes, env: dict[str, str], cwd: Path) -> tuple[float, bytes]:
    start = time.perf_counter()
    done = subprocess.run(command, input=payload, env=env, cwd=cwd, capture_output=True, check=True)
    return time.perf_counter() - start, done.stdout


def children_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def cpu_of(pid: int | None) -> float:
    """Return a living process's CPU seconds, its own children that ended included."""
    stat = Path(f"/proc/{pid}/stat")
    if pid is None or not stat.exists():
        return 0.0
    fields = stat.read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


def settle(pid: int) -> None:
    """Wait until a resident has done what it does once (the meanings of all memories, with the extra), at most half a minute."""
    before = -1.0
    for _ in range(30):
        now = cpu_of(pid)
        if now - before < 0.1:
            return
        before = now
        time.sleep(1)  # a second of what it does tells whether it has done


def shown(times: list[float]) -> str:
    ordered = sorted(times)
    return f"p50 {ordered[len(ordered) // 2] * 1000:6.1f} ms   p95 {ordered[len(ordered) * 95 // 100] * 1000:6.1f} ms"


def prepare(count: int, home: Path, env: dict[str, str]) -> tuple[Path, list[str]]:
    """Make a store of so many memories with its index; return the project's folder and the prompts."""
    made = noteset.build(copies=max(0, count - 392))
    subprocess.run([*MEMSYNC, "init"], env=env, check=True, capture_output=True)
    store = home / "shared-memory"
    for note in made.notes:
        path = store / note.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(note.text)
    app = home / "app"
    app.mkdir()
    subprocess.run(["git", "init", "-q", str(app)], check=True)
    subprocess.run(
        ["git", "-C", str(app), "remote", "add", "origin", "git@example.com:org/shop.git"],
        env=env,
        check=True,
    )
    code = ("from memsync.store import Store; from memsync.core.answer import Query\n"
            "s = Store.open()\n"
            "for _ in range(200):\n"
            "    if not s.recall(Query(text='deploy')).problems: break\n"
            "print(s._parts.index.state())")  # fmt: skip
    state = subprocess.run(
        [sys.executable, "-c", code], env=env, cwd=app, check=True, capture_output=True, text=True
    ).stdout
    print(f"store: {len(made.notes):,} memories; index {state.strip()}")
    return app, [q.text for q in made.questions]


def rounds(  # noqa: PLR0917  # a benchmark of one file
    name: str, event: str, prompts: list[str], env: dict[str, str], cwd: Path, resident: int | None = None
) -> None:
    times, told = [], []
    before, before_resident = children_cpu(), cpu_of(resident)
    for number, prompt in enumerate(prompts):
        payload = {
            "session_id": f"{name}-{number}" if name == "learning" else f"{name}-{event}-{number}",
            "hook_event_name": event,
            "cwd": str(cwd),
            "prompt": prompt,
            "source": "startup",
            "last_assistant_message": "Done: two files are changed and the tests pass.",
        }
        took, out = timed([*MEMSYNC, "hook", event], json.dumps(payload).encode(), env, cwd)
        times.append(took)
        if out:
            told.append(len(json.loads(out)["additionalContext"]))
    cpu = (children_cpu() - before) / len(prompts) * 1000
    theirs = (cpu_of(resident) - before_resident) / len(prompts) * 1000
    average = sum(told) / len(told) if told else 0
    print(
        f"{event:17} {name:9} {shown(times)}   CPU {cpu:.0f} ms + {theirs:.0f} ms of the resident   answered {len(told)}/{len(prompts)}, {average:.0f} characters each, at most {max(told, default=0)}"
    )


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    many = int(sys.argv[2]) if len(sys.argv) > 2 else 60
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        env = {
            "HOME": folder,
            "PATH": os.environ["PATH"],
            "MEMSYNC_BACKGROUND": "0",
            "GIT_CONFIG_GLOBAL": os.devnull,
        }
        app, questions = prepare(count, home, env)
        step = max(1, len(questions) // many)
        prompts = questions[::step][:many]
        before = children_cpu()
        bare = [timed(PASS, b"", env, app)[0] for _ in range(many)]
        print(f"{'python -c pass':27} {shown(bare)}   CPU {(children_cpu() - before) / many * 1000:.0f} ms")
        print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
        rounds("direct", "UserPromptSubmit", prompts, env, app)
        rounds("direct", "SessionStart", prompts[: many // 4], env, app)
        learning = env | {"MEMSYNC_LEARN": "1", "MEMSYNC_LEARN_JUDGES": "rules"}
        rounds("learning", "UserPromptSubmit", prompts[: many // 2], learning, app)
        rounds("learning", "Stop", prompts[: many // 2], learning, app)
        with subprocess.Popen(
            [sys.executable, "-c", RESIDENT], env=env, stdout=subprocess.PIPE, cwd=app
        ) as resident:
            resident.stdout.readline()
            time.sleep(0.5)
            timed(
                [*MEMSYNC, "hook", "UserPromptSubmit"], b'{"prompt": "how do we deploy the shop"}', env, app
            )  # the first one imports
            settle(resident.pid)
            rounds("resident", "UserPromptSubmit", prompts, env, app, resident.pid)
            rounds("resident", "SessionStart", prompts[: many // 4], env, app, resident.pid)
            status = Path(f"/proc/{resident.pid}/status")
            if status.exists():
                print(
                    "resident's memory:",
                    next(
                        line.split(None, 1)[1]
                        for line in status.read_text().splitlines()
                        if line.startswith("VmRSS")
                    ),
                )
            resident.kill()


if __name__ == "__main__":
    main()
