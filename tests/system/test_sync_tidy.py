"""Packing git's objects: in a quiet moment, never beside a cycle, and nothing is lost by it, not even what no ref leads to."""

from __future__ import annotations

import pytest

from memsync.store import tidying
from synckit import git, machines, quiet

pytestmark = pytest.mark.system


@pytest.fixture
def one(tmp_path):
    """Make a machine with many loose objects."""
    made, _ = machines(tmp_path, 1)
    texts = [tmp_path / f"{number}.txt" for number in range(300)]
    for text in texts:
        text.write_text(f"no ref leads to {text.stem}\n")
    git(made[0].root, "hash-object", "-w", "--stdin-paths", feed="".join(f"{text}\n" for text in texts))
    for number in range(20):
        made[0].write("global/fact/x.md", f"version {number}\n")
        made[0].sync(network=False)
    quiet(made)
    return made[0]


def counts(machine) -> dict[str, int]:
    lines = (line.split(": ") for line in machine.git("count-objects", "-v").splitlines())
    return {name: int(number) for name, number in lines if number.isdigit()}


def every(machine) -> set[str]:
    return set(machine.git("cat-file", "--batch-all-objects", "--batch-check").splitlines())


def test_objects_are_packed_and_none_goes(one):
    """After packing, hardly an object is loose, and every one that was there still is."""
    before, held = counts(one)["count"], every(one)

    done = tidying.tidy(one.parts, least=1)

    assert (True, True) == (done, before > 300 > counts(one)["count"])
    assert held == every(one)
    assert "" == one.git("fsck", "--strict", "--no-dangling")


def test_a_cycle_goes_on_after_it(one):
    """Sync works on packed objects as on loose ones."""
    tidying.tidy(one.parts, least=1)
    one.write("global/fact/x.md", "after\n")

    report = one.sync()

    assert (1, 1) == (report.captured, report.sent)


def test_few_objects_are_left_alone(one):
    """Below the number from which it is worth it nothing is done."""
    before = counts(one)

    assert (False, before) == (tidying.tidy(one.parts, least=100_000), counts(one))


def test_it_is_done_at_most_once_an_hour(one):
    """A second call does nothing, however many objects there are by then."""
    tidying.tidy(one.parts, least=1)
    for number in range(300):
        one.parts.repo.put(f"another {number}\n".encode())

    assert not tidying.tidy(one.parts, least=1)


def test_never_beside_a_cycle(one):
    """While a cycle runs elsewhere it waits for another moment."""
    lock = one.parts.lock("sync")
    lock.acquire(wait=1, name="a cycle")
    try:
        assert not tidying.tidy(one.parts, least=1)
    finally:
        lock.release()
