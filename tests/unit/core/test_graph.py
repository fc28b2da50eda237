"""A knowledge graph of the reference memory server, as memories."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from memsync.core.graph import graph_files
from memsync.core.memory import read


def lines(*rows):
    return "\n".join(json.dumps(row) for row in rows).encode()


def entity(name, *said, kind="project"):
    return {"type": "entity", "name": name, "entityType": kind, "observations": list(said)}


def test_an_entity_is_a_memory():
    """Its name, its type, what was observed and what it is related to."""
    graph = graph_files(
        lines(
            entity("Ada Lovelace", "Prefers tabs", "Works on the engine", kind="Person"),
            {"type": "relation", "from": "Ada Lovelace", "to": "Engine", "relationType": "maintains"},
        )
    )
    memory = read("ada-lovelace.md", graph.files["ada-lovelace.md"].decode())

    assert (
        "Ada Lovelace",
        "person",
        ("person",),
        "- Prefers tabs\n- Works on the engine\n- maintains: Engine\n",
        (),
    ) == (
        memory.title,
        str(memory.category),
        memory.tags,
        memory.body,
        graph.problems,
    )


def test_names_that_make_one_key_stay_apart():
    """And an entity that comes twice is one."""
    graph = graph_files(lines(entity("A b", "one"), entity("a-B", "two"), entity("A b", "three", "one")))

    assert (["a-b.md", "a-b-2.md"], True) == (list(graph.files), b"- one\n- three" in graph.files["a-b.md"])


def test_what_can_not_be_read_is_named():
    """By its line; the rest is taken in."""
    graph = graph_files(
        b"{\n"
        + lines(entity("x", "y"), {"type": "relation", "from": "q", "to": "x", "relationType": "r"})
        + b"\n[]"
    )

    assert (["x.md"], 3) == (list(graph.files), len(graph.problems))


@given(st.binary(max_size=200))
def test_any_bytes_are_read(raw):
    """Nothing raises."""
    assert isinstance(graph_files(raw).problems, tuple)


@given(st.text(min_size=1, max_size=30), st.lists(st.text(max_size=30), max_size=4), st.text(max_size=10))
def test_every_entity_is_a_readable_memory(name, said, kind):
    """Whatever stands in its name."""
    for path, raw in graph_files(lines(entity(name, *said, kind=kind))).files.items():
        assert () == read(path, raw.decode()).problems
