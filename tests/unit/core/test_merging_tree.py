"""Merging whole trees: the path table, renames by id, and every name that two things can want."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from memsync.core.merging import MergedTree, Triple, blob_id, is_twin_path, memory_id, merge_all, merge_trees
from memsync.core.names import fold


class Blobs(dict):
    """Contents by blob id."""

    def tree(self, files: dict[str, bytes | str]) -> dict[str, str]:
        out = {}
        for path, content in files.items():
            raw = content.encode() if isinstance(content, str) else content
            self[blob_id(raw)] = raw
            out[path] = blob_id(raw)
        return out


def merged(base, ours, theirs) -> tuple[dict[str, bytes], MergedTree]:
    """Merge three trees of contents; return the result's contents and the merge itself."""
    blobs = Blobs()
    trees = [blobs.tree(t) for t in (base, ours, theirs)]
    result = merge_all(*trees, read=blobs.__getitem__)
    return {**{p: blobs[o] for p, o in result.files.items()}, **result.written}, result


def memory(n: int, body: str) -> bytes:
    return f"---\nid: 01KDP3{n:020}\n---\n{body}".encode()


# ---- the path table -----------------------------------------------------------------------------


def test_the_table_by_path():
    """Each row of the table of SYNC 2.4, by blob id."""
    base = {"same": "1", "mine": "1", "theirs": "1", "gone": "1", "both": "1", "kept": "1", "alike": "1"}
    ours = {"same": "1", "mine": "2", "theirs": "1", "both": "2", "kept": "2", "alike": "2", "new": "3"}
    theirs = {"same": "1", "mine": "1", "theirs": "2", "gone": "1", "both": "3", "alike": "2", "other": "4"}
    plan = merge_trees(base, ours, theirs)

    expected = {"same": "1", "mine": "2", "theirs": "2", "kept": "2", "alike": "2", "new": "3", "other": "4"}
    assert expected == plan.taken
    assert (Triple(path="both", base="1", ours="2", theirs="3"),) == plan.open
    assert ("kept",) == plan.revived


def test_only_what_both_changed_is_read():
    """A merge of ten thousand paths of which one was changed twice reads three blobs."""
    base = {f"global/fact/{n}.md": str(n) for n in range(1000)}
    ours, theirs = base | {"global/fact/1.md": "a", "global/fact/2.md": "x"}, base | {"global/fact/1.md": "b"}
    asked = []

    def read(oid: str) -> bytes:
        asked.append(oid)
        return b"- " + oid.encode() + b"\n"

    merge_all(base, ours, theirs, read=read)

    assert {"1", "a", "b"} == set(asked)


def test_a_side_that_already_has_the_result_keeps_its_blob():
    """Nothing is written where a content is there already."""
    _, result = merged({"a.md": "- a\n"}, {"a.md": "- a\n- b\n"}, {"a.md": "- a\n- b\n- c\n"})

    assert {} == result.written


# ---- renames ------------------------------------------------------------------------------------


def test_a_moved_memory_takes_the_other_sides_edit_along():
    """Rename here, edit there: one file at the new path with the edit in it."""
    files, result = merged(
        {"a.md": memory(1, "- x\n")}, {"b.md": memory(1, "- x\n")}, {"a.md": memory(1, "- y\n")}
    )

    assert {"b.md": memory(1, "- y\n")} == files
    assert () == result.removed


def test_a_memory_moved_and_edited_merges_with_the_other_edit():
    """Both edits are in the file, at the new path."""
    base, ours = {"a.md": memory(1, "- x\n- y\n")}, {"b.md": memory(1, "- X\n- y\n")}

    assert {"b.md": memory(1, "- X\n- Y\n")} == merged(base, ours, {"a.md": memory(1, "- x\n- Y\n")})[0]


def test_a_memory_moved_twice_ends_at_one_path():
    """Two new paths for one memory: the one that sorts first holds."""
    base = {"a.md": memory(1, "- x\n- y\n")}
    ours, theirs = {"c.md": memory(1, "- X\n- y\n")}, {"b.md": memory(1, "- x\n- Y\n")}

    assert {"b.md": memory(1, "- X\n- Y\n")} == merged(base, ours, theirs)[0]


def test_a_memory_moved_to_one_path_by_both_has_a_base():
    """Both moved it to the same place and edited different blocks: an ordinary merge."""
    base = {"a.md": memory(1, "- x\n- y\n")}
    ours, theirs = {"b.md": memory(1, "- X\n- y\n")}, {"b.md": memory(1, "- x\n- Y\n")}

    assert {"b.md": memory(1, "- X\n- Y\n")} == merged(base, ours, theirs)[0]


