"""Making, adopting and joining a store, on fakes."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from memsync.core.history import RemoteKind, RemoteState
from memsync.core.hook_script import is_ours, render_hook
from memsync.core.store_file import MARKER, Marker, render_marker
from memsync.errors import GuardHalted, NotAStore, OutOfReach, RemoteRefused
from memsync.flows.founding import Kit, Wish, found
from memsync.testing import FakeTree

MINE = Marker(id="a" * 32, salt="b" * 32)
THEIRS = render_marker(Marker(id="c" * 32, salt="d" * 32))
URL = "git@example.org:me/memory.git"
HOOK = render_hook(b"#!/bin/sh\n# memsync git hook (pre-commit).\nexec @MEMSYNC@ hook\n", ["/bin/memsync"])
KIT = Kit(
    templates={"README.md": b"# Read me\n", ".gitignore": b"*~\n"}, hooks={"pre-commit": HOOK}, marker=MINE
)
EMPTY, STORE = (
    RemoteState(kind=RemoteKind.EMPTY),
    RemoteState(kind=RemoteKind.STORE, store_id="c" * 32, marker=THEIRS),
)
FOREIGN = RemoteState(kind=RemoteKind.FOREIGN)


@dataclass(kw_only=True)
class FakeSite:
    """A folder and what is around it."""

    path: str = "/home/me/shared-memory"
    repository: bool = False
    around: str = ""
    elsewhere: str = ""
    hooks: dict[str, bytes] = field(default_factory=dict)
    excluded: list[str] = field(default_factory=list)
    driver: str = ""

    def is_repository(self) -> bool:
        return self.repository

    def outer(self) -> str:
        return self.around

    def exclude_from(self, outer: str) -> None:
        self.excluded.append(outer)

    def prepare(self) -> None:
        pass

    def hooks_elsewhere(self) -> str:
        return self.elsewhere

    def hook(self, name: str) -> bytes | None:
        return self.hooks.get(name)

    def plant_hook(self, name: str, script: bytes) -> None:
        self.hooks[name] = script

    def merges_by(self, driver: str) -> bool:
        return self.driver == driver

    def plant_driver(self, driver: str) -> None:
        self.driver = driver


@dataclass(kw_only=True)
class FakeGround:
    """A repository, and what is at the one remote there is."""

    site: FakeSite
    at_remote: RemoteState = EMPTY
    url: str = ""
    public: bool = False
    synced: bool = False
    asked: list[str] = field(default_factory=list)

    def create(self) -> bool:
        made = not self.site.repository
        self.site.repository = True
        return made

    def remote_url(self) -> str:
        return self.url

    def set_remote(self, url: str) -> None:
        self.url = url

    def is_public(self, url: str) -> bool:
        self.asked.append(url)
        return self.public

    def remote_state(self, url: str) -> RemoteState:
        self.asked.append(url)
        return self.at_remote

    def has_synced(self) -> bool:
        return self.synced


@dataclass(kw_only=True)
class World:
    site: FakeSite = field(default_factory=FakeSite)
    tree: FakeTree = field(default_factory=FakeTree)
    ground: FakeGround = field(init=False)

    def __post_init__(self) -> None:
        self.ground = FakeGround(site=self.site)

    def found(self, **wish):
        return found(Wish(**wish), site=self.site, ground=self.ground, tree=self.tree, kit=KIT)


@pytest.fixture
def world() -> World:
    return World()


def test_init_plants_templates_marker_and_hooks(world):
    """A new store has all of them, and says what is new."""
    done = world.found()
    assert {"README.md", ".gitignore", MARKER} == set(world.tree.files) == set(done.planted)
    assert HOOK == world.site.hooks["pre-commit"]
    assert (False, "", ()) == (done.joined, done.remote, done.notes)


def test_init_twice_changes_nothing(world):
    """The second run plants nothing and keeps the identity."""
    world.found()
    before = dict(world.tree.files)
    assert () == world.found().planted
    assert before == world.tree.files


@pytest.mark.parametrize("steps", range(8))
def test_init_killed_anywhere_can_be_run_again(steps):
    """After a death at any write, the same command ends in the same store."""

    class Dying(FakeTree):
        left = steps

        def create(self, path: str, data: bytes) -> bool:
            if self.left == 0:
                raise KeyboardInterrupt
            self.left -= 1
            return super().create(path, data)

    world = World(tree=Dying())
    try:
        world.found(url=URL)
    except KeyboardInterrupt:
        world.tree = FakeTree(files=world.tree.files)
        world.found(url=URL)
    assert MARKER in world.tree.files
    assert URL == world.ground.url
    assert HOOK == world.site.hooks["pre-commit"]


def test_init_overwrites_nothing(world):
    """Files that are there stay as they are."""
    world.tree.files["README.md"] = b"mine"
    assert "README.md" not in world.found().planted
    assert b"mine" == world.tree.files["README.md"]


def test_a_repository_is_adopted_and_told(world):
    """In a folder that is a repository already no template is planted, and the owner hears that commits will come."""
    world.site.repository = True
    done = world.found()
    assert (MARKER,) == done.planted
    assert "was a git repository already" in done.notes[0]


def test_a_folder_inside_a_repository_is_refused(world):
    """Without --nested nothing is made."""
    world.site.around = "/home/me/app"
    with pytest.raises(GuardHalted) as halted:
        world.found()
    assert ("nested", {}) == (halted.value.guard, world.tree.files)
    assert not world.site.repository


def test_a_nested_store_is_excluded_from_the_outer_repository(world):
    """With --nested it is made, and written into the outer repository's exclude file."""
    world.site.around = "/home/me/app"
    world.found(nested=True)
    assert ["/home/me/app"] == world.site.excluded
    assert MARKER in world.tree.files


