"""`memsync export` and the way back."""

import json

import pytest

from clikit import Terminal

pytestmark = pytest.mark.system
SECRET = "ghp_" + "9Xk2LmQ7vRt4WzY8" + "bNc3HdJ6fGs1PaTeUoCi"


@pytest.fixture
def memsync(capfd, monkeypatch, home):
    """Return a terminal in a home with a store."""
    monkeypatch.chdir(home)
    terminal = Terminal(capfd, monkeypatch)
    terminal.done("init")
    return terminal


@pytest.fixture
def store(memsync, home):  # the store is made by `memsync`
    """Return the store's folder."""
    return home / "shared-memory"


def remembered(memsync, text, *words):
    """Remember a text and return its path."""
    return str(memsync.done("remember", text, "--json", *words).json["path"])


def files_below(root):
    """Return what a store has in its scopes' folders."""
    return {
        p.relative_to(root).as_posix(): p.read_bytes()
        for folder in ("global", "projects")
        for p in (root / folder).rglob("*.md")
        if p.name != "MEMORY.md"
    }


@pytest.fixture
def filled(memsync, store):
    """A store with a few memories, one made by hand without any frontmatter."""
    remembered(memsync, "We use pnpm, never npm.", "--scope", "global", "--tag", "tools")
    remembered(memsync, "Die Uhr läuft in UTC.", "--scope", "global", "--category", "fact")
    (store / "global" / "by-hand.md").write_text("just a note\n")
    return store


def other_store(memsync, tmp_path):
    """Make a second store and return its folder."""
    folder = tmp_path / "second"
    memsync.done("init", str(folder))
    return folder


@pytest.mark.parametrize("name", ["out", "out.json"])
def test_round_trip(memsync, filled, tmp_path, name):
    """What was exported is, after an import into a new store, there at the same paths with the same bytes."""
    memsync.done("export", str(tmp_path / name))
    second = other_store(memsync, tmp_path)
    memsync.done("--store", str(second), "import", str(tmp_path / name))
    assert files_below(second) == files_below(filled)


@pytest.mark.usefixtures("filled")
def test_to_stdout(memsync):
    """Without a path the JSON document is printed."""
    shape = memsync.done("export", "--json").json
    assert shape["memsync_export"] == 1
    assert "global/by-hand.md" in [f["path"] for f in shape["files"]]


@pytest.mark.usefixtures("filled")
def test_twice(memsync, tmp_path):
    """An export taken back where it came from changes nothing."""
    memsync.done("export", str(tmp_path / "out"))
    report = memsync.done("import", str(tmp_path / "out"), "--json").json
    assert (report["imported"], report["skipped"], report["held"]) == ([], [], [])
    assert report["unchanged"] >= 3


def test_changed_since(memsync, filled, tmp_path):
    """A memory that was revised since the export keeps its newer text, and the import names it."""
    path = remembered(memsync, "The port is 8080.", "--scope", "global", "--key", "port")
    memsync.done("export", str(tmp_path / "out"))
    memsync.done("revise", "port", "The port is 9090.")
    report = memsync.done("import", str(tmp_path / "out"), "--json").json
    assert [s["source"] for s in report["skipped"]] == [path]
    assert "9090" in (filled / path).read_text()


def test_other_memory_there(memsync, filled, tmp_path):
    """Where another memory has the path by now, the imported one gets the next key."""
    remembered(memsync, "Ours.", "--scope", "global", "--key", "port")
    memsync.done("export", str(tmp_path / "out"))
    second = other_store(memsync, tmp_path)
    memsync.done("--store", str(second), "remember", "Theirs.", "--scope", "global", "--key", "port")
    report = memsync.done("--store", str(second), "import", str(tmp_path / "out"), "--json").json
    assert "global/note/port-2.md" in report["imported"]
    assert (second / "global/note/port-2.md").read_bytes() == (filled / "global/note/port.md").read_bytes()


def test_moved_since(memsync, filled, tmp_path):
    """A memory that was moved within the store is not taken in a second time."""
    path = remembered(memsync, "Moves.", "--scope", "global", "--key", "moves")
    memsync.done("export", str(tmp_path / "out"))
    (filled / "global" / "elsewhere").mkdir()
    (filled / path).rename(filled / "global" / "elsewhere" / "moves.md")
    report = memsync.done("import", str(tmp_path / "out"), "--json").json
    assert report["duplicates"] == [{"source": path, "same_as": "global/elsewhere/moves.md"}]


