"""MEMORY.md follows the memories: in the same commit, the same on every machine, and never by a commit of its own."""

from __future__ import annotations

import pytest

from memsync.core.index_page import MAX_BYTES, MAX_LINES, index_page
from memsync.core.memory import read
from synckit import machines, quiet

pytestmark = pytest.mark.system
PAGE = "projects/app-0123456789abcdef/MEMORY.md"
FOLDER = "projects/app-0123456789abcdef"


def memory(name: str, body: str = "text") -> str:
    return f"---\nname: {name}\ndescription: About {name}\nmetadata:\n  type: project\n---\n{body}\n"


def page_of(machine) -> str:
    """Return what the page of the folder must be."""
    files = {p: t for p, t in machine.files().items() if p.startswith(f"{FOLDER}/") and p != PAGE}
    return index_page([read(p, t) for p, t in files.items()], folder=FOLDER)


@pytest.fixture
def pair(tmp_path):
    """Make two machines with a project's folder that has an index page, as Claude Code writes one."""
    made, _ = machines(tmp_path, 2)
    made[0].write(f"{FOLDER}/deploys.md", memory("deploys"))
    made[0].write(PAGE, "- [Deploys](deploys.md) — how we deploy\n")
    quiet(made)
    return made


def test_the_page_follows_in_the_same_commit(pair):
    """A new memory is on the page of both machines, and one commit brought both."""
    a, b = pair
    before = len(a.commits())
    a.write(f"{FOLDER}/fact/tests.md", memory("tests"))

    quiet(pair)

    assert page_of(a) == a.read(PAGE) == b.read(PAGE)
    assert "(fact/tests.md)" in a.read(PAGE)
    assert before + 1 == len(a.commits())
    assert "Add " in a.commits()[0]


def test_a_scope_without_a_page_gets_none(pair):
    """Where nobody made an index page, none appears; one that is taken away stays away."""
    a = pair[0]
    a.write("global/fact/x.md", memory("x"))
    (a.root / PAGE).unlink()
    quiet(pair)
    a.write(f"{FOLDER}/more.md", memory("more"))
    quiet(pair)

    assert [] == [p for m in pair for p in m.files() if p.endswith("MEMORY.md")]


def test_a_rewritten_page_makes_no_commit(pair):
    """An assistant that writes the index its own way gets memsync's back, without a commit and without a loop."""
    a = pair[0]
    head = a.git("rev-parse", "main")
    a.write(PAGE, "# Mine\n\n- [Gone](gone.md)\n")

    first, second = a.sync(), a.sync()

    assert head == a.git("rev-parse", "main")
    assert page_of(a) == a.read(PAGE)
    assert (0, 0) == (first.captured, second.captured)


def test_two_machines_never_conflict_about_it(pair):
    """Both write memories and their own index: in the end one page lists all, and there is no twin of it."""
    a, b = pair
    for machine, name in ((a, "one"), (b, "two")):
        machine.write(f"{FOLDER}/{name}.md", memory(name))
        machine.write(PAGE, f"- [Deploys](deploys.md)\n- [{name}]({name}.md) — from {name}\n")

    quiet(pair)

    assert page_of(a) == a.read(PAGE) == b.read(PAGE)
    assert a.files() == b.files()
    assert not [p for p in a.files() if "conflict" in p]
    assert {"(one.md)", "(two.md)", "(deploys.md)"} <= {
        w.rstrip(":").partition("]")[2] for w in a.read(PAGE).split()
    }
    heads = {m.git("rev-parse", "main") for m in pair}
    quiet(pair)
    assert heads == {m.git("rev-parse", "main") for m in pair}


def test_a_page_by_hand_is_left_alone(pair):
    """A page on which somebody wrote more than an index is theirs: it travels, and is never rewritten."""
    a, b = pair
    mine = "# Read me first\n\nAlways ask before a deploy.\n\n- [Deploys](deploys.md)\n"
    a.write(PAGE, mine)
    a.write(f"{FOLDER}/more.md", memory("more"))

    quiet(pair)

    assert mine == a.read(PAGE) == b.read(PAGE)


def test_a_commit_by_hand_is_no_reason_for_another(pair):
    """A memory that a person committed without the page: no cycle commits the page alone; the next real commit brings it."""
    a, b = pair
    a.write(f"{FOLDER}/more.md", memory("more"))
    a.git("add", "-A")
    a.git(
        "-c",
        "user.name=P",
        "-c",
        "user.email=p@example.invalid",
        "-c",
        "core.hooksPath=/dev/null",
        "commit",
        "-qm",
        "by hand",
    )
    head = a.git("rev-parse", "main")
    quiet(pair)
    assert {head} == {m.git("rev-parse", "main") for m in pair}

    a.write(f"{FOLDER}/last.md", memory("last"))
    quiet(pair)

    assert page_of(a) == b.read(PAGE)
    assert "(more.md)" in b.read(PAGE)


def test_a_page_stays_small(pair):
    """Of a thousand memories the page lists what fits in 200 lines and 25 KB, and counts the rest."""
    a, b = pair
    for number in range(300):
        a.write(f"{FOLDER}/m{number}.md", memory(f"m{number}", "word " * 40))

    quiet(pair)

    page = b.read(PAGE)
    assert page_of(a) == page
    assert page.endswith("more: ask for them with recall.\n")
    assert (len(page.splitlines()) <= MAX_LINES, len(page.encode()) <= MAX_BYTES) == (True, True)


@pytest.mark.parametrize(
    "point", ["after_hash", "after_wal", "after_ref_local", "before_exchange", "after_exchange"]
)
def test_a_kill_leaves_no_wrong_page(pair, point):
    """Wherever a cycle dies, the next one ends with the right page on both machines."""
    a, b = pair
    a.write(f"{FOLDER}/more.md", memory("more"))
    a.write(PAGE, "- [More](more.md) — mine\n")

    a.child(MEMSYNC_CRASH=point)
    quiet(pair)

    assert page_of(a) == a.read(PAGE) == b.read(PAGE)


def test_what_the_gate_would_refuse_is_on_no_page(pair):
    """A title and a first line that are clean apart can be a secret side by side: then the page stays as it was."""
    a, b = pair
    before, made_up = a.read(PAGE), "Qw7#" + "rT9zLp2x"
    a.write(
        f"{FOLDER}/password.md", f"---\nname: password\ndescription: The staging password\n---\n\n{made_up}\n"
    )

    quiet(pair)

    assert before == a.read(PAGE) == b.read(PAGE)
    assert made_up in b.read(f"{FOLDER}/password.md")
