"""`status` is quick, and never tells what was so a moment ago."""

from __future__ import annotations

import pytest

from memsync.store import Store
from synckit import machines, quiet

pytestmark = pytest.mark.system


@pytest.fixture
def one(tmp_path):
    made, _ = machines(tmp_path, 1)
    for number in range(40):
        made[0].write(f"global/fact/m{number}.md", f"---\ncategory: fact\n---\nMemory {number}\n")
    quiet(made)
    return made[0]


def status(machine):
    return Store.open(machine.root, settings=machine.settings).status()


def test_what_changed_since_is_told(one):
    """A changed, a new and a deleted file count at once, whatever was kept of them."""
    assert {"fact": 40} == status(one).by_category
    one.write("global/fact/m1.md", "---\ncategory: decision\n---\nMemory 1\n")
    one.write("global/fact/new.md", "---\ncategory: note\nimportance: lots\n---\nnew\n")
    (one.root / "global/fact/m2.md").unlink()

    told = status(one)

    assert ({"decision": 1, "fact": 38, "note": 1}, 3) == (told.by_category, told.unsynced)
    assert (("global/fact/new.md", "importance is no number from 0 to 1"),) == told.problems


@pytest.mark.parametrize("content", [b"", b"[1, {", b"[1, []]", b"[9, {}]", b'[1, {"a": [1]}]', b"\xff"])
def test_a_damaged_tally_is_as_good_as_none(one, content):
    """The file in the cache may say what it likes: then every memory is read."""
    (one.parts.cache_dir / "tally.json").write_bytes(content)

    assert {"fact": 40} == status(one).by_category
