"""`memsync setup claude --native` and `import --from claude`: what Claude noted is adopted, nothing is lost, nothing else is touched."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from clikit import Terminal
from memsync.core.native import slug_of
from memsync.edges.settings import load
from terminal import answer

pytestmark = pytest.mark.system

SECRET = "sk_live_" + "4eC39HqLyjWDarjtT1zdp7dc"


@pytest.fixture
def terminal(capfd, monkeypatch):
    return Terminal(capfd, monkeypatch)


@pytest.fixture
def app(home, monkeypatch, terminal):
    folder = home / "app"
    folder.mkdir()
    subprocess.run(["git", "init", "-q", str(folder)], check=True)
    subprocess.run(
        ["git", "-C", str(folder), "remote", "add", "origin", "git@example.com:org/app.git"], check=True
    )
    monkeypatch.chdir(folder)
    terminal.done("init")
    return folder


def noted(name, body, kind="user"):
    return f"---\nname: {name}\ndescription: About {name}\nmetadata:\n  type: {kind}\n---\n{body}\n"


@pytest.fixture
def old(app, home):
    """Return Claude's own folder of this project, with what it noted."""
    folder = home / ".claude/projects" / slug_of(str(app.resolve())) / "memory"
    folder.mkdir(parents=True)
    (folder / "role.md").write_text(noted("role", "The user is a data engineer in Ghent."))
    (folder / "keys.md").write_text(noted("keys", f"The key is {SECRET}."))
    (folder / "MEMORY.md").write_text("- [Role](role.md) — who\n- Always run make lint before pushing.\n")
    return folder


def settings_of(app):
    return json.loads((app / ".claude/settings.local.json").read_text())


def scope_folder():
    return next((load().store / "projects").iterdir())


def test_what_claude_had_noted_is_adopted(app, old, terminal):
    """Its files, in their form, and what stood in its index; what holds a secret stays where it is and is named."""
    before = {p.name: p.read_bytes() for p in old.iterdir()}
    report = terminal.done("setup", "claude", "--native", "--yes", "--json").json
    hits = [
        terminal.done("recall", words, "--json").json["hits"][0]
        for words in ("data engineer Ghent", "make lint pushing")
    ]

    assert ([1, ["keys.md"]], before) == (
        [len(report["adopted"]["imported"]), [h["path"] for h in report["adopted"]["held"]]],
        {p.name: p.read_bytes() for p in old.iterdir()},
    )
    assert ("role", True, str(scope_folder()), False) == (
        hits[0]["key"],
        "make lint" in hits[1]["body"],
        settings_of(app)["autoMemoryDirectory"],
        any(SECRET in p.read_text() for p in load().store.rglob("*.md")),
    )


def test_the_index_is_there_from_the_first_session(app, old, terminal):
    """Best first, with links that Claude can follow; a cycle keeps it as it is."""
    terminal.done("setup", "claude", "--native", "--yes")
    page = (scope_folder() / "MEMORY.md").read_text()
    terminal.done("sync")

    assert (True, page) == ("(preference/role.md)" in page, (scope_folder() / "MEMORY.md").read_text())


def test_what_claude_notes_next_is_a_memory_and_in_its_index(app, terminal):
    """It writes a file into the store; a cycle commits it and lists it; what holds a secret is held."""
    terminal.done("setup", "claude", "--native", "--yes")
    (scope_folder() / "train.md").write_text(
        noted("train", "The release train leaves on Thursdays.", "project")
    )
    (scope_folder() / "leak.md").write_text(noted("leak", f"Use {SECRET}."))
    report = terminal.done("sync", "--json").json
    page = (scope_folder() / "MEMORY.md").read_text()
    hit = terminal.done("recall", "when does the release train leave?", "--json").json["hits"][0]

    assert ("train", "About train", True, False, ["leak.md"]) == (
        hit["key"],
        hit["title"],
        "(train.md)" in page,
        "leak" in page,
        [h["path"].rpartition("/")[2] for h in report["held"]],
    )


def test_twice_is_once(app, old, terminal):
    """Nothing is adopted again and no second copy of the settings is made."""
    for _ in range(2):
        report = terminal.done("setup", "claude", "--native", "--yes", "--json").json
    files = sorted(p.name for p in scope_folder().rglob("*.md"))

    assert (False, [], len(set(files))) == (report["changed"], report["adopted"]["imported"], len(files))


