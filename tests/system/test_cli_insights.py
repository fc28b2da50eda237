"""`memsync stats`, `timeline` and `review`, and what recall says of memories whose files changed."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from clikit import Terminal
from memsync.core.answer import Answer
from memsync.core.usage import line_of
from memsync.edges.settings import load
from memsync.edges.usage import UsageFiles
from memsync.store.parts import Parts

pytestmark = pytest.mark.system

OLD = "2026-01-05T10:00:00Z"


@pytest.fixture
def terminal(capfd, monkeypatch):
    return Terminal(capfd, monkeypatch)


def git(folder, *arguments, **more):
    return subprocess.run(
        ["git", "-C", str(folder), *arguments], check=True, capture_output=True, text=True, **more
    ).stdout.strip()


@pytest.fixture
def app(home, monkeypatch):
    """Stand in a project's folder, with a file in its history."""
    folder = home / "app"
    subprocess.run(["git", "init", "-q", str(folder)], check=True)
    git(folder, "remote", "add", "origin", "git@example.com:org/app.git")
    commit(folder, "2026-01-01T00:00:00Z", "src/api.ts", "export function parseInvoice() {}\n")
    commit(folder, "2026-01-01T00:00:00Z", "src/db.ts", "one\n")
    monkeypatch.chdir(folder)
    return folder


def commit(folder, when, path, text):
    """Commit a file's text (None: take it away) at a date."""
    file = folder / path
    file.parent.mkdir(exist_ok=True)
    if text is None:
        git(folder, "rm", "-q", path)
    else:
        file.write_text(text)
        git(folder, "add", path)
    env = {**os.environ, "GIT_COMMITTER_DATE": when, "GIT_AUTHOR_DATE": when}
    git(folder, "commit", "-q", "--allow-empty", "-m", "change", env=env)


@pytest.fixture
def store(app, terminal):
    terminal.done("init")
    terminal.done(
        "remember", "Invoices are parsed in one place.", "--key", "invoices", "--category", "decision"
    )
    root = Path(load().store)
    [folder] = root.glob("projects/*/decision")
    text = (folder / "invoices.md").read_text()
    dated = "\n".join(
        f"{line.split(':')[0]}: {OLD}" if line.startswith(("created:", "updated:")) else line
        for line in text.split("\n")
    )
    (folder / "invoices.md").write_text(
        dated.replace("status:", "sources: [src/api.ts, src/db.ts, nowhere.ts]\nstatus:", 1)
    )
    (root / "global/fact").mkdir(parents=True, exist_ok=True)
    (root / "global/fact/port.md").write_text(f"---\ntitle: Port\nupdated: {OLD}\n---\nThe port is 8080.\n")
    return root


def write(store, path, body, **fields):
    file = store / path
    file.parent.mkdir(parents=True, exist_ok=True)
    head = "".join(f"{name}: {value}\n" for name, value in {"updated": OLD, **fields}.items())
    file.write_text(f"---\n{head}---\n{body}\n")


def notes(terminal, *words):
    return [
        note for hit in terminal("recall", *words, "--json").json["hits"] for note in hit.get("notes", ())
    ]


# ---- staleness ----------------------------------------------------------------------------------


def test_recall_says_what_changed_since(store, app, terminal):
    """Of the cited files the project has, how many changed, and in how many commits."""
    before = notes(terminal, "invoices")
    for number in range(3):
        commit(app, "2026-03-01T00:00:00Z", "src/api.ts", f"{number}\n")
    after = notes(terminal, "invoices")

    assert ([], ["may be stale: 1 of 2 cited files changed in 3 commits since"]) == (before, after)


def test_a_file_that_went_is_told(store, app, terminal):
    """A cited file that HEAD has no more is gone; one that never was counts for nothing."""
    commit(app, "2026-03-01T00:00:00Z", "src/db.ts", None)

    assert ["may be stale: 1 of 2 cited files changed in 1 commit since; gone: src/db.ts"] == notes(
        terminal, "invoices"
    )


def test_a_symbol_that_went_is_told(store, app, terminal):
    """`src/api.ts#parseInvoice` is looked for in the file."""
    terminal.done("revise", "invoices", "--source", "src/api.ts#parseInvoice")
    before = notes(terminal, "invoices")
    (app / "src/api.ts").write_text("export function readInvoice() {}\n")

    assert ([], ["may be stale: no longer there: parseInvoice (src/api.ts)"]) == (
        before,
        notes(terminal, "invoices"),
    )


def test_another_folder_says_nothing_of_this_projects_files(store, app, terminal, home, monkeypatch):
    """Outside the project its files can't be looked at."""
    commit(app, "2026-03-01T00:00:00Z", "src/api.ts", "x\n")
    monkeypatch.chdir(home)
    hits = terminal("recall", "invoices", "--all-projects", "--json").json["hits"]

    assert (["invoices"], None) == ([hit["key"] for hit in hits], hits[0].get("notes"))


