"""Merging sealed memories: as if they were open, and without a word of them in what comes out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsync.core.merging import blob_id, merge_all, merge_file
from memsync.core.recipients import Recipient, with_recipient
from memsync.core.seal import RECIPIENTS, is_sealed, is_unsealed, opened_text, says_sensitive, sealed_text
from sealkit import PlainSealing, is_for
from strategies import bodies, edited, file_of, headers

PATH = "global/note/x.md"
ID = "01KDP300000000000000000001"


@st.composite
def sealed_triples(draw):
    """Three plain versions of one sensitive memory."""
    fields = {"id": ID, **draw(headers(memory=ID)), "sensitive": "true"}
    body = draw(bodies().filter(str.strip))
    versions = [file_of(fields, body)]
    for _ in range(2):
        version = draw(edited(fields, body))
        versions.append(version if says_sensitive(version) else file_of(fields, body))
    return versions


def sealed(sealing, *texts: str) -> list[bytes]:
    return [sealed_text(text, sealing).encode() for text in texts]


def with_date(text: str, day: int) -> str:
    lines = [line for line in text.split("\n") if not line.startswith("updated:")]
    return "\n".join(lines).replace("sensitive:", f"updated: 2026-01-{day:02}T00:00:00Z\nsensitive:", 1)


def opened(sealing, content: bytes | None) -> str:
    return opened_text((content or b"").decode(), sealing)


@given(sealed_triples())
def test_a_sealed_merge_is_the_merge_of_what_is_sealed(triple):
    """Opened, the result says what a merge of the open texts says; sealed again, it stays closed."""
    sealing = PlainSealing()
    dated = [with_date(text, day) for day, text in enumerate(triple, 1)]  # of two equally late, bytes decide
    closed = merge_file(PATH, *sealed(sealing, *dated), sealing=sealing)
    expected = merge_file(PATH, *(text.encode() for text in dated), sealing=sealing)

    assert not is_unsealed((closed.content or b"").decode())
    assert opened(sealing, expected.content) == opened(sealing, closed.content)
    assert len(expected.twins) == len(closed.twins)


@given(sealed_triples())
def test_it_is_symmetric_but_for_the_seal(triple):
    """Who calls itself ours makes no difference to what is said, nor to the names of twins."""
    sealing = PlainSealing()
    base, ours, theirs = sealed(sealing, *triple)
    one, two = (merge_file(PATH, base, *sides, sealing=sealing) for sides in ((ours, theirs), (theirs, ours)))

    assert opened(sealing, one.content) == opened(sealing, two.content)
    assert one.twins == two.twins


@given(sealed_triples())
def test_no_side_is_lost_where_nothing_can_be_opened(triple):
    """A machine without a key keeps both whole, and reads nothing: each body is in the file or in the twin, as it was."""
    base, ours, theirs = sealed(PlainSealing(), *triple)
    for sealing in (None, PlainSealing(me="other", names=("other",))):
        merged = merge_file(PATH, base, ours, theirs, sealing=sealing)
        kept = [merged.content, *(twin.content for twin in merged.twins)]

        assert all(
            is_sealed((content or b"").decode()) for content in kept if content and b"BEGIN AGE" in content
        )
        bodies_kept = {(content or b"").decode().rpartition("-----BEGIN")[2] for content in kept}
        both = {side.decode().rpartition("-----BEGIN")[2] for side in (ours, theirs)} - {
            base.decode().rpartition("-----BEGIN")[2]
        }
        assert both <= bodies_kept


@given(sealed_triples())
def test_no_word_of_the_body_comes_out(triple):
    """Content, twins, their names and the notes have no marked word of what is sealed."""
    marked = [text.replace("alpha", "zebra").replace("- ", "- zebra ") for text in triple]
    marked = [m if says_sensitive(m) else t for m, t in zip(marked, triple, strict=True)]
    for sealing in (PlainSealing(), None):
        heads = [text[: text.rfind("---\n", 4)] for text in marked]
        if any("zebra" in head for head in heads):
            continue
        merged = merge_file(PATH, *sealed(PlainSealing(), *marked), sealing=sealing)
        told = repr(merged) + "".join(twin.path for twin in merged.twins)

        assert "zebra" not in told


def test_a_body_that_one_side_changed_is_taken_as_it_stands():
    """Then nothing is opened or sealed anew: the ciphertext that exists stays, also where nobody here has a key."""
    base, ours, theirs = sealed(
        PlainSealing(),
        *(
            f"---\nid: {ID}\ntitle: {t}\nsensitive: true\n---\n{b}\n"
            for t, b in (("a", "x"), ("a", "y"), ("b", "x"))
        ),
    )
    theirs = base.replace(b"title: a", b"title: b")
    merged = merge_file(PATH, base, ours, theirs)

    assert ours.replace(b"title: a", b"title: b") == merged.content


def test_two_seals_of_one_text_are_one_text():
    """Two machines that merged the same thing sealed it differently: one of the two holds, the same one everywhere."""
    text = f"---\nid: {ID}\nsensitive: true\n---\nx\n"
    base, ours, theirs = sealed(PlainSealing(), text.replace("x", "old"), text, text)
    results = {
        merge_file(PATH, base, *pair, sealing=PlainSealing()).content
        for pair in ((ours, theirs), (theirs, ours))
    }

    assert len(results) == 1
    assert results <= {ours, theirs}


@pytest.mark.parametrize(
    "sealing", [PlainSealing(), None, PlainSealing(names=())], ids=["key", "none", "nobody"]
)
def test_what_one_side_sealed_and_the_other_edited_is_never_readable_afterwards(sealing):
    """Sealed wins: the merged text is closed, or the open side is the twin it has been in history anyway."""
    plain = f"---\nid: {ID}\ntitle: t\n---\nfirst\n\nsecond\n"
    flagged = plain.replace("title: t\n", "title: t\nsensitive: true\n").replace("first", "one")
    ours = sealed(PlainSealing(), flagged)[0]
    theirs = plain.replace("second", "two").encode()
    merged = merge_file(PATH, plain.encode(), ours, theirs, sealing=sealing)

    if sealing is not None and sealing.names:
        assert is_sealed((merged.content or b"").decode())
        assert "one\n\ntwo\n" in opened(sealing, merged.content)
    else:
        assert {ours, theirs} == {merged.content, *(twin.content for twin in merged.twins)}


def test_unsealing_on_one_side_holds_where_the_other_changed_nothing_of_it():
    """A person who opened a memory for everyone meant it; a change of tags elsewhere does not close it again."""
    closed = sealed(PlainSealing(), f"---\nid: {ID}\ntags: [a]\nsensitive: true\n---\nx\n")[0]
    ours = f"---\nid: {ID}\ntags: [a]\n---\nx\n".encode()
    merged = merge_file(PATH, closed, ours, closed.replace(b"[a]", b"[a, b]"), sealing=PlainSealing())

    assert f"---\nid: {ID}\ntags: [a, b]\n---\nx\n".encode() == merged.content


def test_a_merge_seals_for_whom_the_merged_list_names():
    """Somebody was added on one side while the other edited: what is merged can be opened by the new one too."""
    blobs: dict[str, bytes] = {}

    def tree(files: dict[str, bytes]) -> dict[str, str]:
        blobs.update({blob_id(raw): raw for raw in files.values()})
        return {path: blob_id(raw) for path, raw in files.items()}

    one, two = (Recipient(key="age1" + c * 58, label=n) for c, n in (("q", "me"), ("z", "you")))
    text = f"---\nid: {ID}\nsensitive: true\n---\nx\n\ny\n"
    sealing = PlainSealing()
    before, resealed, edit = sealed(sealing, text, text, text.replace("y", "z"))
    names = with_recipient(None, one)
    result = merge_all(
        tree({RECIPIENTS: names, PATH: before}),
        tree({RECIPIENTS: with_recipient(names, two), PATH: resealed}),
        tree({RECIPIENTS: names, PATH: edit}),
        read=blobs.__getitem__,
        sealing=sealing,
    )

    assert ["me", "you"] == is_for(result.written[PATH].decode().partition("---\n")[2].partition("---\n")[2])
    assert "x\n\nz\n" in opened(sealing, result.written[PATH])


# ---- clones converge ----------------------------------------------------------------------------


@st.composite
def histories(draw):
    """Rounds of edits by three machines, of which the last may have no key."""
    keys = draw(st.tuples(st.just(True), st.booleans(), st.booleans()))
    moves = draw(
        st.lists(st.tuples(st.integers(0, 2), st.sampled_from(["edit", "title", "sync"])), max_size=14)
    )
    return keys, moves


@given(histories())
def test_clones_become_the_same_bytes_and_then_nothing_moves(history):
    """Whatever order they edit and sync in, with keys or without: all alike once quiet, every added line somewhere, no churn."""
    keys, moves = history
    world = _World(keys)
    for number, (who, what) in enumerate(moves):
        world.move(who, what, number)
    for _ in range(3):
        for who in range(3):
            world.sync(who)
    settled = world.remote
    for who in range(3):
        world.sync(who)

    assert settled == world.remote
    assert [settled] * 3 == [clone for clone, _ in world.clones]
    assert world.lines <= set(world.said().split())


class _World:
    """A remote and three clones in memory, each with the tree it last saw there."""

    def __init__(self, keys: tuple[bool, ...]) -> None:
        self.key = PlainSealing()
        first = sealed(
            self.key,
            f"---\nid: {ID}\ntitle: t\nsensitive: true\nupdated: 2026-01-01T00:00:00Z\n---\nl0\n\nl1\n",
        )
        self.blobs: dict[str, bytes] = {}
        self.remote = {PATH: self._put(first[0])}
        self.clones = [(dict(self.remote), dict(self.remote)) for _ in keys]
        self.sealings = [self.key if has else None for has in keys]
        self.lines: set[str] = {"l0", "l1"}

    def _put(self, raw: bytes) -> str:
        self.blobs[blob_id(raw)] = raw
        return blob_id(raw)

    def move(self, who: int, what: str, number: int) -> None:
        files, seen = self.clones[who]
        text = self.blobs[files[PATH]].decode()
        if what == "sync":
            self.sync(who)
        elif what == "title":
            changed = text.replace("title: t", f"title: t{number}", 1)
            self.clones[who] = (files | {PATH: self._put(changed.encode())}, seen)
        elif self.sealings[who] is not None:
            self.lines.add(f"w{number}")
            more = opened_text(text, self.key) + f"\nw{number}\n"
            self.clones[who] = (files | {PATH: self._put(sealed(self.key, more)[0])}, seen)

    def sync(self, who: int) -> None:
        files, seen = self.clones[who]
        result = merge_all(seen, files, self.remote, read=self.blobs.__getitem__, sealing=self.sealings[who])
        merged = dict(result.files) | {path: self._put(raw) for path, raw in result.written.items()}
        self.remote = merged
        self.clones[who] = (dict(merged), dict(merged))

    def said(self) -> str:
        return "\n".join(opened_text(self.blobs[oid].decode(), self.key) for oid in self.remote.values())