def test_a_public_remote_is_refused(world):
    """A remote that anyone can read needs --public; nothing is made before."""
    world.ground.public = True
    with pytest.raises(GuardHalted) as halted:
        world.found(url="https://user:tok@example.org/me/memory.git")
    assert "public-remote" == halted.value.guard
    assert "tok" not in str(halted.value.to_json())
    assert {} == world.tree.files
    assert URL == world.found(url=URL, public=True).remote


def test_joining_takes_the_identity_of_the_remote(world):
    """The remote's marker stands in the store, byte for byte, and no template is planted over what will come."""
    world.ground.at_remote = STORE
    done = world.found(url=URL, joining=True)
    assert {MARKER: THEIRS} == world.tree.files
    assert done.joined
    assert URL == world.ground.url


def test_init_with_a_remote_that_has_memories_joins_it(world):
    """The same happens for a store that exists and was never shared: the remote's identity wins."""
    world.found()
    world.ground.at_remote = STORE
    assert world.found(url=URL).joined
    assert THEIRS == world.tree.files[MARKER]


def test_two_shared_stores_are_not_mixed_silently(world):
    """A store that has synced before and another store's remote: a person must say --adopt."""
    world.found()
    world.ground.at_remote, world.ground.synced = STORE, True
    with pytest.raises(GuardHalted) as halted:
        world.found(url=URL)
    assert "other-store" == halted.value.guard
    assert render_marker(MINE) == world.tree.files[MARKER]
    world.found(url=URL, joining=True, adopt=True)
    assert THEIRS == world.tree.files[MARKER]


def test_a_remote_that_is_no_store_needs_adopt(world):
    """Somebody's markdown repository is never taken in silently."""
    world.ground.at_remote = FOREIGN
    with pytest.raises(GuardHalted) as halted:
        world.found(url=URL, joining=True)
    assert "foreign-remote" == halted.value.guard
    assert {} == world.tree.files
    done = world.found(url=URL, joining=True, adopt=True)
    assert (True, (MARKER,)) == (done.joined, done.planted)


def test_a_clone_of_a_code_repository_is_not_adopted_silently(world):
    """`init` in a clone asks what its own origin is."""
    world.site.repository, world.ground.url, world.ground.at_remote = True, URL, FOREIGN
    with pytest.raises(GuardHalted) as halted:
        world.found()
    assert "foreign-remote" == halted.value.guard


