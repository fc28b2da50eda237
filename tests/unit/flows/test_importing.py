"""Taking in a folder of markdown, on fakes."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from memsync.core import memory as memories
from memsync.core.memory import MAX_BYTES
from memsync.core.names import FULL_FOLDER
from memsync.core.scope import GLOBAL, Scope, ScopeKind
from memsync.flows.importing import take_in
from memsync.testing import FakeSource, FakeTree, PatternScanner

NOW = datetime(2026, 11, 21, 10, tzinfo=UTC)
WHEN = datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC)
APP = Scope(kind=ScopeKind.PROJECT, name="app-0123456789abcdef")


@pytest.fixture
def tree() -> FakeTree:
    return FakeTree()


def run(tree: FakeTree, contents: dict[str, str | bytes], *, scope: Scope = GLOBAL, **source):
    raw = {path: text.encode() if isinstance(text, str) else text for path, text in contents.items()}
    return take_in(
        FakeSource(contents=raw, when=WHEN, **source),
        scope=scope,
        tree=tree,
        scanner=PatternScanner(),
        now=NOW,
    )


def test_a_plain_file_becomes_a_memory_with_its_dates(tree):
    """The body stays as it is; created and updated are those of the source."""
    done = run(tree, {"a.md": "# Use pnpm\n\nNot npm.\n"})
    (path,) = done.imported
    memory = memories.read(path, tree.files[path].decode())
    assert ("global/note/a.md", "# Use pnpm\n\nNot npm.\n", WHEN, WHEN) == (
        path,
        memory.body,
        memory.created,
        memory.updated,
    )
    assert "Use pnpm" == memory.title


def test_an_imported_file_keeps_its_form(tree):
    """Comments, order, quotes and unknown keys of its frontmatter stay; only what it does not say is added below."""
    text = (
        '---\n# mine\ntitle: "Odd:  quoting"\nweird: [1,  2]\ncreated: 2020-01-02\n---\nbody without newline'
    )
    (path,) = run(tree, {"x.md": text}).imported
    head, _, body = text.partition("---\nbody")
    got = tree.files[path].decode()
    assert got.startswith(head)
    assert got.endswith(f"---\nbody{body}")
    added = got.removeprefix(head).removesuffix(f"---\nbody{body}")
    assert ["origin", "updated"] == sorted(line.split(":")[0] for line in added.splitlines())


def test_a_file_with_broken_frontmatter_is_taken_byte_for_byte(tree):
    """What can't be changed line by line is not changed at all."""
    text = "---\ntitle: a: b: [\n---\nstill found by its text\n"
    (path,) = run(tree, {"x.md": text}).imported
    assert text.encode() == tree.files[path]


def test_claudes_own_memory_folder(tree):
    """Its name is the key, its type gives the category; MEMORY.md is an index and stays out."""
    text = "---\nname: Uses Pnpm\ndescription: The user wants pnpm\nmetadata:\n  type: user\n---\n**Why:** it is quick.\n"
    done = run(tree, {"feedback_1.md": text, "MEMORY.md": "- [x](feedback_1.md)\n"})
    assert ("global/preference/uses-pnpm.md",) == done.imported
    memory = memories.read(done.imported[0], tree.files[done.imported[0]].decode())
    assert ("Uses Pnpm", "The user wants pnpm") == (memory.key, memory.title)
    assert (("MEMORY.md", "is an index of other memories"),) == done.skipped


def test_category_comes_from_frontmatter_else_folder_else_note(tree):
    """In this order."""
    done = run(tree, {"a.md": "---\ncategory: decision\n---\na\n", "facts/b.md": "b\n", "c/d.md": "d\n",
                      "facts/e.md": "---\ncategory: task\n---\ne\n"})  # fmt: skip
    expected = {"global/decision/a.md", "global/fact/b.md", "global/note/d.md", "global/task/e.md"}
    assert expected == set(done.imported)


def test_running_twice_takes_in_nothing_new(tree):
    """The second run finds everything unchanged and writes nothing."""
    contents = {"a.md": "one\n", "b.md": "---\ntitle: t\n---\ntwo\n"}
    run(tree, contents)
    before = dict(tree.files)
    done = run(tree, contents)
    assert ((), 2, ()) == (done.imported, done.unchanged, done.duplicates)
    assert before == tree.files


def test_a_memory_that_was_edited_since_is_not_taken_in_again(tree):
    """The file remembers what it was imported as, so an edit in the store does not bring the old text back."""
    (path,) = run(tree, {"a.md": "one\n"}).imported
    tree.files[path] = tree.files[path].replace(b"one", b"one and a half")
    done = run(tree, {"a.md": "one\n"})
    assert ((), 1) == (done.imported, done.unchanged)


def test_a_source_that_changed_is_a_new_memory(tree):
    """Its new text is taken in beside the old one, under a key of its own."""
    run(tree, {"a.md": "one\n"})
    assert ("global/note/a-2.md",) == run(tree, {"a.md": "two\n"}).imported