@pytest.mark.parametrize(
    "source", ["../../etc/passwd", "/etc/passwd", "https://example.com/x", "--output=/tmp/x", ":(top)x", "*"]
)
def test_hostile_sources_are_passed_over(store, app, terminal, source):
    """What is no path of the project is never handed to git as anything else."""
    [file] = store.glob("projects/*/decision/invoices.md")
    file.write_text(file.read_text().replace("[src/api.ts, src/db.ts, nowhere.ts]", f"['{source}']"))
    commit(app, "2026-03-01T00:00:00Z", "src/api.ts", "x\n")

    assert [] == notes(terminal, "invoices")


# ---- stats --------------------------------------------------------------------------------------


def test_stats_count_what_is_there(store, terminal):
    """By category, age, scope; and nothing of recall before there was one."""
    shape = terminal.done("stats", "--json").json

    assert (2, {"decision": 1, "fact": 1}, 2, None) == (
        shape["memories"],
        shape["by_category"],
        len(shape["by_scope"]),
        shape["recalled"]["since"],
    )


def test_stats_tell_how_recall_served(store, terminal):
    """What was found, how often, how quickly; no word of what was asked is kept anywhere outside the store."""
    for _ in range(3):
        terminal.done("recall", "invoices", "parsed")
    recalled = terminal.done("stats", "--json").json["recalled"]
    kept = b"".join(f.read_bytes() for f in load().state_dir.rglob("usage/*"))

    assert (1, [("invoices", 3)], 3, False) == (
        recalled["memories"],
        [(m["key"], m["count"]) for m in recalled["most"]],
        recalled["speed"]["cli"]["answers"],
        b"parsed" in kept,
    )


def test_stats_are_readable(store, terminal):
    """On a terminal without blocks the bars are of plain characters."""
    terminal.done("recall", "invoices")
    out = terminal.done("stats").out

    assert "2 memories\nby category\n  decision  " in out
    assert "recalled on this machine since" in out


# ---- timeline -----------------------------------------------------------------------------------


def test_the_timeline_is_newest_first(store, terminal):
    """Each memory once, with what happened, and no standing documents."""
    terminal.done("remember", "Fresh news", "--key", "fresh", "--scope", "global")
    told = terminal.done("timeline", "--json").json["memories"]

    assert ("fresh", {"fresh", "invoices", "port"}, 3, {"learnt"}) == (
        told[0]["key"],
        {m["key"] for m in told},
        len(told),
        {m["what"] for m in told},
    )


def test_a_revised_memory_changed(store, terminal):
    """It was learnt another day."""
    terminal.done("revise", "invoices", "Invoices are parsed in two places.")
    [first, *_] = terminal.done("timeline", "--json").json["memories"]

    assert ("invoices", "changed") == (first["key"], first["what"])


def test_a_timeline_can_be_narrowed_and_empty(store, terminal):
    """Filters are recall's; where nothing is left, exit code 1."""
    assert (["port"], 1, 2) == (
        [m["key"] for m in terminal.done("timeline", "--category", "fact", "--json").json["memories"]],
        terminal("timeline", "--tag", "nothing").code,
        terminal("timeline", "--since", "nonsense").code,
    )


# ---- review -------------------------------------------------------------------------------------


def review(terminal, *words):
    return [(d["kind"], d["key"]) for d in terminal("review", "--json", *words).json["review"]]


def test_a_quiet_store_has_nothing_to_review(store, terminal):
    """Exit code 1, and a word on stderr."""
    ran = terminal("review")

    assert (1, "", True) == (ran.code, ran.out, "Nothing to look at again." in ran.err)


def test_every_kind_is_listed_gravest_first(store, app, terminal):
    """Contested, stale, candidates, duplicates, unused."""
    commit(app, "2026-03-01T00:00:00Z", "src/api.ts", "x\n")
    write(store, "global/fact/port.conflict-0123abcd.md", "The port is 9090.")
    write(store, "global/note/maybe.md", "Perhaps redis", status="candidate")
    write(store, "global/note/one.md", "the deploy needs the vault token and a quiet afternoon on friday")
    write(
        store,
        "global/note/two.md",
        "the deploy needs the vault token and a quiet afternoon on friday",
        tags="[ops]",
    )
    UsageFiles(Parts(store, settings=load(), instance="x").state_dir / "usage").note(
        line_of(Answer(query=""), at=1.0, milliseconds=1, by="cli")
    )
    told = review(terminal)

    assert [
        ("contested", "port"),
        ("stale", "invoices"),
        ("candidate", "maybe"),
        ("duplicate", "two"),
    ] == told[:4]
    assert {"unused"} == {kind for kind, _ in told[4:]}