def test_a_clone_of_a_store_is_adopted(world):
    """A plain `git clone` becomes a store with hooks; its files stay."""
    world.tree.files = {MARKER: THEIRS, "global/note/a.md": b"# A\n"}
    world.site.repository, world.ground.url, world.ground.at_remote = True, URL, STORE
    done = world.found()
    assert ((), True, 1) == (done.planted, done.joined, done.memories)
    assert HOOK == world.site.hooks["pre-commit"]


def test_another_remote_is_not_replaced(world):
    """A store that syncs with one remote is not sent to another by init."""
    world.found(url=URL)
    with pytest.raises(GuardHalted) as halted:
        world.found(url="git@example.org:me/other.git")
    assert ("other-remote", URL) == (halted.value.guard, world.ground.url)


def test_the_same_remote_in_another_form_is_taken(world):
    """The same place by https instead of ssh is no other remote."""
    world.found(url=URL)
    world.found(url="https://example.org/me/memory")
    assert "https://example.org/me/memory" == world.ground.url


@pytest.mark.parametrize(
    ("kind", "error"), [(RemoteKind.UNREACHABLE, OutOfReach), (RemoteKind.REFUSED, RemoteRefused)]
)
def test_a_remote_that_does_not_answer_makes_nothing(world, kind, error):
    """Joining needs the remote; nothing half-made is left."""
    world.ground.at_remote = RemoteState(kind=kind, detail="no route")
    with pytest.raises(error):
        world.found(url=URL, joining=True)
    assert ({}, False) == (world.tree.files, world.site.repository)


def test_a_store_that_is_offline_can_be_mended(world):
    """`init` again in a store whose remote is out of reach plants its hooks."""
    world.found(url=URL)
    world.site.hooks.clear()
    world.ground.at_remote = RemoteState(kind=RemoteKind.UNREACHABLE)
    world.found()
    assert HOOK == world.site.hooks["pre-commit"]


def test_joining_an_empty_remote_begins_it(world):
    """The first machine may say join as well, and is told."""
    done = world.found(url=URL, joining=True)
    assert not done.joined
    assert "README.md" in done.planted
    assert "the remote is empty" in done.notes[0]


def test_a_broken_marker_is_named(world):
    """A store whose marker can't be read is not founded anew over it."""
    world.tree.files[MARKER] = b"{"
    with pytest.raises(NotAStore, match="is not JSON"):
        world.found()
    assert b"{" == world.tree.files[MARKER]


def test_a_hook_of_the_users_own_stays(world):
    """It is not overwritten, and the note says how to let memsync's run."""
    world.site.hooks["pre-commit"] = b"#!/bin/sh\nmake lint\n"
    done = world.found()
    assert b"#!/bin/sh\nmake lint\n" == world.site.hooks["pre-commit"]
    assert 'memsync hook pre-commit "$@"' in done.notes[0]


def test_an_old_hook_of_memsyncs_is_written_anew(world):
    """A hook that names a memsync which has moved is replaced."""
    world.site.hooks["pre-commit"] = HOOK.replace(b"/bin/memsync", b"/old/memsync")
    world.found()
    assert HOOK == world.site.hooks["pre-commit"]


def test_hooks_that_git_would_not_run_are_not_planted(world):
    """With core.hooksPath set, the note says so."""
    world.site.elsewhere = "/etc/git-hooks"
    done = world.found()
    assert {} == world.site.hooks
    assert "/etc/git-hooks" in done.notes[0]


def test_a_hook_is_filled_in_with_quoted_words():
    """A path with a blank or a quote in it is one word to the shell."""
    script = render_hook(
        b"# memsync git hook (x)\n[ -x @PROGRAM@ ] && @MEMSYNC@ hook", ["/a b/py'thon", "-m", "memsync"]
    )
    assert (
        b"""# memsync git hook (x)\n[ -x '/a b/py'"'"'thon' ] && '/a b/py'"'"'thon' -m memsync hook"""
        == script
    )
    assert is_ours(script)
