"""Remember, recall and the rest through the terminal: what they print, their JSON, what they refuse."""

from __future__ import annotations

import subprocess
import sys

import pytest

from clikit import Terminal

pytestmark = pytest.mark.system
SECRET = "ghp_" + "a1B2c3D4e5F6g7H8i9J0" + "k1L2m3N4o5P6q7R8"
MEMORY_KEYS = [
    "id", "key", "title", "path", "scope", "category", "tags", "keywords", "importance", "instance", "created", "updated",
    "status", "pinned", "sensitive", "supersedes", "sources", "problems",
]  # fmt: skip


@pytest.fixture
def memsync(capfd, monkeypatch, home):
    """Return a terminal in a home with a store."""
    monkeypatch.chdir(home)
    terminal = Terminal(capfd, monkeypatch)
    terminal.done("init")
    return terminal


@pytest.fixture
def store(home):
    """Return the store's folder."""
    return home / "shared-memory"


def test_remember_says_where(memsync, store):
    """`remember` prints one line with key and path, and on stderr that the scope is global."""
    ran = memsync.done(
        "remember", "We", "use", "pnpm,", "not", "npm.", "--category", "decisions", "--tag", "tooling,#node"
    )

    assert "remembered we-use-pnpm-not-npm (global/decision/we-use-pnpm-not-npm.md)\n" == ran.out
    assert "scope is global" in ran.err
    assert "We use pnpm, not npm." in (store / "global/decision/we-use-pnpm-not-npm.md").read_text()


def test_remember_has_the_contracts_keys(memsync):
    """`remember --json` gives id, key, path, scope and created."""
    shape = memsync.done("remember", "A fact", "--json", "--category", "fact", "--scope", "global").json

    assert ["id", "key", "path", "scope", "created"] == list(shape)
    assert ("a-fact", "global/fact/a-fact.md", "global") == (shape["key"], shape["path"], shape["scope"])


def test_the_same_text_twice_is_one_memory(memsync):
    """Remembering what is remembered already says so and writes nothing."""
    memsync.done("remember", "Once")
    ran = memsync.done("remember", "Once")

    assert ran.out.startswith("already remembered once (")
    assert 1 == len(memsync.done("list", "--json").json["memories"])


def test_text_comes_from_stdin_a_file_and_an_editor(memsync, tmp_path, monkeypatch):
    """`-`, `--file` and `--edit` give the text; all of it is kept."""
    (tmp_path / "note.md").write_text("# From a file\n\nfirst\n\nsecond\n")
    script = tmp_path / "editor.py"
    script.write_text("import sys; open(sys.argv[-1], 'w').write('From an editor')")
    monkeypatch.setenv("VISUAL", f"{sys.executable} {script}")
    memsync.done("remember", "-", stdin="From stdin: ä\n".encode())
    memsync.done("remember", "--file", str(tmp_path / "note.md"))
    memsync.done("remember", "--edit")

    assert "first\n\nsecond\n" in memsync.done("show", "from-a-file").out
    assert "From stdin: ä\n" in memsync.done("show", "from-stdin-ä").out
    assert "From an editor\n" in memsync.done("show", "from-an-editor").out


@pytest.mark.parametrize(
    ("argv", "field"),
    [
        (["remember"], "text"),
        (["remember", ""], "text"),
        (["remember", "-"], "text"),
        (["remember", " \n\t "], "text"),
        (["remember", "a\x00b"], "text"),
        (["remember", "a", "--key", "a/b"], "key"),
        (["remember", "a", "--key", ".."], "key"),
        (["remember", "a", "--key", "a\x00b"], "key"),
        (["remember", "a", "--key", "\U0001f600"], "key"),
        (["remember", "a", "--key", "k" * 300], "key"),
        (["remember", "a", "--key", "con"], "key"),
        (["remember", "a", "--category", "thing"], "category"),
        (["remember", "a", "--scope", "team"], "scope"),
        (["remember", "a", "--scope", "workspace"], "scope"),
        (["remember", "a", "--importance", "2"], "importance"),
        (["remember", "a", "--importance", "nan"], "importance"),
        (["remember", "--file", "missing.md"], "--file"),
        (["recall", ""], "query"),
        (["recall", "a", "--since", "soon"], "--since"),
        (["recall", "a", "--until", "2026-13-45"], "--until"),
        (["list", "--category", "thing"], "category"),
        (["import", "missing"], "PATH"),
    ],
)  # fmt: skip
def test_bad_input_is_named(memsync, store, argv, field):
    """Each wrong value ends with 2 and names its field; nothing is stored."""
    before = set(store.rglob("*.md"))
    ran = memsync(*argv, "--json")

    assert (2, "bad-input", field) == (ran.code, ran.json["error"]["kind"], ran.json["error"].get("field"))
    assert before == set(store.rglob("*.md"))


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"x" * 5_000_000, "1,048,576"), (b"\xff\xfe\x00", "UTF-8"), (b"a\x00b", "NUL")],
)
def test_a_text_that_no_memory_can_hold_is_refused(memsync, tmp_path, content, said):
    """5 MB, bytes that are no UTF-8, and a NUL end with 2, from stdin and from a file."""
    (tmp_path / "big.md").write_bytes(content)
    for ran in (
        memsync("remember", "-", stdin=content),
        memsync("remember", "--file", str(tmp_path / "big.md")),
    ):
        assert 2 == ran.code
        assert said in ran.err


