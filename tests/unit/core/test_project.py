"""Projects: one code base, however it is reached."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from memsync.core.project import (
    Checkout,
    Project,
    bind,
    canonical_remote,
    folder_for,
    identity_of,
    project_key,
    shown_url,
)
from memsync.core.project_file import parse_project, render_project

ONE = "github.com/org/app"


@pytest.mark.parametrize("url", [
    "git@github.com:org/app.git", "ssh://git@github.com/org/app", "https://token@github.com/org/app.git",
    "https://user:pass@GitHub.com/org/app/", "ssh://git@github.com:22/org/app.git", "https://github.com:443/org/app//",
    "http://github.com:80/org/app.git/", "git://github.com/org/app", "github.com:org/app", "github.com:/org/app",
    " https://github.com/org/app.git\n", "git+ssh://git@github.com/org/app.git", "https://github.com/org/app.git.git",
    ONE,
])  # fmt: skip
def test_one_remote_has_one_form(url):
    """Scheme, user, password, usual port, .git, slashes and the host's case don't count."""
    assert ONE == canonical_remote(url)


@pytest.mark.parametrize(("url", "expected"), [
    ("https://github.com/Org/App", "github.com/Org/App"), ("ssh://git@host:2222/app.git", "host:2222/app"),
    ("/srv/git/app.git", "/srv/git/app"), ("file:///srv/git/app.git/", "/srv/git/app"), ("[::1]:app.git", "::1/app"),
    ("ssh://git@[::1]:2222/app", "::1:2222/app"), ("host:~me/app.git", "host/~me/app"), ("C:\\git\\app.git", "C:/git/app"),
    ("https://dev.azure.com/o/my%20p/_git/app", "dev.azure.com/o/my p/_git/app"), ("/", "/"), ("", ""),
])  # fmt: skip
def test_what_tells_remotes_apart_stays(url, expected):
    """The path's case, a port of its own, a folder on a disk."""
    assert expected == canonical_remote(url)


URLS = st.one_of(
    st.text(max_size=30),
    st.tuples(
        st.sampled_from(["https://", "ssh://git@", "git@", "", "file://", "http://u:p@"]),
        st.sampled_from(["github.com", "HOST", "h:22", "h:2222", "[::1]", "[::1]:2222", ""]), st.sampled_from(["/", ":", "//", ":/"]),
        st.text(alphabet="aB./~:@%20 -", max_size=12), st.sampled_from(["", ".git", "/", ".git/", "//"]),
    ).map("".join),
)  # fmt: skip


@given(URLS)
@example("a:b:c")
@example("https://[")
@example("https://u:p@h:99999/x")
@example("ssh://[::1]:2222/a")
@example("x@y@z:w")
def test_canonical_twice_is_canonical_once(url):
    """What memsync wrote down is read back as the same project."""
    once = canonical_remote(url)
    assert once == canonical_remote(once)


@given(URLS)
def test_no_url_breaks_a_project_folder(url):
    """Any remote, however odd, gives a folder name of `<name>-<16 hex digits>`."""
    folder = folder_for(canonical_remote(url))
    name, _, key = folder.rpartition("-")
    assert name
    assert (16, True) == (len(key), set(key) <= set("0123456789abcdef"))
    assert "/" not in folder


def test_a_password_is_neither_kept_nor_shown():
    """Not in the identity, not in the shown URL, not in a checkout's repr."""
    url = "https://me:hunter2@example.org/a.git"
    seen = Checkout(place="/x/.git", remotes=(("origin", url),))
    assert not any("hunter2" in text for text in (canonical_remote(url), shown_url(url), repr(seen)))


@pytest.mark.parametrize(("remotes", "root", "expected"), [
    ((("upstream", "h:u"), ("origin", "h:o")), "abc", "h/o"), ((("fork", "h:f"),), "abc", "h/f"),
    ((("zeta", "h:z"), ("alpha", "h:a")), "abc", "h/a"), ((), "abc", "root:abc"), ((), None, None),
])  # fmt: skip
def test_which_remote_names_the_project(remotes, root, expected):
    """Origin, else the only one, else the first by name; without one, the first commit; else there is no project."""
    assert expected == identity_of(Checkout(place="/x", remotes=remotes, root_commit=root))


def checkout(url: str | None, root: str | None = "abc") -> Checkout:
    return Checkout(
        place="/w/.git", remotes=(("origin", url),) if url else (), root_commit=root, folder_name="app"
    )


def test_a_project_that_gets_its_first_remote_keeps_its_memories():
    """Known by its first commit before, it stays the same folder and learns the remote."""
    before = bind(checkout(None), ())
    after = bind(checkout("git@h:org/app"), (before,))
    assert (before.folder, "h/org/app", True) == (after.folder, after.identity, "root:abc" in after.aliases)


def test_a_remote_that_moved_keeps_its_memories_on_this_machine():
    """The same checkout with a new URL stays with its folder; the new URL becomes an alias."""
    before = bind(checkout("git@h:org/app"), ())
    after = bind(checkout("git@h:org/renamed"), (before,), bound_before=before.folder)
    assert (before.folder, "h/org/app") == (after.folder, after.identity)
    assert "h/org/renamed" in after.aliases
    assert after == bind(checkout("git@h:org/renamed", None), (after,))


def test_a_fork_is_a_project_of_its_own():
    """One first commit and two remotes are two projects, unless this checkout was bound before."""
    first = bind(checkout("git@h:org/app"), ())
    fork = bind(checkout("git@h:me/app"), (first,))
    assert fork.folder != first.folder


def test_the_key_is_the_hash_of_the_canonical_remote():
    """A fixed value: other tools can compute it."""
    assert "189a31e2ed69f2ed" == project_key(ONE)[:16]
    assert "app-189a31e2ed69f2ed" == folder_for(ONE)


PROJECTS = st.builds(
    Project, folder=st.just("app-0123456789abcdef"),
    identity=st.one_of(URLS.map(canonical_remote).filter(lambda t: t.strip() and not t.startswith("root:")), st.just("root:abc")),
    aliases=st.lists(st.sampled_from(["h/a", "h/b", "root:abc"]), unique=True).map(tuple), root_commit=st.sampled_from([None, "abc"]),
)  # fmt: skip


@given(PROJECTS)
def test_a_project_file_says_what_it_was_told(project):
    """Rendered and read, a project is the same; its own identity is no alias."""
    wanted = replace(project, aliases=tuple(a for a in project.aliases if a != project.identity))
    if not wanted.has_remote:
        wanted = replace(wanted, root_commit="abc")
    text = render_project(wanted)
    assert wanted == parse_project(wanted.folder, text)
    assert text == render_project(wanted, text)


def test_a_project_file_keeps_what_a_person_wrote():
    """Only the lines that change are changed; an address in any form is understood."""
    text = "---\n# ours\nremote: git@github.com:org/app.git\n---\n# App\n\nOur notes.\n"
    project = parse_project("app-1", text)
    assert ONE == project.identity
    learnt = render_project(replace(project, aliases=("h/old",)), text)
    assert learnt.startswith("---\n# ours\n")
    assert learnt.endswith("aliases: [h/old]\n---\n# App\n\nOur notes.\n")


def test_a_project_file_that_names_nothing_is_none():
    """Broken or empty: no project, no exception."""
    assert [None] * 3 == [parse_project("x", text) for text in ("", "---\na: b: c\n---\n", "# notes\n")]
