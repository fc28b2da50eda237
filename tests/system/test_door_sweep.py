"""Every kind of secret by every door: afterwards it is in no file that memsync made, no object, no log, no output.

One home, one store and its remote; every kind is planted by each door, and then everything is searched at once. The slice
of the normal run takes a few kinds of each class; `-m slow` takes all (docs/testing.md).
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import anyio
import pytest
from mcp import Client

from clikit import Terminal
from gitkit import git
from memsync.mcp_server.server import build
from secretkit import Labelled, positives

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.system
_SHORTEST = 8
_TITLE = 200  # characters; a title may have 300


def kinds() -> list[Labelled]:
    """Return one text of each type of each class, those that differ in their class aside."""
    return list({(s.kind, s.type): s for s in positives()}.values())


def part(every: list[Labelled]) -> list[Labelled]:
    """Return a slice: each twenty-fourth vendor, each twelfth of every other class."""
    counts: dict[str, int] = {}
    taken = []
    for sample in every:
        number = counts[sample.kind] = counts.get(sample.kind, -1) + 1
        taken += [sample] if number % (24 if sample.kind == "shaped" else 12) == 0 else []
    return taken


def needles(sample: Labelled) -> list[bytes]:
    """Return what must be nowhere: the secret where it is on one line, else the lines in its middle."""
    secret = sample.text[sample.start : sample.end]
    lines = [line.strip() for line in secret.splitlines()]
    inner = [secret] if len(lines) == 1 else [line for line in lines[1:-1] if len(line) >= 24]
    return [n.encode() for n in inner if len(n) >= _SHORTEST]


@dataclass
class House:
    """A home with a store, its remote, another clone of that; all that was printed; and what lies there by hand."""

    home: Path
    outside: Path
    memsync: Terminal
    said: list[str] = field(default_factory=list)
    by_hand: set[Path] = field(default_factory=set)

    @property
    def store(self) -> Path:
        return self.home / "shared-memory"

    @property
    def remote(self) -> Path:
        return self.home / "remote.git"

    def run(self, *words: str, stdin: bytes = b"", code: int | None = None) -> None:
        """Run a command and keep what it said."""
        ran = self.memsync(*words, stdin=stdin)
        self.said.append(f"{words[:2]}: {ran.out}{ran.err}")
        assert code in (None, ran.code), (
            words[:2],
            ran.code,
            re.findall("still there.*|.*sent.*|.*found afterwards.*", ran.out)[:4],
        )

    def found(self, pattern: re.Pattern[bytes], *, but: set[Path] = frozenset()) -> list[str]:
        """Return where the pattern is: raw files, loose objects inflated, every object of every repository, what was said."""
        places = []
        for place in self.home.rglob("*"):
            if place.is_file() and place not in self.by_hand | but:
                raw = place.read_bytes()
                if len(place.parent.name) == 2 and place.parent.parent.name == "objects":
                    raw = zlib.decompress(raw)
                places += [
                    f"{place.relative_to(self.home)}: {found[0][:12]!r}…"
                    for found in [pattern.search(raw)]
                    if found
                ]
        for gitdir in (self.store / ".git", self.remote):
            objects = git(gitdir, "cat-file", "--batch-all-objects", "--batch", "--unordered")
            places += [f"an object of {gitdir.parent.name}"] if pattern.search(objects) else []
        return places + [f"output of {text[:60]}" for text in self.said if pattern.search(text.encode())]


@pytest.fixture
def house(home, tmp_path, capfd, monkeypatch):
    """Return a home with a store that has synced once."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MEMSYNC_SESSION_NOTES", "yes")
    made = House(home=home, outside=tmp_path, memsync=Terminal(capfd, monkeypatch))
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", str(made.remote)], check=True)
    made.run("init", "--remote", str(made.remote), code=0)
    made.run("remember", "A harmless text", "--key", "harmless", "--scope", "global", code=0)
    made.run("sync", code=0)
    return made


# ---- the doors ----------------------------------------------------------------------------------


def terminal(house: House, sample: Labelled, monkeypatch: pytest.MonkeyPatch) -> None:
    """Words, standard input, a file, the editor, a title, a revision: refused; and redacted where that was asked for."""
    note = house.outside / "note.md"
    note.write_text(sample.text)
    monkeypatch.setenv("EDITOR", f"cp {note}")
    secret = sample.text[sample.start : sample.end]
    house.run("remember", "--scope", "global", "--", sample.text, code=3)
    house.run("remember", "-", "--scope", "global", stdin=sample.text.encode(), code=3)
    house.run("remember", "--file", str(note), "--scope", "global", code=3)
    house.run("remember", "--edit", "--scope", "global", code=3)
    house.run("revise", "harmless", "-", stdin=sample.text.encode(), code=3)
    house.run(
        "remember", "-", "--on-secret", "redact", "--scope", "global", stdin=sample.text.encode(), code=0
    )
    if sample.kind == "shaped" and len(secret) < _TITLE:
        house.run("remember", "a text", "--title", f"token {secret}", "--scope", "global", code=3)
        house.run("remember", "a text", f"--tag=token {secret}"[:106], "--scope", "global")
    house.run("recall", "--", sample.text[:500])


def assistant(house: House, samples: list[Labelled]) -> None:
    """memory_store, memory_update and memory_recall redact and say so; what they say holds nothing."""

    async def talk() -> None:
        async with Client(build(cwd=house.outside)) as client:

            async def call(tool: str, **arguments: object) -> None:
                told = await client.call_tool(tool, arguments)
                house.said.append(f"{tool}: {told.content[0].text}")

            for sample in samples:
                await call("memory_store", content=sample.text, scope="global")
                if sample.kind == "shaped":
                    secret = sample.text[sample.start : sample.end]
                    await call("memory_store", content="text", title=f"token {secret}"[:_TITLE])
                await call("memory_update", name="harmless", content=sample.text)
                await call("memory_recall", query=sample.text[:500])

    anyio.run(talk)