def test_a_moved_memory_beats_its_deletion():
    """A move counts as an edit: the memory stays at its new path."""
    assert {"b.md": memory(1, "x\n")} == merged({"a.md": memory(1, "x\n")}, {"b.md": memory(1, "x\n")}, {})[0]


def test_a_moved_memory_does_not_push_another_one_out():
    """Where the new path is taken by another memory on the other side, all three contents live."""
    base = {"a.md": memory(1, "x\n")}
    ours, theirs = {"b.md": memory(1, "x\n")}, {"a.md": memory(1, "y\n"), "b.md": memory(2, "z\n")}

    assert {"b.md": memory(2, "z\n"), "b--00000001.md": memory(1, "y\n")} == merged(base, ours, theirs)[0]


def test_a_moved_memory_takes_no_other_memory_along():
    """Where the other side put another memory at the old path, both stay where they are."""
    base, ours = {"a.md": memory(1, "x\n")}, {"b.md": memory(1, "x\n")}

    assert {"a.md": memory(2, "y\n"), **ours} == merged(base, ours, {"a.md": memory(2, "y\n")})[0]


def test_a_twin_is_no_move_of_its_winner():
    """A twin shares its winner's id and is never folded into it."""
    base = {"a.md": memory(1, "x\n")}
    ours = {"a.conflict-0123abcd.md": memory(1, "x\n")}

    assert {"a.md": memory(1, "y\n"), **ours} == merged(base, ours, {"a.md": memory(1, "y\n")})[0]


def test_a_copy_made_by_hand_stays():
    """Two files of one id that one person made are two files."""
    base = {"a.md": memory(1, "x\n")}
    ours = base | {"copy.md": memory(1, "x\n")}

    assert {"a.md": memory(1, "y\n"), "copy.md": memory(1, "x\n")} == merged(
        base, ours, {"a.md": memory(1, "y\n")}
    )[0]


def test_a_memory_imported_twice_is_one():
    """The same id added by both sides at different paths comes to one path."""
    assert {"a.md": memory(1, "x\n")} == merged({}, {"a.md": memory(1, "x\n")}, {"b.md": memory(1, "x\n")})[0]


def test_of_two_copies_one_stays():
    """Each side deleted another copy of one memory, trusting in the one that was left: it does not vanish."""
    base = {"a.md": memory(1, "x\n"), "b.md": memory(1, "x\n")}

    assert {"a.md": memory(1, "x\n")} == merged(base, {"a.md": base["a.md"]}, {"b.md": base["b.md"]})[0]


# ---- names that two want ------------------------------------------------------------------------


def test_two_new_memories_with_one_name():
    """Both live; the one with the smaller id keeps the path."""
    files, result = merged({}, {"a.md": memory(2, "x\n")}, {"a.md": memory(1, "y\n")})

    assert {"a.md": memory(1, "y\n"), "a--00000002.md": memory(2, "x\n")} == files
    assert ("a--00000002.md",) == result.twins


def test_an_edit_follows_a_memory_that_had_to_give_its_path_away():
    """Another machine already moved it aside; the edit made here meets it there."""
    base = {"a.md": memory(2, "- x\n- y\n")}
    ours = {"a.md": memory(2, "- X\n- y\n")}
    theirs = {"a.md": memory(1, "z\n"), "a--00000002.md": memory(2, "- x\n- Y\n")}

    expected = {"a.md": memory(1, "z\n"), "a--00000002.md": memory(2, "- X\n- Y\n")}
    assert expected == merged(base, ours, theirs)[0]


def test_a_twins_name_that_is_taken():
    """A twin whose name holds something else takes the next digits of its id, still a twin."""
    base, ours, theirs = {"a.md": "a\n"}, {"a.md": "b\n"}, {"a.md": "c\n"}
    twin = merged(base, ours, theirs)[1].twins[0]
    files, result = merged(base, ours | {twin: "else\n"}, theirs | {twin: "else\n"})

    assert b"else\n" == files[twin]
    assert {b"b\n", b"c\n", b"else\n"} == set(files.values())
    assert all(is_twin_path(path) for path in result.twins)


def test_a_twin_that_is_there_already():
    """Two machines that resolve the same conflict make one twin."""
    base, ours, theirs = {"a.md": "a\n"}, {"a.md": "b\n"}, {"a.md": "c\n"}
    once = merged(base, ours, theirs)[0]

    assert once == merged(base, once, theirs)[0] == merged(base, ours, once)[0]


def test_a_file_and_a_folder_of_one_name():
    """Git can't hold both: the file becomes a second file beside the folder."""
    files, _ = merged({}, {"notes.md": "a\n"}, {"notes.md/b.md": "b\n"})

    assert b"b\n" == files.pop("notes.md/b.md")
    assert [b"a\n"] == list(files.values())


