"""Merging one file: the table of SYNC 2.4, and the properties that hold for any three versions."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from memsync.core import header
from memsync.core.merging import Merged, Twin, blob_id, is_twin_path, memory_id, merge_file, twin_path
from memsync.core.merging.blocks import cut_lines, cut_markdown
from memsync.core.merging.blocks import join as join_blocks
from strategies import PATHS, bodies, triples

PATH = "global/fact/x.md"


def memory(body: str, **fields: str) -> bytes:
    lines = "".join(f"{k}: {v}\n" for k, v in ({"id": "01KDP300000000000000000001"} | fields).items())
    return f"---\n{lines}---\n{body}".encode()


def lines_of(*contents: bytes | None) -> set[bytes]:
    """The lines that hold a letter or digit, without their ends; header lines are judged by other tests."""
    found = set()
    for content in contents:
        body = header.split((content or b"").decode("utf-8", "surrogateescape")).body
        found |= {
            line.strip().encode("utf-8", "surrogateescape")
            for line in body.splitlines()
            if any(map(str.isalnum, line))
        }
    return found


def everything(merged: Merged) -> tuple[bytes | None, ...]:
    return (merged.content, *(twin.content for twin in merged.twins))


# ---- properties ---------------------------------------------------------------------------------


@given(PATHS, triples())
def test_a_merge_is_symmetric(path, triple):
    """It makes no difference which side calls itself ours."""
    base, ours, theirs = triple

    assert merge_file(path, base, ours, theirs) == merge_file(path, base, theirs, ours)


@given(PATHS, triples())
def test_equal_sides_are_the_result(path, triple):
    """merge(b, x, x) is x, byte for byte."""
    base, ours, _ = triple

    assert Merged(content=ours) == merge_file(path, base, ours, ours)


@given(PATHS, triples())
def test_an_unchanged_side_gives_way(path, triple):
    """merge(b, b, x) is x, byte for byte."""
    base, ours, _ = triple

    assert Merged(content=ours) == merge_file(path, base, base, ours)


@given(PATHS, triples())
def test_no_added_line_is_lost(path, triple):
    """A line of the body that a side added is in the merged file or in a twin."""
    base, ours, theirs = triple
    merged = merge_file(path, base, ours, theirs)
    added = lines_of(ours, theirs) - lines_of(base)

    assert set() == added - lines_of(*everything(merged))


@given(PATHS, triples())
def test_no_line_that_both_kept_is_lost(path, triple):
    """A line that is in all three versions is in the merged file or in a twin."""
    base, ours, theirs = triple
    merged = merge_file(path, base, ours, theirs)
    kept = lines_of(base) & lines_of(ours) & lines_of(theirs)

    assert set() == kept - lines_of(*everything(merged))


FEW = st.lists(st.sampled_from(["# one\n", "- two\n", "- three\n", "four\n\n"]), max_size=5).map("".join)


@settings(max_examples=500)
@given(FEW, FEW, FEW)
def test_no_line_that_both_say_is_lost(base, ours, theirs):
    """A line that both sides say is in the merged file or in a twin, however often it is repeated there."""
    merged = merge_file(PATH, memory(base), memory(ours), memory(theirs))

    assert set() == (lines_of(ours.encode()) & lines_of(theirs.encode())) - lines_of(*everything(merged))


def test_a_block_said_twice_of_which_both_took_one_stays():
    """Each side removed one of two equal headings, and one side wrote above the other: what was taken for two removals is one."""
    merged = merge_file(
        PATH,
        memory("\n## twice\n\n## twice\n\n- more\n"),
        memory("\n## twice\n\n\n- more\n"),
        memory("\n above\n## twice\n\n\n- more\n"),
    )

    assert {b"## twice", b"above", b"- more"} == lines_of(*everything(merged))


@given(PATHS, triples())
def test_nothing_is_made_up(path, triple):
    """Every line of the result was in one of the versions."""
    merged = merge_file(path, *triple)

    assert set() == lines_of(*everything(merged)) - lines_of(*triple)


@given(PATHS, triples())
def test_an_edit_beats_a_deletion(path, triple):
    """The merged file is gone only where neither side has an edit of it."""
    base, ours, theirs = triple
    merged = merge_file(path, base, ours, theirs)
    unchanged = [side for side in (ours, theirs) if side is None or side == base]

    assert (merged.content is None) == (None in (ours, theirs) and len(unchanged) == 2)


@given(PATHS, triples())
def test_merging_the_result_again_changes_nothing(path, triple):
    """A side that has taken the merge in is a fast-forward for the others: no ping-pong."""
    base, ours, theirs = triple
    merged = merge_file(path, base, ours, theirs).content

    assert Merged(content=merged) == merge_file(path, ours, ours, merged)
    assert Merged(content=merged) == merge_file(path, theirs, merged, theirs)


@given(PATHS, triples())
def test_what_had_a_readable_header_keeps_one(path, triple):
    """Where every version's frontmatter could be read, the result's can."""
    readable = [header.split(c.decode()) for c in triple if c is not None and b"\xff" not in c]
    if len(readable) < sum(c is not None for c in triple) or any(d.problems for d in readable):
        return
    merged = merge_file(path, *triple)

    for content in everything(merged):
        document = header.split((content or b"").decode())
        assert () == document.problems
        assert document.header <= any(d.header for d in readable)


@given(PATHS, triples())
def test_there_are_never_conflict_markers(path, triple):
    """No version of these had a marker, so the result has none."""
    merged = merge_file(path, *triple)

    assert not any(mark in (c or b"") for c in everything(merged) for mark in (b"<<<<<<<", b">>>>>>>"))


@given(PATHS, triples())
def test_a_twin_is_a_whole_side(path, triple):
    """What a twin holds is one side's content, and its name comes from that content."""
    merged = merge_file(path, *triple)

    for twin in merged.twins:
        assert twin.content in triple[1:]
        if is_twin_path(twin.path):
            assert twin_path(path, twin.content) == twin.path
            assert blob_id(twin.content)[:8] in twin.path


