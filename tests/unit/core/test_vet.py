"""Vetting: what of somebody else's tree may become files here."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsync.core.names import fold
from memsync.core.vet import MAX_FILES, entry_problem, vet

if TYPE_CHECKING:
    import random

OID = "0" * 40


def blob(path: str, *, mode: str = "100644", kind: str = "blob", size: int | None = 10):
    return mode, kind, OID, size, path


@pytest.mark.parametrize(
    "path",
    [
        "global/fact/x.md",
        "My notes (old).md",
        "projects/app-0123456789abcdef/decision/日本.md",
        "global/code-snippets/auth-utils.ts",
        "global/prompts/p.txt",
        ".memsync/store.json",
        ".memsync/instances/cli.json",
        ".gitignore",
        "MEMORY.md",
        "a" * 197 + ".md",
    ],
)
def test_what_is_taken_in(path):
    """Memories, indexes and memsync's own files come in under any ordinary name."""
    assert {path: OID} == vet([blob(path)]).accepted


@pytest.mark.parametrize(
    "path",
    [
        "../x.md", "a/../x.md", "a//x.md", "/x.md", "x.md/", "./x.md", ".git/x.md", ".GIT/hooks/x.md", "git~1/.x.md",
        ".hidden.md", "a/.b/x.md", ".memsync/../x.md", ".memsync/.x", ".memsync", "x.sh", "Makefile", ".gitattributes",
        "a/.gitattributes", ".gitmodules", ".lfsconfig", "global/code-snippets/.gitattributes", "con.md", "a/NUL.md",
        "COM1.md", "a.", "a /x.md", "a./x.md", "a\x00.md", "a\x1b[31m.md", "a\u202ecod.md", "a\u200b.md", "a:b.md",
        "a\\b.md", "a\nb.md", "a?.md", "1/2/3/4/5/6/7/8/9.md", "a" * 198 + ".md", "a\udcff.md", "\U000e0041.md", "",
    ],
)  # fmt: skip
def test_what_is_refused_by_name(path):
    """No name gets out of the store, steers git, hides, or means something else on another system."""
    vetted = vet([blob(path)])

    assert {} == vetted.accepted
    assert vetted.refused[path]


@pytest.mark.parametrize(
    ("mode", "kind"),
    [
        ("120000", "blob"),
        ("160000", "commit"),
        ("100755", "blob"),
        ("040000", "tree"),
        ("100664", "blob"),
        ("100644", "commit"),
        ("", ""),
    ],
)
def test_only_plain_files_are_taken_in(mode, kind):
    """Links, submodules and executables stay in the tree and never come to the disk."""
    assert entry_problem(mode, kind, 1, "x.md")


def test_large_files_are_refused():
    """A megabyte is the most a memory may have; an unknown size is looked at when it is read."""
    assert entry_problem("100644", "blob", 1024 * 1024, "x.md") is None
    assert entry_problem("100644", "blob", 1024 * 1024 + 1, "x.md")
    assert entry_problem("100644", "blob", None, "x.md") is None


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("A.md", "a.md"),
        ("cafe\u0301.md", "caf\u00e9.md"),
        ("D/x.md", "d/X.md"),
        ("strasse.md", "stra\u00dfe.md"),
        ("A.md/b.md", "a.md"),
    ],
)
def test_names_that_some_disk_confuses(first, second):
    """Of two names that are one on some system the first comes in, the other is refused by name."""
    vetted = vet([blob(second), blob(first)])

    assert {first: OID} == vetted.accepted
    assert repr(first) in vetted.refused[second]


def test_there_is_an_end():
    """Files beyond the number or the sum that is allowed are refused; memsync's own come first."""
    entries = [blob(f"{n:05}.md") for n in range(30)] + [blob(".memsync/store.json")]
    by_count, by_size = vet(entries, max_files=10), vet(entries, max_total=50)

    assert (10, 21) == (len(by_count.accepted), len(by_count.refused))
    assert (5, 26) == (len(by_size.accepted), len(by_size.refused))
    assert ".memsync/store.json" in by_count.accepted.keys() & by_size.accepted.keys()
    assert MAX_FILES == 20_000


PATHS = st.lists(
    st.sampled_from(["a", "A", "b.md", "B.md", "é.md", "e\u0301.md", "x.md", "..", ".git"]),
    min_size=1,
    max_size=3,
)


@given(st.lists(PATHS.map("/".join), unique=True), st.randoms(use_true_random=False))
def test_each_entry_is_judged_once_and_in_any_order(paths, shuffle: random.Random):
    """Accepted and refused are all there was; the order of a tree does not matter; no two accepted names are alike."""
    entries = [blob(path) for path in paths]
    vetted = vet(entries)
    shuffle.shuffle(entries)

    assert set(paths) == vetted.accepted.keys() | vetted.refused.keys()
    assert not vetted.accepted.keys() & vetted.refused.keys()
    assert len({fold(p) for p in vetted.accepted}) == len(vetted.accepted)
    assert vetted == vet(entries)