def test_the_same_text_twice_is_one_memory(tree):
    """Within a source, and against what the store says already; blanks at line ends don't count."""
    tree.files["global/fact/known.md"] = b"---\ntitle: K\n---\nknown text\n"
    done = run(tree, {"a.md": "same  \r\ntext\r\n", "b.md": "\nsame\ntext", "c.md": "known text"})
    assert ("global/note/a.md",) == done.imported
    assert (("b.md", "global/note/a.md"), ("c.md", "global/fact/known.md")) == done.duplicates


def test_another_scope_does_not_count(tree):
    """What another project says is not visible here, so it is no duplicate."""
    tree.files["projects/other-0000000000000000/note/a.md"] = b"text\n"
    assert 1 == len(run(tree, {"a.md": "text\n"}, scope=APP).imported)


def test_a_secret_is_held_and_stops_nobody(tree):
    """The file is named, with the line its owner sees; nothing of it is written."""
    done = run(tree, {"a.md": "fine\n", "b.md": "x\nkey: SECRET-abc\n", "c.md": "fine too\n"})
    assert 2 == len(done.imported)
    (held,) = done.held
    assert ("b.md", "secret", [2]) == (held.path, held.reason, [f.line for f in held.findings])
    assert not any(b"SECRET" in raw for raw in tree.files.values())


@pytest.mark.parametrize(("raw", "why"), [
    (b"", "is empty"), (b" \n\n", "is empty"), (b"---\ntitle: t\n---\n", "is empty"), (b"caf\xe9", "is not UTF-8"),
    (b"a\x00b", "is not text"), (b"x" * (MAX_BYTES + 1), "has 1,048,577 bytes or more; a memory may have 1,048,576"),
])  # fmt: skip
def test_what_can_not_be_a_memory_is_skipped_with_its_reason(tree, raw, why):
    """Each is named, and the others are taken in."""
    done = run(tree, {"bad.md": raw, "good.md": "good\n"})
    assert ((("bad.md", why),), ("global/note/good.md",)) == (done.skipped, done.imported)


def test_names_that_say_nothing_are_told_apart_by_their_folder(tree):
    """A thousand README files do not become readme-1000."""
    done = run(
        tree,
        {"README.md": "# Top\n", "alpha/README.md": "a\n", "beta/README.md": "b\n", "beta/index.md": "c\n"},
    )
    expected = {"top", "alpha-readme", "beta-readme", "beta-index"}
    assert expected == {path.split("/")[-1].removesuffix(".md") for path in done.imported}


def test_keys_are_unique_within_the_scope(tree):
    """In every category, and whatever case or form of letters a file system folds."""
    tree.files["global/decision/a.md"] = b"there\n"
    done = run(tree, {"x/a.md": "1\n", "y/A.md": "2\n", "z/a.markdown": "3\n"})
    assert {"global/note/a-2.md", "global/note/a-3.md", "global/note/a-4.md"} == set(done.imported)


def test_a_path_taken_meanwhile_is_not_lost(tree):
    """Where another program writes the same path just before, the memory gets the next key."""

    class Racing(FakeTree):
        def create_all(self, files):
            files = list(files)
            self.files.setdefault("global/note/a.md", b"theirs\n")
            return super().create_all(files)

    racing = Racing()
    done = run(racing, {"a.md": "mine\n"})
    assert ("global/note/a-2.md",) == done.imported
    assert b"theirs\n" == racing.files["global/note/a.md"]


def test_a_full_category_takes_monthly_folders(tree):
    """Past a thousand, memories go to the month they were made in."""
    contents = {f"n{number:04}.md": f"text {number}\n" for number in range(FULL_FOLDER + 3)}
    done = run(tree, contents)
    late = [p for p in done.imported if p.startswith("global/note/2024-05/")]
    assert (FULL_FOLDER, 3) == (len(done.imported) - len(late), len(late))
    assert ((), FULL_FOLDER + 3) == (run(tree, contents).imported, run(tree, contents).unchanged)


def test_killed_half_way_it_can_be_run_again(tree):
    """What was written stays and is not written twice."""

    class Full(FakeTree):
        def create_all(self, files):
            for number, (path, raw) in enumerate(files):
                if number == 3:
                    raise KeyboardInterrupt
                self.create(path, raw)
            return ()

    dying = Full(files=tree.files)
    contents = {f"{number}.md": f"text {number}\n" for number in range(10)}
    with pytest.raises(KeyboardInterrupt):
        run(dying, contents)
    done = run(tree, contents)
    assert (7, 3, 10) == (len(done.imported), done.unchanged, len(tree.files))


def test_progress_counts_every_file(tree):
    """Held and skipped ones as well."""
    told: list[tuple[int, int]] = []
    source = FakeSource(contents={"a.md": b"a\n", "b.md": b"", "c.md": b"SECRET-1\n"}, when=WHEN)
    take_in(
        source,
        scope=GLOBAL,
        tree=tree,
        scanner=PatternScanner(),
        now=NOW,
        progress=lambda n, of: told.append((n, of)),
    )
    assert [(1, 3), (2, 3), (3, 3)] == told


def test_two_machines_write_the_same_bytes(tree):
    """Nothing random and no clock is in an imported file, so importing on two machines makes no conflict."""
    contents = {"a.md": "one\n", "b.md": "---\ntitle: t\n---\ntwo\n"}
    other = FakeTree()
    run(tree, contents)
    run(other, contents)
    assert tree.files == other.files
