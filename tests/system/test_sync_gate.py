"""The gate inside a cycle: what a merge makes is judged before it is an object, and what comes in is judged as well."""

from __future__ import annotations

import subprocess

import pytest

from synckit import machines, quiet

pytestmark = pytest.mark.system
TABLE = "| system | note |\n|---|---|\n| staging | tea |\n"
PATH = "global/fact/systems.md"


def made_up() -> str:
    """Return what could be a password, put together here so that no scanner finds it in this file."""
    return "Qw7#" + "rT9zLp2x"


def objects_of(place) -> bytes:
    """Return every object of a repository, whether a ref leads to it or not."""
    ids = subprocess.run(
        ["git", "cat-file", "--batch-all-objects", "--batch-check=%(objectname)"],
        cwd=place, capture_output=True, check=True,
    ).stdout  # fmt: skip
    return subprocess.run(
        ["git", "cat-file", "--batch"], cwd=place, input=ids, capture_output=True, check=True
    ).stdout


@pytest.fixture
def pair(tmp_path):
    made, remote = machines(tmp_path, 2)
    made[0].write(PATH, TABLE)
    quiet(made)
    return *made, remote


def test_two_clean_halves_that_make_a_secret_stay_apart(pair):
    """A merged text the gate refuses never becomes an object: both versions are kept, the same on both machines."""
    a, b, remote = pair
    a.write(PATH, TABLE.replace("note", "password"))
    b.write(PATH, TABLE.replace("tea", made_up()))

    quiet([a, b])

    whole = TABLE.replace("note", "password").replace("tea", made_up())
    texts = {t for p, t in a.files().items() if p.startswith("global/fact/")}
    assert {TABLE.replace("note", "password"), TABLE.replace("tea", made_up())} == texts
    assert a.files() == b.files()
    assert not any(whole.encode() in objects_of(place) for place in (a.root, b.root, remote))


def test_an_edit_that_would_make_a_secret_of_what_came_in_stays_apart(pair):
    """The same where the other half came in while this one was being written: capture merges, and is gated too."""
    a, b, remote = pair
    a.write(PATH, TABLE.replace("note", "password"))
    a.sync()
    b.write(PATH, TABLE.replace("tea", made_up()))
    b.child("m.sync()", MEMSYNC_CRASH="after_ref_merge")

    quiet([a, b])

    whole = TABLE.replace("note", "password").replace("tea", made_up())
    assert a.files() == b.files()
    assert not any(whole.encode() in objects_of(place) for place in (a.root, b.root, remote))