def test_names_that_differ_in_letter_case_only():
    """One of them gets a name of its own, so that both fit on any disk."""
    files, _ = merged({}, {"Note.md": memory(1, "a\n")}, {"note.md": memory(2, "b\n")})

    assert {"Note.md": memory(1, "a\n"), "note--00000002.md": memory(2, "b\n")} == files


# ---- properties ---------------------------------------------------------------------------------

NAMES = st.sampled_from(
    ["a.md", "b.md", "c.md", "A.md", "d/a.md", "d.md", "a.md/x.md", "x.ts", "decisions-log.md"]
)
CONTENTS = st.builds(
    memory,
    st.integers(1, 4),
    st.lists(st.sampled_from(["- a\n", "- b\n", "- c\n", "d\n\n"]), max_size=3).map("".join),
)


def holdable(given: dict[str, bytes]) -> dict[str, bytes]:
    """Drop what no folder can hold: a file that is a folder too, and a second name that some systems can't tell apart."""
    files: dict[str, bytes] = {}
    for path, content in given.items():
        if not any(
            fold(path) == fold(p) or p.startswith(f"{path}/") or path.startswith(f"{p}/") for p in files
        ):
            files[path] = content
    return files


def stores():
    """Trees as somebody's folder may be; now and then with two copies of one memory."""
    return st.dictionaries(NAMES, CONTENTS, max_size=5).map(holdable)


@st.composite
def changed(draw, base):
    """A tree after somebody worked in it: files edited, moved, deleted, added."""
    files = dict(draw(stores()))
    for path, content in base.items():
        match draw(st.sampled_from(["keep", "keep", "edit", "move", "delete"])):
            case "keep":
                files[path] = content
            case "edit":
                files[path] = content + draw(st.sampled_from([b"- new\n", b"- newer\n"]))
            case "move":
                files[f"moved/{draw(st.integers(1, 3))}.md"] = content
    return holdable(files)


@st.composite
def three_trees(draw):
    base = draw(stores())
    return base, draw(changed(base)), draw(changed(base))


@given(three_trees())
def test_merging_trees_is_symmetric(trees):
    """The same tree comes out on both machines."""
    base, ours, theirs = trees

    assert merged(base, ours, theirs)[0] == merged(base, theirs, ours)[0]


@given(three_trees())
def test_what_is_not_admitted_is_kept_apart(trees):
    """Where no merged content may be written, every content of the result is one that a side had; still symmetric."""
    blobs = Blobs()
    base, ours, theirs = (blobs.tree(tree) for tree in trees)
    asked = []

    def refuse(path: str, content: bytes) -> bool:
        asked.append((path, content))
        return False

    one = merge_all(base, ours, theirs, read=blobs.__getitem__, admit=refuse)
    other = merge_all(base, theirs, ours, read=blobs.__getitem__, admit=refuse)

    had = {
        content
        for tree in trees
        for content in (c.encode() if isinstance(c, str) else c for c in tree.values())
    }
    assert set(one.written.values()) <= had
    assert (one.files, one.written) == (other.files, other.written)
    assert not {content for _, content in asked} & had


@given(three_trees())
def test_no_added_bullet_is_lost(trees):
    """Every line that a side added to the store is somewhere in the merged store."""
    base, ours, theirs = trees
    before, after = _words(base), _words(merged(base, ours, theirs)[0])

    for side in (ours, theirs):
        assert set() == {w for w in _words(side) - before if w not in after}


@given(three_trees())
def test_every_memory_that_was_added_is_there(trees):
    """An id that a side added, or that both kept, is in the merged store."""
    base, ours, theirs = trees
    ids = [
        {memory_id(c) for c in tree.values()} for tree in (base, ours, theirs, merged(base, ours, theirs)[0])
    ]

    assert set() == ((ids[1] | ids[2]) - ids[0]) - ids[3]
    assert set() == (ids[0] & ids[1] & ids[2]) - ids[3]


@given(three_trees())
def test_a_merged_tree_can_be_held_by_git_and_by_any_disk(trees):
    """No path is a folder of another, and no two names are alike where the inputs had none alike."""
    base, ours, theirs = trees
    files = merged(base, ours, theirs)[0]

    assert not any(other.startswith(f"{path}/") for path in files for other in files)
    assert len({fold(p) for p in files}) == len(files)


@given(three_trees())
def test_a_fast_forward_stays_one(trees):
    """Merging with a side that did nothing is the other side."""
    base, ours, _ = trees

    assert ours == merged(base, ours, base)[0]


def _words(tree: dict[str, bytes]) -> set[bytes]:
    return {
        line for content in tree.values() for line in content.splitlines() if line.startswith((b"- ", b"d"))
    }