@given(bodies())
def test_cutting_loses_nothing(text):
    """A text cut into blocks and joined is the same text."""
    assert text == join_blocks(cut_markdown(text)) == join_blocks(cut_lines(text))


@given(st.text())
def test_cutting_any_text_loses_nothing(text):
    """The same for texts that are no markdown."""
    assert text == join_blocks(cut_markdown(text)) == join_blocks(cut_lines(text))


# ---- the header ---------------------------------------------------------------------------------


def test_tags_are_a_set_with_removals():
    """A tag that one side removed stays removed while the other side's new tag comes in."""
    base, ours, theirs = (memory("x\n", tags=t) for t in ("[a, b]", "[a, c]", "[b, a, d]"))

    assert memory("x\n", tags="[a, c, d]") == merge_file(PATH, base, ours, theirs).content


def test_a_list_in_block_style_keeps_its_style():
    """A merged list is written the way the winner writes it."""
    base = b"---\nid: 01KDP300000000000000000001\ntags:\n  - a\n---\nx\n"
    ours, theirs = base.replace(b"  - a\n", b"  - a\n  - b\n"), base.replace(b"  - a\n", b"  - a\n  - c\n")

    expected = base.replace(b"  - a\n", b"  - a\n  - b\n  - c\n")
    assert expected == merge_file(PATH, base, ours, theirs).content


def test_times_are_widened():
    """`updated` is the later of two, `created` the earlier."""
    base = memory("x\n", created="2026-01-05T00:00:00Z", updated="2026-01-05T00:00:00Z")
    ours = memory("x\n", created="2026-01-02T00:00:00Z", updated="2026-01-08T00:00:00Z")
    theirs = memory("x\n", created="2026-01-03T00:00:00Z", updated="2026-01-09T00:00:00Z")

    expected = memory("x\n", created="2026-01-02T00:00:00Z", updated="2026-01-09T00:00:00Z")
    assert Merged(content=expected) == merge_file(PATH, base, ours, theirs)


def test_a_counter_is_the_greater():
    """Of two numbers of an unknown key the greater holds."""
    base, ours, theirs = (memory("x\n", views=v) for v in ("1", "10", "9"))

    assert Merged(content=ours) == merge_file(PATH, base, ours, theirs)


