"""A history that was rewritten to take a secret out: five clones, each in another state, and none of them sends it again.

The secret is one that no rule knows, so that it is the engine that keeps it away, and not the gate.
"""

from __future__ import annotations

import subprocess

import pytest

from synckit import git, machine, machines, quiet

pytestmark = pytest.mark.system
NAME = "Project " + "Albatross-" + "Kestrel"
LEAK, KEPT = "global/fact/leak.md", "global/fact/kept.md"
BEFORE = "# Names\n\nThe client is a bank.\n\nWe meet on Mondays.\n"
OOPS = BEFORE.replace("a bank", NAME)


def clones(folder, count: int):
    """Make so many machines that have two memories, their remote, and a clone of it to work in by hand."""
    made, remote = machines(folder, count)
    made[0].write(LEAK, BEFORE)
    made[0].write(KEPT, "kept\n")
    quiet(made, rounds=2)
    git(folder, "clone", "-q", str(remote), str(folder / "work"))
    return made, remote, folder / "work"


@pytest.fixture
def five(tmp_path):
    return clones(tmp_path, 5)


@pytest.fixture
def two(tmp_path):
    return clones(tmp_path, 2)


def pushed(work, path: str, text: str, *, amend: bool = False) -> None:
    """Write and push as the store's owner does by hand; `amend`: in the place of the last commit, by force."""
    if not amend:
        git(work, "pull", "-q", "--no-rebase", "origin", "main")
    (work / path).write_text(text)
    git(work, "add", "-A")
    git(
        work,
        "-c",
        "user.name=P",
        "-c",
        "user.email=p@example.invalid",
        "commit",
        "-q",
        "-m",
        "by hand",
        *["--amend", "--allow-empty"] * amend,
    )
    git(work, "push", "-q", "origin", "HEAD:main", *["--force"] * amend)


def reachable(repository) -> str:
    """Return every object that the refs of a repository lead to."""
    ids = [line.split()[0] for line in git(repository, "rev-list", "--objects", "--all").splitlines()]
    done = subprocess.run(
        ["git", "cat-file", "--batch"],
        cwd=repository,
        input="\n".join([*ids, ""]).encode(),
        capture_output=True,
        check=True,
    )
    return done.stdout.decode("utf-8", "replace")


def test_no_clone_in_any_state_sends_it_again(five):
    """Synced; behind; with unsent commits on top; with unsent commits beside; with an edit of the very memory on its disk."""
    (synced, behind, on_top, beside, editing), remote, work = five
    beside.write("global/fact/beside.md", "unsent, from before\n")
    beside.sync(network=False)
    pushed(work, LEAK, OOPS)
    synced.sync()
    on_top.sync()
    on_top.write("global/fact/on-top.md", "unsent, from after\n")
    on_top.write(KEPT, "kept, and more\n")
    on_top.sync(network=False)
    editing.sync()
    editing.write(LEAK, OOPS.replace("Mondays", "Tuesdays"))
    pushed(work, LEAK, BEFORE, amend=True)

    quiet([synced, behind, on_top, beside, editing])

    assert NAME not in reachable(remote)
    trees = [one.files() for one in (synced, behind, on_top, beside, editing)]
    assert all(tree == trees[0] for tree in trees)
    assert BEFORE.replace("Mondays", "Tuesdays") == trees[0][LEAK]
    assert {"unsent, from before\n", "unsent, from after\n", "kept, and more\n"} <= set(trees[0].values())
    assert not [path for path in trees[0] if "conflict" in path]


@pytest.mark.parametrize(
    "point",
    ["after_fetch", "after_merge_obj", "after_wal", "after_ref_merge", "before_exchange", "after_exchange"],
)
def test_a_pull_that_was_killed_before_the_rewrite(two, point):
    """A clone that had fetched the leaking commit and died over it: what that commit brought besides is not taken for deleted."""
    (one, other), remote, work = two
    one.write("global/fact/mine.md", "mine, unsent\n")
    one.sync(network=False)
    (work / "global/fact").mkdir(parents=True, exist_ok=True)
    (work / "global/fact/came-with-it.md").write_text("came with it\n")
    pushed(work, LEAK, OOPS)
    one.child(MEMSYNC_CRASH=point)
    pushed(work, LEAK, BEFORE, amend=True)

    quiet([one, other])

    assert NAME not in reachable(remote)
    assert one.files() == other.files()
    assert {"came with it\n", "mine, unsent\n", BEFORE} <= set(one.files().values())


@pytest.mark.parametrize(
    "point",
    [
        "after_fetch",
        "after_merge_obj",
        "after_wal",
        "after_ref_merge",
        "before_exchange",
        "after_exchange",
        "before_push",
        "after_push",
    ],
)
def test_a_replay_that_is_killed(two, point):
    """Wherever a clone dies while it takes the rewritten history over, the next cycle ends it, and nothing is sent again."""
    (one, other), remote, work = two
    pushed(work, LEAK, OOPS)
    one.sync()
    one.write("global/fact/mine.md", "mine, unsent\n")
    one.sync(network=False)
    pushed(work, LEAK, BEFORE, amend=True)
    one.child(MEMSYNC_CRASH=point)

    quiet([one, other])

    assert NAME not in reachable(remote)
    assert one.files() == other.files()
    assert {"mine, unsent\n", BEFORE} <= set(one.files().values())


def test_rewritten_twice_while_a_clone_was_away(two):
    """A clone that missed both rewrites follows the last one."""
    (one, other), remote, work = two
    pushed(work, LEAK, OOPS)
    one.sync()
    one.write("global/fact/mine.md", "mine, unsent\n")
    pushed(work, LEAK, BEFORE.replace("bank", f"bank, {NAME}"), amend=True)
    other.sync()
    pushed(work, LEAK, BEFORE, amend=True)

    quiet([one, other])

    assert NAME not in reachable(remote)
    assert one.files() == other.files()
    assert BEFORE == one.read(LEAK)


def test_a_clone_that_is_made_afterwards_has_nothing_of_it(two, tmp_path):
    """A new machine gets the rewritten history, and its git has never heard of the rest."""
    (one, other), remote, work = two
    pushed(work, LEAK, OOPS)
    quiet([one, other])
    pushed(work, LEAK, BEFORE, amend=True)
    quiet([one, other])

    late = machine(tmp_path / "late", remote)
    late.sync()

    assert NAME not in reachable(late.root)
    assert one.files() == late.files()