@pytest.mark.parametrize(
    "argv",
    [
        ["remember", f"the token is {SECRET}"],
        ["remember", "a text", "--title", f"token {SECRET}"],
        ["remember", "a text", "--tag", SECRET],
        ["remember", "a text", "--keyword", SECRET],
        ["remember", "a text", "--source", SECRET],
        ["remember", "a text", "--key", SECRET],
    ],
)  # fmt: skip
def test_a_secret_is_not_stored(memsync, home, argv):
    """A secret in any field ends with 3, names its rule, never its value, and is in no file of the home afterwards."""
    ran = memsync(*argv, "--json")

    assert 3 == ran.code
    assert "secret-found" == ran.json["error"]["kind"]
    assert ran.json["error"]["findings"]
    assert SECRET not in ran.out + ran.err
    assert [] == [str(p) for p in home.rglob("*") if p.is_file() and SECRET.encode() in p.read_bytes()]


def test_a_typed_secret_is_in_the_shells_history(memsync):
    """A secret that stood on the command line is told to be in the shell's history; one from stdin is not."""
    assert "history" in memsync("remember", f"token {SECRET}").err
    assert "history" not in memsync("remember", "-", stdin=f"token {SECRET}".encode()).err


def test_a_secret_can_be_redacted(memsync):
    """`--on-secret redact` stores the text with a mark, ends with 0 and says so."""
    ran = memsync.done(
        "remember",
        "--key",
        "deploy",
        "--on-secret",
        "redact",
        "-",
        stdin=f"deploy with {SECRET} now".encode(),
    )
    shape = memsync.done(
        "remember", "--on-secret", "redact", "--json", "-", stdin=f"again: {SECRET}".encode()
    ).json

    assert "1 secret redacted" in ran.err
    assert "[REDACTED:" in memsync.done("show", "deploy").out
    assert ["github-token"] == sorted({f["rule"] for f in shape["redacted"]})


def test_recall_finds_what_was_remembered(memsync):
    """`recall` prints a ranked list with path and line, and its JSON has the contract's keys."""
    memsync.done(
        "remember",
        "We use React Query, not SWR: better types",
        "--category",
        "decision",
        "--key",
        "react-query",
    )
    ran = memsync.done("recall", "why", "react", "query")
    shape = memsync.done("recall", "why react query", "--json").json

    assert ran.out.startswith("1. We use React Query, not SWR: better types  [global · decision · ")
    assert "global/decision/react-query.md:" in ran.out
    assert ["query", "hits", "weak", "more"] == list(shape)
    assert [
        "id",
        "key",
        "title",
        "path",
        "line",
        "scope",
        "category",
        "score",
        "updated",
        "instance",
        "snippet",
        "body",
        "why",
    ] == list(shape["hits"][0])
    assert ("cli", "react-query") == (shape["hits"][0]["instance"], shape["hits"][0]["key"])


def test_nothing_relevant_is_exit_1(memsync):
    """Where nothing is relevant recall ends with 1, prints nothing on stdout and JSON without hits."""
    memsync.done("remember", "We use pnpm")
    ran = memsync("recall", "zebra", "crossing")
    shape = memsync("recall", "zebra crossing", "--json")

    assert (1, "") == (ran.code, ran.out)
    assert (1, []) == (shape.code, shape.json["hits"])