def test_a_dry_run_touches_nothing(app, old, terminal):
    """It shows the setting and how many files there are."""
    ran = terminal.done("setup", "claude", "--native", "--dry-run")

    assert (True, True, False, False) == (
        "autoMemoryDirectory" in ran.out,
        "adopts 2 files" in ran.out,
        (app / ".claude").exists(),
        (load().store / "projects").exists(),
    )


def test_without_a_persons_word_nothing_is_written(app, old, terminal):
    """The file is in the user's repository."""
    ran = terminal("setup", "claude", "--native")

    assert (4, False) == (ran.code, (app / ".claude").exists())


def test_other_settings_stay_as_they_are(app, terminal):
    """Comments too; removing gives the file back to the byte."""
    path = app / ".claude/settings.local.json"
    path.parent.mkdir()
    before = '{\n  // mine\n  "permissions": {"allow": ["Bash(ls)"]}\n}\n'
    path.write_text(before)
    terminal.done("setup", "claude", "--native", "--yes")
    during = path.read_text()
    terminal.done("setup", "claude", "--native", "--remove", "--yes")

    assert (True, True, before) == ("// mine" in during, "autoMemoryDirectory" in during, path.read_text())


def test_removing_leaves_no_file_of_ours(app, terminal):
    """And the memories stay in the store."""
    terminal.done("setup", "claude", "--native", "--yes")
    terminal.done("setup", "claude", "--native", "--remove", "--yes")

    assert (False, True) == ((app / ".claude/settings.local.json").exists(), scope_folder().is_dir())


def test_a_linked_settings_file_stays_a_link(app, home, terminal):
    """Its target is written."""
    target = home / "dotfiles.json"
    target.write_text("{}")
    (app / ".claude").mkdir()
    (app / ".claude/settings.local.json").symlink_to(target)
    terminal.done("setup", "claude", "--native", "--yes")

    assert (True, True) == (
        (app / ".claude/settings.local.json").is_symlink(),
        "autoMemoryDirectory" in target.read_text(),
    )


@pytest.mark.parametrize("text", ["{", "[]", '{"autoMemoryDirectory": ', "\x00"])
def test_a_broken_settings_file_is_refused(app, terminal, text):
    """It is named and left alone, and nothing is adopted."""
    path = app / ".claude/settings.local.json"
    path.parent.mkdir()
    path.write_text(text)
    ran = terminal("setup", "claude", "--native", "--yes")

    assert (2, True, text) == (ran.code, "settings.local.json" in ran.err, path.read_text())


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_folder_is_told(app, terminal):
    """With its name, and without a traceback."""
    (app / ".claude").mkdir(mode=0o500)

    assert 2 == terminal("setup", "claude", "--native", "--yes").code


def test_a_folder_that_is_no_project_is_refused(app, home, terminal, monkeypatch):
    """There is no scope to keep it in."""
    (home / "elsewhere").mkdir()
    monkeypatch.chdir(home / "elsewhere")
    ran = terminal("setup", "claude", "--native", "--yes")

    assert (2, True) == (ran.code, "project" in ran.err)


@pytest.mark.parametrize(
    "words",
    [["codex", "--native"], ["claude", "--native", "--learn"], ["claude", "--native", "--filesystem"]],
)
def test_only_claude_has_a_memory_of_its_own(app, terminal, words):
    """And one thing is set up at a time."""
    assert 2 == terminal("setup", *words).code


def test_a_folder_chosen_by_hand_is_the_old_one(app, old, home, terminal):
    """Who named another folder in the project's settings has that one adopted."""
    chosen = home / "claude-notes"
    chosen.mkdir()
    (chosen / "cake.md").write_text(noted("cake", "There is cake on Fridays."))
    (app / ".claude").mkdir()
    (app / ".claude/settings.local.json").write_text(json.dumps({"autoMemoryDirectory": str(chosen)}))
    report = terminal.done("setup", "claude", "--native", "--yes", "--json").json

    assert (str(chosen), 1) == (report["old"], len(report["adopted"]["imported"]))


