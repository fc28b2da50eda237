"""Claude Code's own memory folder: its name, and what its index says beside being one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsync.core.native import own_words, slug_of


@pytest.mark.parametrize(
    ("root", "slug"),
    [
        ("/home/me/my_app.v2", "-home-me-my-app-v2"),
        ("/srv/Über", "-srv--ber"),
        ("/a b/c", "-a-b-c"),
    ],
)
def test_a_projects_folder_is_named_by_its_path(root, slug):
    """As Claude Code 2.1.329 names it."""
    assert slug == slug_of(root)


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ("", ""),
        ("# Memory\n\n- [Role](user-role.md) — data engineer\n", ""),
        ("# Memory\n", ""),
        ("- [Role](user-role.md) — x\n- Always run make lint.\n", "- Always run make lint."),
        ("# How we work\n\nLint first.\n\n- [Role](a.md)\n", "# How we work\n\nLint first."),
        (
            "- [Docs](https://example.com/a.md) are outdated\n",
            "- [Docs](https://example.com/a.md) are outdated",
        ),
    ],
)
def test_what_an_index_says_by_itself_is_kept(page, words):
    """Links to the files beside it are not; everything else is somebody's words."""
    assert words == own_words(page.encode())


@given(st.binary(max_size=300))
def test_any_page_is_read(raw):
    """Whatever bytes stand there."""
    assert isinstance(own_words(raw), str)