def test_unused_is_said_only_when_recalls_are_counted_for_long(store, terminal):
    """A machine that began to count today can't tell."""
    terminal.done("recall", "port")
    at_once = review(terminal, "--kind", "unused")
    UsageFiles(Parts(store, settings=load(), instance="x").state_dir / "usage").note(
        line_of(Answer(query=""), at=1.0, milliseconds=1, by="cli")
    )

    assert ([], [("unused", "invoices")]) == (at_once, review(terminal, "--kind", "unused"))


def test_kept_is_not_asked_again_until_it_changes(store, terminal):
    """A person's word counts as long as the memory is the same."""
    write(store, "global/note/maybe.md", "Perhaps redis", status="candidate")
    terminal.done("review", "maybe", "--keep")
    kept = review(terminal)
    write(store, "global/note/maybe.md", "Perhaps valkey", status="candidate")

    assert ([], [("candidate", "maybe")]) == (kept, review(terminal))


def test_a_stale_memory_that_is_confirmed_is_fresh_until_the_next_commit(store, app, terminal):
    """Both in review and in recall."""
    commit(app, "2026-03-01T00:00:00Z", "src/api.ts", "x\n")
    terminal.done("review", "invoices", "--keep")
    told = (review(terminal), notes(terminal, "invoices"))
    commit(app, "2099-03-01T00:00:00Z", "src/api.ts", "y\n")

    assert (([], []), [("stale", "invoices")]) == (told, review(terminal))


def test_a_candidate_is_promoted(store, terminal):
    """It is active then."""
    write(store, "global/note/maybe.md", "Perhaps redis", status="candidate")
    terminal.done("review", "maybe", "--promote")

    assert "active" == terminal.done("show", "maybe", "--json").json["status"]


def test_duplicates_are_merged(store, terminal):
    """One stays, with the tags of both; the other is in history."""
    for name, tags in (("one", "[a]"), ("two", "[b]")):
        write(
            store,
            f"global/note/{name}.md",
            "the deploy needs the vault token and a quiet afternoon",
            tags=tags,
        )
    ran = terminal.done("review", "two", "--merge", "--json")

    assert {"settled": "global/note/two.md", "kind": "duplicate", "action": "merge"} == ran.json
    assert (["b", "a"], 1) == (
        terminal.done("show", "two", "--json").json["tags"],
        terminal("show", "one").code,
    )


def test_a_contested_memory_is_settled_by_either_text_or_both(store, terminal):
    """`--keep` keeps the named one, `--merge` both texts."""
    write(store, "global/fact/port.conflict-0123abcd.md", "The port is 9090.")
    terminal.done("review", "global/fact/port.md", "--merge")
    body = terminal.done("show", "port", "--json").json["body"]

    assert (True, True, []) == ("8080" in body, "9090" in body, review(terminal))


def test_a_memory_is_revised_or_forgotten(store, terminal):
    """By a text on the command line; and taken away."""
    write(store, "global/note/maybe.md", "Perhaps redis", status="candidate")
    terminal.done("review", "maybe", "--revise", "Surely valkey")
    body = terminal.done("show", "maybe", "--json").json["body"]
    terminal.done("review", "maybe", "--forget")

    assert ("Surely valkey\n", 1) == (body, terminal("show", "maybe").code)


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--keep"], 2, "NAME: is missing"),
        (["maybe"], 2, "action: is missing"),
        (["maybe", "--keep", "--revise", "x"], 2, "exclude each other"),
        (["maybe", "--merge"], 2, "can't be settled by merge"),
        (["port", "--keep"], 1, "is not up for review"),
        (["nobody", "--keep"], 1, "nobody"),
        (["--kind", "nonsense"], 2, "nonsense"),
        (["--idle", "nonsense"], 2, "--idle"),
        (["--idle", "2099-01-01"], 2, "in the future"),
        (["maybe", "--revise", " "], 2, "text: is empty"),
    ],
)
def test_bad_input_is_said(store, terminal, words, code, said):
    """Each with its exit code and what to do instead."""
    write(store, "global/note/maybe.md", "Perhaps redis", status="candidate")
    ran = terminal("review", *words)

    assert (code, True) == (ran.code, said in ran.err)


def test_on_a_terminal_they_are_settled_one_by_one(store, terminal, home):
    """Each is shown with its text and a question; q ends."""
    write(store, "global/note/a1.md", "Perhaps redis", status="candidate")
    write(store, "global/note/b2.md", "Perhaps valkey", status="candidate")
    done = subprocess.run(
        ["script", "-qec", "memsync review", "/dev/null"],
        input="x\np\nq\n", capture_output=True, text=True, check=False, cwd=Path.cwd(),
        env={**os.environ, "PATH": f"{Path(os.sys.executable).parent}:{os.environ['PATH']}", "TERM": "dumb"},
    )  # fmt: skip

    assert "1 of 2" in done.stdout
    assert ["active", "candidate"] == [
        terminal.done("show", key, "--json").json["status"] for key in ("a1", "b2")
    ]
    assert "confirmed a1" in done.stdout
