"""Configuration files of others are changed in one place and nowhere else."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsync.core import jsonc
from memsync.errors import BadInput

PATH = ("mcpServers", "memsync")
ENTRY = {"type": "stdio", "command": "/opt/memsync-mcp", "args": []}
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=5)
    | st.floats(allow_nan=False, allow_infinity=False)
)
VALUES = st.recursive(
    SCALARS,
    lambda v: st.lists(v, max_size=3) | st.dictionaries(st.text(max_size=4), v, max_size=3),
    max_leaves=8,
)
OBJECTS = st.dictionaries(
    st.sampled_from(["mcpServers", "theme", "a", "é"]),
    st.dictionaries(st.text(max_size=4), VALUES, max_size=3),
    max_size=4,
)
INDENTS = st.sampled_from([None, 1, 2, 4, "\t"])


@given(VALUES, INDENTS)
def test_parse_reads_what_json_reads(value, indent):
    """Every JSON text gives the value that Python's own reader gives."""
    assert value == jsonc.parse(json.dumps(value, indent=indent)).value


@given(OBJECTS, INDENTS, st.booleans())
def test_put_changes_only_its_member(document, indent, windows):
    """After put, the document is the old one with the member, whatever its style; a second put changes nothing."""
    text = json.dumps(document, indent=indent, ensure_ascii=False)
    text = text.replace("\n", "\r\n") if windows else text
    after = jsonc.put(text, PATH, ENTRY)
    assert {**document, "mcpServers": {**document.get("mcpServers", {}), "memsync": ENTRY}} == json.loads(
        after
    )
    assert after == jsonc.put(after, PATH, ENTRY)


@given(OBJECTS, INDENTS)
def test_take_undoes_put_to_the_byte(document, indent):
    """Taking after putting gives the very text back where the holding object had other members, or was not there."""
    document.get("mcpServers", {}).pop("memsync", None)
    text = json.dumps(document, indent=indent, ensure_ascii=False)
    if document and document.get("mcpServers") != {}:
        assert text == jsonc.take(jsonc.put(text, PATH, ENTRY), PATH)


@given(OBJECTS.filter(bool), INDENTS, st.data())
def test_take_takes_any_member(document, indent, draw):
    """Taking a member leaves a document without it that is JSON still, the other members as they were."""
    key = draw.draw(st.sampled_from(sorted(document)))
    left = {k: v for k, v in document.items() if k != key}
    assert left == json.loads(jsonc.take(json.dumps(document, indent=indent), (key,)))


@given(st.text(alphabet='{}[]",:/*\\n 1a\n', max_size=30))
def test_anything_is_read_or_refused(text):
    """No text makes the reader fail in another way than BadJson."""
    try:
        jsonc.parse(text)
    except jsonc.BadJson as error:
        assert error.line >= 1


COMMENTED = """\
// my servers
{
  "mcpServers": {
    /* the files */
    "files": { "command": "npx" }, // keep
    "last": { "command": "x" } // the last one
    // the end
  }
}
"""


def test_comments_survive():
    """Comments before, behind and after members stay where they are, and undoing gives the file back."""
    after = jsonc.put(COMMENTED, PATH, {"command": "m"})
    assert (
        """    "last": { "command": "x" }, // the last one
    // the end
    "memsync": {
      "command": "m"
    }
  }
}
"""
        in after
    )
    assert COMMENTED == jsonc.take(after, PATH)


def test_a_comma_at_the_end_stays_the_style():
    """A file that ends its objects with a comma gets one after the new member too, and undoing gives the file back."""
    text = '{\n\t"mcp": {\n\t\t"a": 1,\n\t},\n}\n'
    after = jsonc.put(text, ("mcp", "memsync"), True)
    assert after == '{\n\t"mcp": {\n\t\t"a": 1,\n\t\t"memsync": true,\n\t},\n}\n'
    assert text == jsonc.take(after, ("mcp", "memsync"))


@pytest.mark.parametrize("text", ["", "\n", "{}", "{}\n", "{ }", '{"mcpServers": {}}'])
def test_an_empty_file_begins_a_document(text):
    """Nothing, white space and an empty object all take the first member."""
    assert {"mcpServers": {"memsync": ENTRY}} == json.loads(jsonc.put(text, PATH, ENTRY))


def test_of_two_members_with_one_name_the_last_counts():
    """The member that a JSON reader would see is the one that is changed."""
    assert '{"a": 1, "a": 3}' == jsonc.put('{"a": 1, "a": 2}', ("a",), 3)


@pytest.mark.parametrize(
    ("text", "line"),
    [('{"a": 1 "b": 2}', 1), ('{\n"a": tru\n}', 2), ("{a: 1}", 1), ('{"a": 1}\n}', 1), ('{"a"', 1)],
)
def test_a_broken_file_is_refused_with_its_line(text, line):
    """What is no JSON raises BadJson with the line, and quotes nothing of the file."""
    with pytest.raises(jsonc.BadJson) as caught:
        jsonc.put(text, PATH, ENTRY)
    assert line == caught.value.line


def test_a_holder_of_the_wrong_kind_is_refused():
    """Where the servers are no object, nothing is overwritten."""
    with pytest.raises(BadInput, match="mcpServers: is no object"):
        jsonc.put('{"mcpServers": []}', PATH, ENTRY)