def hooks(house: House, sample: Labelled) -> None:
    """A prompt, a compaction and a session's end with the secret in the payload and in the transcript."""
    transcript = house.outside / "transcript.jsonl"
    line = {"type": "user", "message": {"role": "user", "content": sample.text}, "cwd": str(house.outside)}
    transcript.write_text(json.dumps(line) + "\n")
    payload = {
        "session_id": "s",
        "transcript_path": str(transcript),
        "cwd": str(house.outside),
        "prompt": sample.text,
    }
    for event in ("SessionStart", "UserPromptSubmit", "PreCompact", "SessionEnd"):
        more = {
            "hook_event_name": event,
            "custom_instructions": sample.text,
            "reason": "other",
            "source": "startup",
        }
        house.run("hook", event, "--json", stdin=json.dumps(payload | more).encode())


def files(house: House, samples: list[Labelled]) -> None:
    """Written into the folder by another program, and imported from a folder: held, and nothing of them goes further."""
    source = house.outside / "import"
    source.mkdir()
    for number, sample in enumerate(samples):
        (source / f"imported-{number}.md").write_text(sample.text)
        place = house.store / "global" / f"written-{number}.md"
        place.write_text(sample.text)
        house.by_hand.add(place)
    house.run("import", str(source), "--scope", "global")
    for words in (
        ["sync"],
        ["status"],
        ["list"],
        ["doctor"],
        ["scan"],
        ["recall", "token"],
        ["sync", "--json"],
    ):
        house.run(*words)


def commits(house: House, samples: list[Labelled]) -> None:
    """A hand-made commit: refused, naming purge; in no ref and nothing of the remote; and nowhere after purge."""
    git(house.store, "add", "-A")
    refused = subprocess.run(
        ["git", "-C", str(house.store), "commit", "-m", "by hand"],
        capture_output=True,
        text=True,
        check=False,
    )
    house.said.append(refused.stdout + refused.stderr)
    house.run("sync", code=0)
    reachable = git(house.store, "rev-list", "--objects", "--no-object-names", "--all")
    pattern = pattern_of(samples)

    assert refused.returncode != 0
    assert "memsync purge" in refused.stderr
    assert not pattern.search(git(house.store, "cat-file", "--batch", feed=reachable))
    house.run("purge", "--yes", code=0)


def pulled(house: House, samples: list[Labelled], tmp_path: Path) -> set[Path]:
    """Another clone pushes past every gate: shown to nobody, in no index, no log, no note, and not sent on."""
    other = tmp_path / "other"
    git(tmp_path, "clone", "-q", str(house.remote), str(other))
    (other / "global").mkdir(exist_ok=True)
    for number, sample in enumerate(samples):
        (other / "global" / f"pulled-{number}.md").write_text(f"# Pulled {number}\n\n{sample.text}")
    git(other, "add", "-A")
    git(other, "commit", "-q", "-m", "pulled")
    git(other, "push", "-q", "origin", "main")
    for words in (
        ["sync"],
        ["status"],
        ["list"],
        ["recall", "pulled token password"],
        ["sync"],
        ["timeline"],
        ["stats"],
    ):
        house.run(*words)
    hooks(house, Labelled(text="what is pulled?", kind="", type=""))
    assistant(house, [Labelled(text="pulled token password key", kind="", type="", end=6)])
    return {house.store / "global" / f"pulled-{n}.md" for n in range(len(samples))}


def pattern_of(samples: list[Labelled]) -> re.Pattern[bytes]:
    return re.compile(b"|".join(re.escape(n) for sample in samples for n in needles(sample)))


def sweep(house: House, samples: list[Labelled], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (house.store / "global").mkdir(exist_ok=True)
    every = pattern_of(samples)
    for sample in samples:
        terminal(house, sample, monkeypatch)
        hooks(house, sample)
    assistant(house, samples)
    house.run("sync", code=0)
    assert [] == house.found(every), "terminal, MCP, hooks"
    files(house, samples)
    assert [] == house.found(every), "files and import"
    commits(house, samples)
    assert [] == house.found(every), "a hand-made commit, after purge"
    for place in house.by_hand:
        place.unlink()
    house.by_hand.clear()
    house.run("sync")
    there = pulled(house, samples, tmp_path)
    shutil.rmtree(house.remote)
    objects = {p for p in (house.store / ".git" / "objects").rglob("*") if p.is_file()}
    git(house.home, "init", "-q", "--bare", str(house.remote))
    left = [
        place
        for place in house.found(every, but=there | objects)
        if place != f"an object of {house.store.name}"
    ]
    assert [] == left, "pulled"


def test_a_slice_of_all_kinds_by_every_door(house, monkeypatch, tmp_path):
    """Some vendors and some of every other class, by each door, are nowhere afterwards."""
    sweep(house, part(kinds()), monkeypatch, tmp_path)


def slices(every: list[Labelled], size: int = 40) -> Iterator[list[Labelled]]:
    for first in range(0, len(every), size):
        yield every[first : first + size]


@pytest.mark.slow
@pytest.mark.parametrize("samples", list(slices(kinds())), ids=lambda s: f"{s[0].type}-{s[-1].type}")
def test_every_kind_by_every_door(house, samples, monkeypatch, tmp_path):
    """All vendor types and all other types, by each door, are nowhere afterwards."""
    sweep(house, samples, monkeypatch, tmp_path)