def test_a_worktree_has_its_repositorys_memory(app, old, home, terminal, monkeypatch):
    """Claude names the folder after the main worktree."""
    for words in (
        ["commit", "-q", "--allow-empty", "-m", "x"],
        ["worktree", "add", "-q", str(home / "tree")],
    ):
        subprocess.run(["git", *words], cwd=app, check=True)
    monkeypatch.chdir(home / "tree")
    report = terminal.done("setup", "claude", "--native", "--yes", "--json").json

    assert (str(old), True) == (report["old"], (home / "tree/.claude/settings.local.json").exists())


# ---- for those who keep theirs --------------------------------------------------------------------


def test_claudes_folder_is_found_for_an_import(app, old, terminal):
    """`import --from claude` takes in what it noted for this project, and changes no setting."""
    report = terminal.done("import", "--from", "claude", "--json").json

    assert (1, False) == (len(report["imported"]), (app / ".claude").exists())


def test_an_import_from_nowhere_is_told(app, terminal):
    """Neither PATH nor client, or a client that has noted nothing."""
    assert [2, 2] == [terminal("import").code, terminal("import", "--from", "claude").code]


def test_a_folder_elsewhere_is_found_by_its_variable(app, home, terminal, monkeypatch):
    """CLAUDE_CONFIG_DIR moves it."""
    folder = home / "cfg/projects" / slug_of(str(app.resolve())) / "memory"
    folder.mkdir(parents=True)
    (folder / "tea.md").write_text(noted("tea", "The team drinks tea."))
    monkeypatch.setenv("CLAUDE_CONFIG_DIR", str(home / "cfg"))

    assert 1 == len(terminal.done("import", "--from", "claude", "--json").json["imported"])


# ---- consent --------------------------------------------------------------------------------------


def test_learning_is_off_until_somebody_agrees(app, terminal, home):
    """Setting up claude without a terminal and without --learn turns nothing on."""
    report = terminal.done("setup", "claude", "--json").json

    assert (False, False) == (report["learn"], load().learn)


def test_learning_is_a_word_at_setup(app, terminal):
    """--learn says what it does and turns it on; --no-learn ends it."""
    ran = terminal.done("setup", "claude", "--learn")
    on = load().learn
    terminal.done("setup", "claude", "--no-learn")

    assert (True, True, False) == ("kept on this machine" in ran.err, on, load().learn)


@pytest.mark.parametrize(("word", "on"), [("y", True), ("n", False), ("", False)])
def test_a_terminal_is_asked_once(app, word, on):
    """No is the answer of who only presses Enter; whatever was answered is not asked again."""
    setup = [sys.executable, "-P", "-m", "memsync", "setup", "claude"]
    asked = [("Change", "y"), ("Learn from your sessions?", word), ("store without a question?", word)]
    first, code = answer(setup, asked)
    agreed = (load().learn, load().approve_writes)
    second, _ = answer(setup)

    assert (0, True, (on, on), False) == (code, "Learn from" in first, agreed, "?" in second)


def test_storing_without_a_question_is_a_word_at_setup(app, terminal):
    """--writes says what it does and turns it on; --no-writes ends it; without either a setup that asks nobody changes nothing."""
    before = terminal.done("setup", "claude", "--json").json["approve_writes"]
    ran = terminal.done("setup", "claude", "--writes")
    on = load().approve_writes
    terminal.done("setup", "claude", "--no-writes")

    assert (False, True, True, False) == (before, "without one too" in ran.err, on, load().approve_writes)


def test_a_dry_run_agrees_to_nothing(app, terminal):
    """Whatever it is asked."""
    terminal.done("setup", "claude", "--learn", "--dry-run")

    assert load().learn is False


# ---- from other programs --------------------------------------------------------------------------


def test_the_reference_memory_servers_file_is_taken_in(app, home, terminal):
    """Each entity is a memory; a second time nothing is new; what holds a secret is held."""
    rows = [
        {
            "type": "entity",
            "name": "Checkout",
            "entityType": "service",
            "observations": ["Runs on port 8443"],
        },
        {"type": "entity", "name": "Keys", "entityType": "note", "observations": [f"The key is {SECRET}"]},
    ]
    file = home / "memory.jsonl"
    file.write_text("\n".join(map(json.dumps, rows)))
    words = ["import", str(file), "--from", "server-memory", "--json"]
    first, second = terminal.done(*words).json, terminal.done(*words).json
    hit = terminal.done("recall", "checkout port", "--json").json["hits"][0]

    assert (1, ["keys.md"], 0, 1, "checkout", True) == (
        len(first["imported"]),
        [h["path"] for h in first["held"]],
        len(second["imported"]),
        second["unchanged"],
        hit["key"],
        "8443" in hit["body"],
    )


