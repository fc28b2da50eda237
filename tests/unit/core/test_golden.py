"""Files of every format that memsync has ever written: what they say must never change."""

from __future__ import annotations

import pathlib

import pytest

from memsync.core import header
from memsync.core.memory import Form, read
from memsync.core.project_file import parse_project, render_project
from memsync.core.store_file import parse_marker, render_marker
from memsync.edges.scanner import SpanScanner

GOLDEN = pathlib.Path(__file__).parents[2] / "golden/files"
FILES = sorted(p.name for p in GOLDEN.iterdir() if p.suffix in (".md", ".json", ".ts"))
SAID = {
    "memory.md": (Form.MEMSYNC, "Use React Query, not SWR", "decision", ("frontend",), 0),
    "memory-every-field.md": (
        Form.MEMSYNC,
        'Ünïcode: "quotes", #marks & yes',
        "person",
        ("a b", "c, d", "yes", "2024-01-01"),
        0,
    ),
    "hand-made.md": (Form.PLAIN, "Deploy with care", "note", (), 0),
    "hand-made-header.md": (Form.MEMSYNC, "Deploy with care", "note", (), 0),
    "crlf.md": (Form.MEMSYNC, "Windows", "note", ("a", "b"), 0),
    "broken-header.md": (Form.PLAIN, "Still found by its text", "note", (), 1),
    "claude.md": (Form.CLAUDE, "The user wants pnpm, never npm", "preference", (), 0),
    "imported.md": (Form.PLAIN, "Plain note", "note", (), 0),
}


def text_of(name: str) -> str:
    return (GOLDEN / name).read_bytes().decode()


@pytest.mark.parametrize("name", SAID)
def test_a_golden_memory_says_what_it_always_said(name):
    """Form, title, category, tags, and how many problems."""
    memory = read(f"global/note/{name}", text_of(name))
    assert SAID[name] == (memory.form, memory.title, str(memory.category), memory.tags, len(memory.problems))


@pytest.mark.parametrize("name", FILES)
def test_a_golden_file_is_never_rewritten(name):
    """Split and joined, it is the same to the byte."""
    assert text_of(name) == header.join(header.split(text_of(name)))


@pytest.mark.parametrize("name", [n for n in SAID if n != "broken-header.md"])
def test_one_new_field_moves_nothing_else(name):
    """Setting a field adds or changes its line and leaves all others."""
    before, edited = (
        text_of(name),
        header.edit(header.split(text_of(name)), {"updated": "2026-11-21T00:00:00Z"}).text,
    )
    gone = [line for line in before.splitlines(keepends=True) if line not in edited.splitlines(keepends=True)]
    assert all(line.startswith("updated:") for line in gone)


def test_golden_markers_and_projects():
    """Both are read, and written again as they are."""
    assert text_of("store.json").encode() == render_marker(parse_marker(text_of("store.json").encode()))
    project = parse_project("app-189a31e2ed69f2ed", text_of("project.md"))
    assert ("github.com/org/app", 2) == (project.identity, len(project.aliases))
    assert text_of("project.md") == render_project(project)


@pytest.mark.parametrize("name", FILES)
def test_memsyncs_own_fields_are_no_secrets(name):
    """Ids, hashes and the salt of the marker pass the gate: a file memsync wrote is never held back."""
    assert () == SpanScanner(b"k" * 16).scan(text_of(name), path=name)