def test_a_status_changed_twice_is_noted():
    """Of two states one holds, by `updated`; the other is in the notes."""
    base = memory("x\n", status="active", updated="2026-01-01T00:00:00Z")
    ours = memory("x\n", status="superseded", updated="2026-01-02T00:00:00Z")
    theirs = memory("x\n", status="refuted", updated="2026-01-03T00:00:00Z")

    expected = Merged(content=theirs, notes=("status: 'refuted' was taken, 'superseded' gave way",))
    assert expected == merge_file(PATH, base, ours, theirs)


def test_a_title_changed_twice_is_kept_twice():
    """A text of a person never goes: the losing version stays as a twin."""
    base = memory("x\n", title="one", updated="2026-01-01T00:00:00Z")
    ours = memory("x\n", title="two", updated="2026-01-02T00:00:00Z")
    theirs = memory("x\n", title="three", updated="2026-01-03T00:00:00Z")
    merged = merge_file(PATH, base, ours, theirs)

    assert theirs == merged.content
    assert (Twin(path=twin_path(PATH, ours), content=ours),) == merged.twins


def test_a_key_removed_here_and_edited_there_is_kept():
    """An edit beats a deletion inside a header too."""
    base, ours, theirs = memory("x\n", mood="calm"), memory("x\n", title="t"), memory("x\n", mood="glad")

    assert memory("x\n", title="t", mood="glad") == merge_file(PATH, base, ours, theirs).content


def test_comments_and_unknown_keys_survive():
    """What nobody changed stays as it was written: order, quotes, comments."""
    base = b"---\n# mine\nzebra: 'q'   # why\nid: 01KDP300000000000000000001\ntags: [a]\n# end\n---\nx\n"
    ours, theirs = base.replace(b"[a]", b"[a, b]"), base.replace(b"'q'", b"'r'")

    assert (
        base.replace(b"[a]", b"[a, b]").replace(b"'q'", b"'r'")
        == merge_file(PATH, base, ours, theirs).content
    )


def test_a_header_that_cannot_be_read_is_kept_twice():
    """Broken frontmatter changed on both sides: both versions stay, whole."""
    base = b"---\nid: 01KDP300000000000000000001\nid: x\n---\nbody\n"
    ours, theirs = base.replace(b"x", b"y"), base.replace(b"x", b"z")
    merged = merge_file(PATH, base, ours, theirs)

    assert {ours, theirs} == set(everything(merged))


def test_a_broken_header_that_one_side_left_alone_is_no_conflict():
    """The body merges while the header's bytes come from the side that touched them."""
    base = b"---\nid: a\nid: b\n---\n- one\n"
    ours, theirs = base + b"- two\n", base.replace(b"id: b", b"id: c")

    assert Merged(content=theirs + b"- two\n") == merge_file(PATH, base, ours, theirs)


# ---- the body -----------------------------------------------------------------------------------


def test_edits_of_neighbouring_bullets_both_hold():
    """Where git's line merge sees a conflict there are two edits of two things."""
    base, ours, theirs = memory("- a\n- b\n"), memory("- A\n- b\n"), memory("- a\n- B\n")

    assert Merged(content=memory("- A\n- B\n")) == merge_file(PATH, base, ours, theirs)


def test_insertions_at_one_place_are_both_kept():
    """Two bullets appended at once end up one behind the other, in the order of their text."""
    base, ours, theirs = memory("- a\n"), memory("- a\n- z\n"), memory("- a\n- m\n")

    assert Merged(content=memory("- a\n- m\n- z\n")) == merge_file(PATH, base, ours, theirs)


def test_the_same_bullet_is_added_once():
    """A bullet that both appended is not doubled."""
    base, ours, theirs = memory("- a\n"), memory("- a\n- x\n- y\n"), memory("- a\n- y\n- z\n")

    assert Merged(content=memory("- a\n- x\n- y\n- z\n")) == merge_file(PATH, base, ours, theirs)


def test_appended_paragraphs_stay_apart():
    """A paragraph appended on each side is a paragraph of its own in the result, with and without a final newline."""
    base, ours, theirs = memory("a\n"), memory("a\n\nb\n"), memory("a\n\nc")

    assert memory("a\n\nb\n\nc") == merge_file(PATH, base, ours, theirs).content


