"""The text of results: one fact a line, nothing of a memory uncleaned."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from memsync.cli import render, shapes
from memsync.cli.answer_text import answer_text
from memsync.cli.face import Face
from memsync.core import memory as memories
from memsync.core.answer import Answer, Hit
from memsync.core.answer_shape import answer_shape
from memsync.core.gate import Finding, Level
from memsync.core.report import Held, Lane, LaneName, StatusReport, SyncReport, SyncState
from memsync.core.scope import GLOBAL, Scope, ScopeKind

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
FINDING = Finding(
    path="global/note/a.md",
    rule="github-token",
    level=Level.BLOCK,
    line=7,
    start=1,
    end=9,
    fingerprint="0" * 32,
)


@pytest.fixture
def face():
    return Face()


def hit(title="Use pnpm", snippet="faster", **more):
    text = f"---\nid: 01JD0000000000000000000000\ntitle: {title!r}\ncategory: decision\n---\n{snippet}\n"
    memory = memories.read("global/decision/use-pnpm.md", text)
    return Hit(memory=memory, score=1.23456, line=6, snippet=snippet, updated=NOW, **more)


def test_a_hit_is_two_lines(face):
    """A hit shows its rank, title, scope, category and day; then its path, line and snippet."""
    shown = answer_text(answer_shape(Answer(query="q", hits=(hit(),))), face)

    assert "1. Use pnpm  [global · decision · 2026-11-21]\n   global/decision/use-pnpm.md:6  faster" == shown


def test_weak_and_more_are_said(face):
    """A weak answer says so first, and hits left out are counted last."""
    lines = answer_text(answer_shape(Answer(query="q", hits=(hit(),), weak=True, more=3)), face).split("\n")

    assert "Weak matches: none of these may be what you mean." == lines[0]
    assert "3 more; a larger --limit or --budget shows them." == lines[-1]


def test_a_snippet_cannot_steer_a_terminal(face):
    """Escapes and line ends in a memory's text do not reach the output."""
    shown = answer_text(
        answer_shape(Answer(query="q", hits=(hit(snippet="a\x1b]0;owned\x07\nb\u202ec"),))), face
    )

    assert "\x1b" not in shown
    assert "\x07" not in shown
    assert "\u202e" not in shown
    assert 2 == len(shown.split("\n"))


def test_a_hit_of_the_private_store_is_shown_with_its_place(face):
    """Where a hit is not in the default store, its path is absolute and JSON names the store."""
    answer = Answer(query="q", hits=(hit(store="/home/me/private"),))

    assert "/home/me/private/global/decision/use-pnpm.md:6" in answer_text(answer_shape(answer), face)
    assert "/home/me/private" == answer_shape(answer)["hits"][0]["store"]


def test_an_answer_has_the_contracts_keys_and_no_other():
    """`recall --json` has exactly the keys the design names."""
    shape = answer_shape(Answer(query="q", hits=(hit(),)))
    keys = [
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
    ]

    assert ["query", "hits", "weak", "more"] == list(shape)
    assert keys == list(shape["hits"][0])
    assert "2026-11-21T10:00:00Z" == shape["hits"][0]["updated"]


def test_a_sync_has_the_contracts_keys():
    """`sync --json` has exactly the keys the design names, and a held file with its findings."""
    report = SyncReport(
        captured=1, held=(Held(path="a.md", reason="secret", findings=(FINDING,)),), state=SyncState.OFFLINE
    )
    shape = shapes.sync_shape(report)

    assert ["captured", "sent", "received", "merged", "twins", "held", "state"] == list(shape)
    assert ["path", "rule", "level", "line", "start", "end", "fingerprint"] == list(
        shape["held"][0]["findings"][0]
    )
    assert "offline" == shape["state"]


def test_a_sync_is_told_in_lines():
    """The first line counts; each held file and each lane in trouble has a line of its own."""
    lane = Lane(name=LaneName.PUSH, state="suspended", reason="403", since=NOW, hint="check your rights")
    report = SyncReport(
        captured=2, held=(Held(path="a.md", reason="secret", findings=(FINDING,)),), lanes=(lane,)
    )
    expected = [
        "synced: captured 2, held 1",
        "  held: a.md: github-token at line 7",
        "  push suspended; 403; since 2026-11-21 10:00 UTC; check your rights",
    ]

    assert expected == render.sync_text(report).split("\n")


def test_a_quiet_sync_says_so():
    """A cycle that did nothing is one line."""
    assert "synced: nothing to do" == render.sync_text(SyncReport())


def test_a_status_tells_the_private_store_too(face):
    """The private store's state is told below the default one's, and is an object of its own in JSON."""
    report = StatusReport(store="/a", memories=1, unsynced=2, since=NOW, private=StatusReport(store="/b"))

    assert "2 changes on this machine only, the oldest since 2026-11-21 10:00 UTC" in render.status_text(
        report, face
    )
    assert "private: /b" in render.status_text(report, face)
    assert "/b" == shapes.status_shape(report)["private"]["store"]
    assert shapes.status_shape(report)["private"]["private"] is None


@pytest.mark.parametrize(
    ("scope", "shown"),
    [(GLOBAL, "global"), (Scope(kind=ScopeKind.PROJECT, name="my-app-0123456789abcdef"), "my-app"),
     (Scope(kind=ScopeKind.CHANNEL, name="news"), "channel:news")],
)  # fmt: skip
def test_a_scope_is_shown_by_its_name(scope, shown):
    """A project is shown without the hash its folder has."""
    assert shown == render.scope_text(scope)


@pytest.mark.parametrize(("number", "shown"), [(0, "0 files"), (1, "1 file"), (1200, "1,200 files")])
def test_counts_read_well(number, shown):
    """One is singular, the rest plural, thousands are divided."""
    assert shown == render.counted(number, "file")
