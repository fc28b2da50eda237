"""Scopes: what a person writes, and the folder it means."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsync.core.names import path_problem
from memsync.core.scope import GLOBAL, PRIVATE, Scope, ScopeKind, folder_of_path, parse_scope, scope_of_path
from memsync.errors import BadInput


@pytest.mark.parametrize(("word", "kind", "name"), [
    ("project", "project", ""), ("project:app", "project", "app"), ("project:app-0123456789abcdef", "project", "app-0123456789abcdef"),
    ("global", "global", ""), (" private ", "private", ""), ("workspace:web", "workspace", "web"), ("channel:ünï", "channel", "ünï"),
])  # fmt: skip
def test_scopes_as_written(word, kind, name):
    """Each form of the face is understood."""
    scope = parse_scope(word)
    assert (kind, name) == (scope.kind, scope.name)


@pytest.mark.parametrize("word", [
    "", "globe", "global:x", "private:", "workspace", "workspace:", "channel:../x", "project:a/b", "project:.git", "project:-x",
    "channel:a b", "workspace:" + "x" * 130, "Project", "channel:con", "channel:x.", "workspace:a\u202eb",
])  # fmt: skip
def test_what_is_no_scope_is_refused(word):
    """With the list of what there is."""
    with pytest.raises(BadInput) as error:
        parse_scope(word)
    assert ("scope", True) == (error.value.field, "workspace:NAME" in error.value.hint)


@given(st.text(max_size=130))
def test_no_name_leads_out_of_its_folder(name):
    """A workspace or channel that is accepted has a folder that may be written."""
    try:
        word = parse_scope(f"channel:{name}")
    except BadInput:
        return
    assert path_problem(Scope(kind=word.kind, name=word.name).folder) is None


@given(st.sampled_from(list(ScopeKind)), st.from_regex(r"[a-z0-9][a-z0-9-]{0,20}", fullmatch=True))
def test_a_files_scope_is_the_one_it_was_written_for(kind, name):
    """From the scope to its folder and back."""
    scope = Scope(kind=kind, name="" if kind in ("global", "private") else name)
    assert scope == scope_of_path(f"{scope.folder}/note/a.md", private=scope.is_private)


def test_a_file_outside_of_every_scope_is_global():
    """A hand-made note at the top, or right below projects/."""
    assert [GLOBAL] * 3 == [scope_of_path(p) for p in ("a.md", "notes/a.md", "projects/a.md")]
    assert PRIVATE == scope_of_path("a.md", private=True)


@given(
    st.lists(st.sampled_from(["projects", "workspaces", "channels", "global", "a", "", "n.md"]), max_size=4),
    st.booleans(),
)
def test_a_files_folder_is_its_scopes(parts, private):
    """The short way to a file's folder says what the scope says, whatever the path."""
    path = "/".join(parts)
    assert folder_of_path(path, private=private) == scope_of_path(path, private=private).folder
