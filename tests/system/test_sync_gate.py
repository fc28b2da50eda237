"""The gate inside a cycle: what a merge makes is judged before it is an object, and what comes in is judged as well."""

from __future__ import annotations

import subprocess

import pytest

from memsync.core.answer import Query
from memsync.errors import Withheld
from memsync.store import Store
from synckit import machine, machines, quiet

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
    b.child(MEMSYNC_CRASH="after_ref_merge")

    quiet([a, b])

    whole = TABLE.replace("note", "password").replace("tea", made_up())
    assert a.files() == b.files()
    assert not any(whole.encode() in objects_of(place) for place in (a.root, b.root, remote))


# ---- what comes in ------------------------------------------------------------------------------


def a_secret() -> str:
    """Return a made-up key of a real shape, put together here so that no scanner finds it in this file."""
    return "gh" + "p_" + "q7Rt2Vx9LmZ4Kp8Wn3Ys6Bd1Hf5Jc0GgTeAu"


def sends_by_hand(machine, path: str, text: str) -> None:
    """Let a machine without memsync's hooks push what no gate has seen."""
    machine.write(path, text)
    machine.git("add", "-A")
    machine.git("-c", "user.name=P", "-c", "user.email=p@example.invalid", "commit", "-qm", "by hand")
    machine.git("push", "-q", "origin", "main")


LEAK = "global/fact/leak.md"


def leaky() -> str:
    return f"---\nid: 01KDP3CCCCCCCCCCCCCCCCCCCC\ntitle: Zeppelin gate\n---\nThe zeppelin token is {a_secret()}\n"


@pytest.fixture
def warned(pair):
    """Make a machine to which a memory with a secret came in; give the machine, its store and that cycle's report."""
    a, b, _ = pair
    a.sync()
    sends_by_hand(a, LEAK, leaky())
    report = b.sync()
    return b, Store.open(b.root, settings=b.settings), report


def test_what_comes_in_with_a_secret_raises_an_alarm(warned):
    """It is on the disk, `sync` and `status` name path, rule and line, and never the secret."""
    b, store, report = warned

    assert leaky() == b.read(LEAK)
    assert [(LEAK, 5)] == [(alarm.path, alarm.findings[0].line) for alarm in report.alarms]
    assert [LEAK] == [alarm.path for alarm in store.status().alarms]
    assert a_secret() not in repr((report, store.status()))


def test_no_assistant_is_shown_it(warned):
    """Recall, reading and listing for an assistant leave it out; its owner reads it at a terminal, with a warning."""
    b, store, _ = warned

    assert [] == [hit.memory.path for hit in store.recall(Query(text="zeppelin token")).hits]
    assert LEAK not in [m.path for m in store.list(Query(text="", limit=50), admitted=True)]
    with pytest.raises(Withheld) as met:
        store.get(LEAK, admitted=True)
    assert a_secret() not in f"{met.value}{met.value.hint}{met.value.to_json()}"
    assert leaky() == store.get(LEAK).memory.text
    assert [5] == [finding.line for finding in store.get(LEAK).alarm]
    assert a_secret().encode() not in b"".join(
        p.read_bytes() for p in b.settings.cache_dir.rglob("*") if p.is_file()
    )


def test_taking_it_out_ends_the_alarm(warned):
    """A person who revises the memory is done: it is recalled, and nothing is told any more."""
    b, store, _ = warned
    b.write(LEAK, leaky().replace(a_secret(), "in the vault"))

    report = b.sync()

    assert ((), ()) == (report.alarms, store.status().alarms)
    assert [LEAK] == [hit.memory.path for hit in store.recall(Query(text="zeppelin token")).hits]
    assert "in the vault" in store.get(LEAK, admitted=True).memory.body


def test_allowing_it_ends_the_alarm(warned):
    """A person who allows the finding is done as well."""
    b, store, _ = warned
    store.allow(LEAK, [1], reason="made up", who="A Tester")

    assert "zeppelin" in store.get(LEAK, admitted=True).memory.body
    assert () == b.sync().alarms
    assert [LEAK] == [hit.memory.path for hit in store.recall(Query(text="zeppelin token")).hits]


def test_a_deletion_ends_the_alarm(warned):
    """A memory that is gone alarms nobody."""
    b, store, _ = warned
    store.forget(LEAK)

    assert () == b.sync().alarms


def test_a_new_clone_is_warned_too(warned, tmp_path):
    """What a first clone brings is looked at like anything that comes in."""
    b, _, _ = warned
    c = machine(tmp_path / "third", b.git("remote", "get-url", "origin").strip())

    assert [LEAK] == [alarm.path for alarm in c.sync().alarms]


@pytest.mark.parametrize(
    "point", ["after_fetch", "after_wal", "after_ref_merge", "before_exchange", "after_exchange"]
)
def test_no_kill_silences_the_alarm(pair, point):
    """Wherever the cycle dies that brings it in, the memory is never on the disk without its alarm."""
    a, b, _ = pair
    sends_by_hand(a, LEAK, leaky())
    b.child(MEMSYNC_CRASH=point)
    store = Store.open(b.root, settings=b.settings)

    assert (b.root / LEAK).exists() <= bool(store.status().alarms)
    assert [LEAK] == [alarm.path for alarm in b.sync().alarms]
    assert [] == [hit.memory.path for hit in store.recall(Query(text="zeppelin token")).hits]


def test_a_merge_with_a_secret_in_it_raises_the_alarm(pair):
    """Where what came in meets an edit made here, both are kept apart, and the one with the secret is alarmed about."""
    a, b, _ = pair
    sends_by_hand(a, PATH, TABLE + f"\n{a_secret()}\n")
    b.write(PATH, TABLE.replace("tea", "coffee"))

    report = b.sync()

    holders = [p for p, t in b.files().items() if a_secret() in t]
    assert len(holders) == 1
    assert holders == [alarm.path for alarm in report.alarms]


def test_what_a_merge_did_is_kept_and_told(pair):
    """Of two titles one holds; `sync` says so at once and `status` for a week; a secret in a value is not quoted."""
    a, b, _ = pair
    text = "---\nid: 01KDP3DDDDDDDDDDDDDDDDDDDD\ntitle: T\nimportance: 0.5\n---\nbody\n"
    a.write("global/fact/n.md", text)
    quiet([a, b])
    a.write("global/fact/n.md", text.replace("0.5", "0.7"))
    a.sync()
    b.write("global/fact/n.md", text.replace("0.5", "0.2"))

    report = b.sync()

    told = Store.open(b.root, settings=b.settings).status().notes
    assert [("global/fact/n.md", True)] == [(path, "importance" in said) for path, said in report.notes]
    assert [("global/fact/n.md", report.notes[0][1])] == [(path, said) for _, path, said in told]
    assert () == b.sync().notes