def test_secret_stays(memsync, filled, tmp_path):
    """A file that the gate holds is left out of an export and named."""
    (filled / "global" / "leak.md").write_text(f"token {SECRET}\n")
    ran = memsync.done("export", str(tmp_path / "out"))
    assert "global/leak.md" in ran.err
    assert not (tmp_path / "out" / "global" / "leak.md").exists()
    assert SECRET not in ran.out + ran.err


def test_secret_comes(memsync, filled, tmp_path):
    """A secret in an export that is taken back is held, and the rest goes in."""
    memsync.done("export", str(tmp_path / "out.json"))
    shape = json.loads((tmp_path / "out.json").read_text())
    shape["files"].append({"path": "global/leak.md", "text": f"token {SECRET}"})
    shape["files"].append({"path": "global/new.md", "text": "new\n"})
    (tmp_path / "out.json").write_text(json.dumps(shape))
    report = memsync.done("import", str(tmp_path / "out.json"), "--json").json
    assert report["imported"] == ["global/new.md"]
    assert [h["path"] for h in report["held"]] == ["global/leak.md"]
    assert not (filled / "global" / "leak.md").exists()


@pytest.mark.parametrize(
    "path",
    [
        "../outside.md",
        "/etc/x.md",
        ".git/hooks/pre-commit",
        ".memsync/store.json",
        "global/CON.md",
        "a\x00.md",
    ],
)
def test_hostile_paths(memsync, store, tmp_path, path):
    """A path that no store may have is refused by name, and the others are taken in."""
    files = [{"path": path, "text": "x\n"}, {"path": "global/ok.md", "text": "ok\n"}]
    (tmp_path / "bad.json").write_text(json.dumps({"memsync_export": 1, "files": files}))
    before = (store / ".memsync/store.json").read_bytes()
    report = memsync.done("import", str(tmp_path / "bad.json"), "--json").json
    assert report["imported"] == ["global/ok.md"]
    assert len(report["skipped"]) == 1
    assert (store / ".memsync/store.json").read_bytes() == before
    assert not (tmp_path / "outside.md").exists()


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{", '{"a": 1}', '{"memsync_export": 2, "files": []}', '{"memsync_export": 1}',
     '{"memsync_export": 1, "files": [3]}', '{"memsync_export": 1, "files": []}', "[" * 100_000],
)  # fmt: skip
def test_broken_documents(memsync, store, tmp_path, text):
    """A JSON file that is no export is refused with exit code 2 and a word on why."""
    (tmp_path / "bad.json").write_text(text)
    ran = memsync("import", str(tmp_path / "bad.json"))
    assert ran.code == 2
    assert ran.err.startswith("memsync: ")
    assert not list((store / "global").glob("*/*.md"))


def test_occupied(memsync, filled, tmp_path):
    """An export writes over nothing: a folder with files in it, or a file, is refused and stays."""
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "mine.txt").write_text("mine")
    (tmp_path / "there.json").write_text("mine")
    for name in ("there", "there.json"):
        assert memsync("export", str(tmp_path / name)).code == 2
    assert (tmp_path / "there" / "mine.txt").read_text() == "mine"
    assert (tmp_path / "there.json").read_text() == "mine"
    assert filled.is_dir()


@pytest.mark.usefixtures("filled")
def test_private(memsync, tmp_path):
    """Private memories are in no export but their own, and go back to the private store."""
    remembered(memsync, "my shoe size", "--scope", "private", "--key", "shoes")
    everything = memsync.done("export", "--json").json
    assert not any("shoes" in f["path"] for f in everything["files"])
    memsync.done("export", str(tmp_path / "p"), "--scope", "private")
    memsync.done("forget", "shoes")
    report = memsync.done("import", str(tmp_path / "p"), "--json").json
    assert [p for p in report["imported"] if "shoes" in p] == ["global/note/shoes.md"]
    assert memsync("export", "--json", "--scope", "private", "--scope", "global").code == 2


@pytest.mark.usefixtures("store")
def test_nowhere(memsync):
    """Without a path and without --json there is nowhere to write to."""
    assert memsync("export").code == 2


def test_links_left(memsync, filled, tmp_path):
    """A symbolic link in an exported folder is not followed."""
    memsync.done("export", str(tmp_path / "out"))
    (tmp_path / "outside.md").write_text("outside\n")
    (tmp_path / "out" / "global" / "link.md").symlink_to(tmp_path / "outside.md")
    memsync.done("import", str(tmp_path / "out"))
    assert not (filled / "global" / "link.md").exists()