def test_basic_memorys_folder_is_found(app, home, terminal):
    """It is markdown, in its usual place."""
    (home / "basic-memory").mkdir()
    (home / "basic-memory/tea.md").write_text(
        "---\ntitle: Tea\ntype: note\npermalink: tea\n---\nThe team drinks tea.\n"
    )

    assert 1 == len(terminal.done("import", "--from", "basic-memory", "--json").json["imported"])


# ---- what doctor says of it, and copies of settings ------------------------------------------------


def looked_at(terminal):
    """Return what `doctor` says of Claude's own memory; nothing where no setting names a folder."""
    checks = json.loads(terminal("doctor", "--json").out)["checks"]
    return next(((c["state"], c["detail"]) for c in checks if c["name"] == "claude memory"), None)


def test_doctor_says_where_claudes_memory_stands(app, terminal):
    """Nothing before it was set up; then the folder that Claude's settings really name."""
    before = looked_at(terminal)
    terminal.done("setup", "claude", "--native", "--yes")
    state, detail = looked_at(terminal)

    assert (None, "ok", True) == (before, state, str(scope_folder()) in detail)


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"autoMemoryDirectory": "relative/folder"}, "not absolute"),
        ({"autoMemoryDirectory": "STORE/projects/other-0123456789abcdef"}, "this project's folder is"),
        ({"autoMemoryEnabled": False}, "is turned off by"),
    ],
)
def test_doctor_warns_where_claude_would_not_write_there(app, terminal, changed, told):
    """A folder Claude ignores, another project's, or a memory that is turned off."""
    terminal.done("setup", "claude", "--native", "--yes")
    path = app / ".claude/settings.local.json"
    whole = json.dumps(json.loads(path.read_text()) | changed)
    path.write_text(whole.replace("STORE", str(load().store)))
    state, detail = looked_at(terminal)

    assert ("warn", True) == (state, told in detail)


def test_doctor_warns_of_a_folder_that_is_gone_and_of_broken_settings(app, terminal):
    """Neither ends doctor."""
    terminal.done("setup", "claude", "--native", "--yes")
    shutil.rmtree(scope_folder())
    gone = looked_at(terminal)
    (app / ".claude/settings.local.json").write_text('{"autoMemory')
    broken = looked_at(terminal)

    assert ("warn", True, "warn", True) == (
        gone[0],
        "is not there" in gone[1],
        broken[0],
        ".claude/settings" in broken[1],
    )


def test_a_folder_of_the_users_own_is_let_be(app, terminal, home):
    """Who keeps Claude's memory elsewhere is told where, and nothing more."""
    (home / ".claude").mkdir()
    (home / ".claude/settings.json").write_text(json.dumps({"autoMemoryDirectory": "~/notes"}))

    assert ("ok", f"Claude keeps its own, in {home / 'notes'}") == looked_at(terminal)


def test_no_copy_of_settings_is_left_in_the_project(app, terminal):
    """The backup of a file that stands in a repository is kept in memsync's own folder: nobody commits it by mistake."""
    (app / ".claude").mkdir()
    (app / ".claude/settings.local.json").write_text('{"model": "opus"}\n')
    (app / ".mcp.json").write_text('{"mcpServers": {}}\n')
    reports = [
        terminal.done("setup", "claude", *words, "--yes", "--json").json
        for words in (["--native"], ["--scope", "project"])
    ]
    copies = [report["backup"] for report in reports]

    assert ['{"model": "opus"}\n', '{"mcpServers": {}}\n'] == [Path(copy).read_text() for copy in copies]
    assert [True, True] == [copy.startswith(f"{load().state_dir}/backups/") for copy in copies]
    assert [] == [p.name for p in app.rglob("*.bak")]


def test_a_store_behind_a_link_is_named_by_its_real_path(app, terminal, home, monkeypatch):
    """Claude refuses to write through a symbolic link."""
    (home / "link").symlink_to(load().store)
    monkeypatch.setenv("MEMSYNC_STORE", str(home / "link"))
    terminal.done("setup", "claude", "--native", "--yes")
    monkeypatch.delenv("MEMSYNC_STORE")

    assert str(scope_folder()) == settings_of(app)["autoMemoryDirectory"]