def test_list_and_show_have_their_keys(memsync):
    """`list --json` and `show --json` give a memory's fields; show adds body, text, rev and who contests it."""
    memsync.done("remember", "One", "--tag", "a", "--importance", "0.9")
    listed = memsync.done("list", "--json").json["memories"]
    shown = memsync.done("show", "one", "--json").json

    assert [MEMORY_KEYS] == [list(m) for m in listed]
    assert [*MEMORY_KEYS, "body", "text", "rev", "contested_by"] == list(shown)
    assert (["a"], 0.9, "One\n") == (shown["tags"], shown["importance"], shown["body"])


def test_list_filters(memsync):
    """`list` filters by category, tag, time and writer, and ends with 1 where none is left."""
    memsync.done("remember", "A decision", "--category", "decision", "--tag", "x")
    memsync.done("remember", "A fact", "--category", "fact")
    keys = lambda *argv: [m["key"] for m in memsync("list", "--json", *argv).json["memories"]]  # noqa: E731  # a name for one line of this test

    assert ["a-decision"] == keys("--category", "decision")
    assert ["a-decision"] == keys("--tag", "x")
    assert {"a-decision", "a-fact"} == set(keys("--since", "1d", "--by", "cli"))
    assert [] == keys("--until", "2020-01-01")
    assert 1 == memsync("list", "--by", "ide").code
    assert 1 == len(keys("--limit", "1"))
    assert "1 more" in memsync.done("list", "--limit", "1").err


@pytest.mark.parametrize("command", ["show", "forget", "history", "restore"])
def test_a_name_that_none_has_is_exit_1(memsync, command):
    """A NAME no memory has ends with 1 and says what is near."""
    memsync.done("remember", "We use pnpm", "--key", "pnpm")
    ran = memsync(command, "pnpn", "--json")

    assert (1, "no-such-memory") == (ran.code, ran.json["error"]["kind"])
    assert ["pnpm"] == ran.json["error"]["near"]


def test_a_name_that_two_have_is_exit_2(memsync):
    """A key that two memories have ends with 2 and lists their paths; a path or an id names one."""
    first = memsync.done("remember", "One", "--key", "same", "--category", "fact", "--json").json
    memsync.done("remember", "Two", "--key", "same", "--category", "note")
    ran = memsync("show", "same", "--json")

    assert (2, "ambiguous-name") == (ran.code, ran.json["error"]["kind"])
    assert ["global/fact/same.md", "global/note/same.md"] == sorted(ran.json["error"]["paths"])
    assert (
        "One" in memsync.done("show", first["id"][:22]).out or "One" in memsync.done("show", first["id"]).out
    )
    assert "Two" in memsync.done("show", "global/note/same.md").out


def test_revise_changes_only_what_it_is_told(memsync, store):
    """`revise` rewrites the fields named; a hand-made header's comments, order and unknown keys stay byte for byte."""
    path = store / "global" / "fact" / "hand.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(
        b"---\n# by hand\nx-mine:   [1,  2]\ntitle: 'Old'   # why\ntags: [a]\n---\n\nBody  stays.\r\n"
    )
    ran = memsync.done("revise", "hand", "--title", "New", "--tag", "b")

    assert "revised hand (global/fact/hand.md)\n" == ran.out
    text = path.read_bytes()
    assert b"# by hand\nx-mine:   [1,  2]\n" in text
    assert text.endswith(b"---\n\nBody  stays.\r\n")
    shown = memsync.done("show", "hand", "--json").json
    assert ("New", ["b"]) == (shown["title"], shown["tags"])


def test_revise_takes_a_new_text(memsync):
    """`revise NAME TEXT` replaces the body; nothing to change, an empty text and a secret are refused."""
    memsync.done("remember", "Old text", "--key", "k")
    memsync.done("revise", "k", "New", "text")

    assert "New text\n" == memsync.done("show", "k", "--json").json["body"]
    assert 2 == memsync("revise", "k").code
    assert 2 == memsync("revise", "k", "").code
    assert 2 == memsync("revise", "k", "--title", " ").code
    assert 3 == memsync("revise", "k", f"token {SECRET}").code
    assert "New text\n" == memsync.done("show", "k", "--json").json["body"]