def test_a_bullet_does_not_slip_under_a_foreign_heading():
    """What belongs to the section above comes before a new section that the other side began there."""
    base, ours, theirs = (
        memory("# H\n\n- a\n"),
        memory("# H\n\n- a\n\n## A\n\n- n\n"),
        memory("# H\n\n- a\n- b\n"),
    )

    assert memory("# H\n\n- a\n- b\n\n## A\n\n- n\n") == merge_file(PATH, base, ours, theirs).content


def test_a_nested_bullet_stays_with_its_parent():
    """A child that one side gave the last bullet comes before the other side's next bullet."""
    base, ours, theirs = memory("- a\n"), memory("- a\n  - child\n"), memory("- a\n- b\n")

    assert Merged(content=memory("- a\n  - child\n- b\n")) == merge_file(PATH, base, ours, theirs)


def test_a_block_changed_twice_is_kept_twice():
    """The winner's block is in the file, with what else both did; the loser's whole version is the twin."""
    base = memory("- a\n- b\n- c\n", updated="2026-01-01T00:00:00Z")
    ours = memory("- ours\n- b\n- c\n- mine\n", updated="2026-01-02T00:00:00Z")
    theirs = memory("- theirs\n- b\n", updated="2026-01-03T00:00:00Z")
    merged = merge_file(PATH, base, ours, theirs)

    assert memory("- theirs\n- b\n- mine\n", updated="2026-01-03T00:00:00Z") == merged.content
    assert [ours] == [twin.content for twin in merged.twins]


def test_a_later_clock_names_the_winner_and_costs_nothing():
    """A machine whose clock is two years ahead wins the name; the other side's text is still there."""
    base = memory("a\n", updated="2026-01-01T00:00:00Z")
    ours, theirs = (
        memory("b\n", updated="2028-01-01T00:00:00Z"),
        memory("c\n", updated="2026-01-02T00:00:00Z"),
    )

    assert (ours, theirs) == everything(merge_file(PATH, base, ours, theirs))


def test_a_deleted_block_comes_back_where_it_was_edited():
    """An edited block is kept over its deletion, without a twin."""
    base, ours, theirs = memory("- a\n- b\n"), memory("- a\n"), memory("- a\n- b!\n")

    expected = Merged(content=theirs, notes=("an edited block was kept over its deletion",))
    assert expected == merge_file(PATH, base, ours, theirs)


def test_a_code_fence_is_one_block():
    """Lines of two code fences never mix, and a list inside one is no list."""
    base = memory("```\n- a\n\n- b\n```\n")
    ours, theirs = memory("```\n- a\n\n- B\n```\n"), memory("```\n- A\n\n- b\n```\n")
    merged = merge_file(PATH, base, ours, theirs)

    assert {ours, theirs} == set(everything(merged))


def test_repeated_lines_are_not_folded():
    """Equal paragraphs and fences of one side stay as often as they were written."""
    base = memory("```\nx\n```\n")
    ours, theirs = memory("```\nx\n```\n\nsame\n\nsame\n"), memory("top\n\n```\nx\n```\n")

    assert memory("top\n\n```\nx\n```\n\nsame\n\nsame\n") == merge_file(PATH, base, ours, theirs).content


# ---- without a base, and other files ------------------------------------------------------------


def test_two_memories_at_one_path_get_a_path_each():
    """Different ids: the older memory keeps the path, the other is named after its id."""
    ours = b"---\nid: 01KDP300000000000000000001\n---\na\n"
    theirs = b"---\nid: 01KDP300000000000000000002\n---\nb\n"
    merged = merge_file(PATH, None, ours, theirs)

    assert ours == merged.content
    assert (Twin(path="global/fact/x--00000002.md", content=theirs),) == merged.twins


def test_two_new_versions_of_one_memory_are_kept_twice():
    """The same id at one path without a common ancestor and with other texts: winner and twin."""
    ours, theirs = memory("a\n"), memory("b\n")

    assert {ours, theirs} == set(everything(merge_file(PATH, None, ours, theirs)))


