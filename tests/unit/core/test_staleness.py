"""What sources cite, and what history makes of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsync.core.staleness import MOST, Cited, FilePast, Staleness, cited, judge


@pytest.mark.parametrize(
    ("source", "means"),
    [
        ("src/api.ts", Cited(path="src/api.ts")),
        ("./src//api.ts", Cited(path="src/api.ts")),
        ("src/", Cited(path="src")),
        ("src/api.ts:12", Cited(path="src/api.ts")),
        ("src/api.ts:12-40", Cited(path="src/api.ts")),
        ("src/api.ts#parseInvoice", Cited(path="src/api.ts", symbol="parseInvoice")),
        ("src/api.ts:Parser.parse", Cited(path="src/api.ts", symbol="Parser.parse")),
        ("a b/ü.md", Cited(path="a b/ü.md")),
        ("src\\win.ts", Cited(path="src/win.ts")),
        ("https://example.com/a.ts", None),
        ("../secret", None),
        ("src/../../x", None),
        ("/etc/passwd", None),
        ("~/x", None),
        ("", None),
        (".", None),
        (":(top)x", None),
        ("a\0b", None),
        ("x" * 2000, None),
    ],
)
def test_what_a_source_cites(source, means):
    """A path of the project, with a symbol where one is named; anything else is passed over."""
    assert ((means,) if means else ()) == cited([source])


@given(st.lists(st.text(max_size=30), max_size=80))
def test_no_source_leads_out_of_the_project(sources):
    """Whatever is written there: relative, without dots that climb, not too many, each once."""
    found = cited(sources)

    assert len(found) <= MOST
    assert len(set(found)) == len(found)
    assert all(c.path and not c.path.startswith("/") and ".." not in c.path.split("/") for c in found)


def test_commits_are_counted_once():
    """A commit that touched two cited files is one commit; what came before the memory does not count."""
    past = {
        "a": FilePast(there=True, touched=(("c1", 10.0), ("c2", 20.0))),
        "b": FilePast(there=True, touched=(("c2", 20.0), ("c3", 30.0))),
        "c": FilePast(there=True),
        "never": FilePast(there=False),
    }
    files = cited(["a", "b", "c", "never", "unknown"])

    assert Staleness(cited=3, changed=2, commits=2) == judge(files, past, since=15.0)


@pytest.mark.parametrize(
    ("stale", "says"),
    [
        (Staleness(cited=3), ""),
        (Staleness(cited=3, changed=2, commits=14), "2 of 3 cited files changed in 14 commits since"),
        (Staleness(cited=1, changed=1, commits=1), "1 of 1 cited file changed in 1 commit since"),
        (
            Staleness(cited=2, changed=1, commits=1, gone=("b",), lost=("f (a)",)),
            "1 of 2 cited files changed in 1 commit since; gone: b; no longer there: f (a)",
        ),
    ],
)
def test_it_says_what_changed(stale, says):
    """In one line; nothing where nothing changed."""
    assert says == stale.says


def test_a_file_that_went_before_is_gone_all_the_same():
    """Its last commit is older than the memory, and HEAD has it no more."""
    past = {"a": FilePast(there=False, touched=(("c1", 10.0),))}

    assert "gone: a" == judge(cited(["a"]), past, since=15.0).says