def test_revise_moves_to_another_scope(memsync, store):
    """`revise --scope` moves the file, here to the private store, where NAME still finds it."""
    memsync.done("remember", "Mine", "--key", "mine", "--scope", "global")
    ran = memsync.done("revise", "mine", "--scope", "private", "--json")

    assert "private" == ran.json["scope"]
    assert not (store / "global/note/mine.md").exists()
    assert "private" == memsync.done("show", "mine", "--json").json["scope"]


def test_forget_and_restore(memsync, store):
    """What is forgotten is gone from the files and comes back whole; history tells both."""
    memsync.done("remember", "Keep me", "--key", "k")
    before = (store / "global/note/k.md").read_bytes()
    gone = memsync.done("forget", "k", "--json").json
    assert not (store / "global/note/k.md").exists()
    back = memsync.done("restore", "k")

    assert ["id", "key", "path", "scope"] == list(gone)
    assert "restored k (global/note/k.md)\n" == back.out
    assert before == (store / "global/note/k.md").read_bytes()


def test_history_is_newest_first(memsync):
    """`history` lists a version for each capture, newest first; `restore --at` brings one back."""
    memsync.done("remember", "First text", "--key", "k")
    memsync.done("sync")
    memsync.done("revise", "k", "Second text")
    memsync.done("sync")
    versions = memsync.done("history", "k", "--json").json["versions"]
    memsync.done("restore", "k", "--at", versions[-1]["commit"][:12])

    assert 2 <= len(versions)
    assert ["commit", "when", "by", "subject", "path", "deleted"] == list(versions[0])
    assert "First text\n" == memsync.done("show", "k", "--json").json["body"]


def test_a_memory_of_a_project_stays_there(memsync, home, monkeypatch):
    """In a git repository the default scope is its project; from elsewhere its memories are not seen unless asked for."""
    code = home / "app"
    subprocess.run(["git", "init", "-q", str(code)], check=True)
    subprocess.run(
        ["git", "-C", str(code), "remote", "add", "origin", "git@github.com:org/app.git"], check=True
    )
    monkeypatch.chdir(code)
    shape = memsync.done("remember", "Ports start at 4000", "--json").json
    shown = memsync.done("project", "show", "--json").json["project"]
    monkeypatch.chdir(home)

    assert f"project:{shown['folder']}" == shape["scope"]
    assert "github.com/org/app" == shown["identity"]
    assert 1 == memsync("recall", "ports").code
    assert 0 == memsync("recall", "ports", "--all-projects").code
    assert 1 == memsync("project", "show").code


@pytest.mark.parametrize(
    "content",
    [b"---\ntitle: [broken\n---\nzebra text\n", b"---\na: b: c\n---\nzebra text\n", b"zebra \xff\xfe text\n"],
)
def test_a_broken_file_is_kept_and_still_found(memsync, store, content):
    """Broken YAML or bytes that are no UTF-8 stay as they are, are found by their text, and break no other command."""
    path = store / "global" / "broken.md"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
    memsync.done("remember", "Other")

    assert "broken" in [h["key"] for h in memsync.done("recall", "zebra", "--json").json["hits"]]
    assert 0 == memsync("list").code
    assert 0 == memsync("status").code
    assert content == path.read_bytes()


def test_broken_frontmatter_is_told_by_status(memsync, store):
    """`status` names the file whose frontmatter can't be read."""
    (store / "global").mkdir(exist_ok=True)
    (store / "global" / "broken.md").write_text("---\ntitle: [broken\n---\ntext\n")

    assert "global/broken.md" in [p["path"] for p in memsync.done("status", "--json").json["problems"]]


def test_import_can_be_run_twice(memsync, tmp_path):
    """`import` takes in a folder, holds a secret back by name, and does nothing the second time."""
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.md").write_text("# Alpha\n\nfirst\n")
    (tmp_path / "in" / "b.md").write_text(f"# Beta\n\ntoken {SECRET}\n")
    first = memsync.done("import", str(tmp_path / "in"), "--scope", "global", "--json").json
    second = memsync.done("import", str(tmp_path / "in"), "--scope", "global", "--json").json

    assert ["imported", "unchanged", "duplicates", "held", "skipped"] == list(first)
    assert (1, 1) == (len(first["imported"]), len(first["held"]))
    assert (0, 1) == (len(second["imported"]), second["unchanged"] + len(second["duplicates"]))