def test_a_journal_begun_twice_has_both_entries():
    """Standing documents and session notes keep both insertions even without a common ancestor."""
    ours, theirs = b"# Log\n\n## 2026-01-02\n\n- b\n", b"# Log\n\n## 2026-01-01\n\n- a\n"

    expected = Merged(content=b"# Log\n\n## 2026-01-01\n\n- a\n\n## 2026-01-02\n\n- b\n")
    assert expected == merge_file("decisions-log.md", None, ours, theirs)


def test_an_index_never_has_a_twin():
    """MEMORY.md is made from the memories, so no version of it is worth keeping."""
    base, ours, theirs = (b"- [%b](fact/%b.md)\n" % (name, name) for name in (b"a", b"b", b"c"))

    merged = merge_file("global/MEMORY.md", base, ours, theirs)

    assert merged.content in (ours, theirs)
    assert () == merged.twins


def test_an_index_somebody_wrote_on_is_no_index():
    """A MEMORY.md with a person's own words in it is merged like any document, and nothing of it is dropped."""
    merged = merge_file("global/MEMORY.md", b"Ours is a\n", b"Ours is b\n", b"Ours is c\n")

    assert {b"Ours is b\n", b"Ours is c\n"} == {merged.content, *(twin.content for twin in merged.twins)}


def test_source_code_merges_by_line():
    """Edits far from each other both hold."""
    base = b"a\nb\nc\nd\ne\n"
    merged = merge_file("global/code-snippets/x.py", base, base.replace(b"a", b"A"), base.replace(b"e", b"E"))

    assert Merged(content=b"A\nb\nc\nd\nE\n") == merged


def test_source_code_is_careful():
    """Two insertions at one place of a program are two versions, not one program."""
    base, ours, theirs = b"a\n", b"a\nb\n", b"a\nc\n"
    merged = merge_file("global/code-snippets/x.py", base, ours, theirs)

    assert {ours, theirs} == set(everything(merged))
    assert merged.twins[0].path.endswith(".py")


def test_records_of_memsync_are_joined():
    """Lines that two machines append to one of memsync's own files are both in it."""
    merged = merge_file(".memsync/allowances.jsonl", b"1\n", b"1\n3\n", b"1\n2\n")

    assert Merged(content=b"1\n2\n3\n") == merged


@pytest.mark.parametrize("broken", [b"\xff\xfe", b"---\nid: a\n---\n\x80"])
def test_what_is_no_text_is_kept_twice(broken):
    """Bytes that don't decode are not merged: both versions stay as they are."""
    merged = merge_file(PATH, b"a\n", b"b\n", broken)

    assert {b"b\n", broken} == set(everything(merged))


def test_windows_line_ends_are_no_conflict():
    """A side that rewrote every line end and a side that added a line both get their will."""
    base, ours, theirs = memory("- a\n"), memory("- a\n").replace(b"\n", b"\r\n"), memory("- a\n- b\n")

    assert Merged(content=memory("- a\n- b\n").replace(b"\n", b"\r\n")) == merge_file(
        PATH, base, ours, theirs
    )


def test_a_twin_of_a_twin_is_named_after_the_first():
    """Conflicts on a conflict copy don't make names grow."""
    first = twin_path("a/x.md", b"1")

    assert twin_path("a/x.md", b"2") == twin_path(first, b"2")


def test_a_twins_name_fits():
    """A name that is as long as names may be is shortened for its twin."""
    path = "a/" + "ü" * 98 + ".md"

    assert len(twin_path(path, b"1").rpartition("/")[2].encode()) <= 200
    assert is_twin_path(twin_path(path, b"1"))


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"---\nid: 01KDP300000000000000000001\n---\n", "01KDP300000000000000000001"),
        (b"\xef\xbb\xbf---\r\ntitle: x\r\nid: 'abc' # c\r\n---\r\nid: no\r\n", "abc"),
        (b"---\ntitle: x\n---\nid: no\n", ""),
        (b"id: no\n", ""),
        (b"---\nid: [1]\n---\n", ""),
    ],
)
def test_an_id_is_read_from_the_header_only(content, expected):
    """The id is the frontmatter's, in any way of writing it, and nothing from the body."""
    assert expected == memory_id(content)
