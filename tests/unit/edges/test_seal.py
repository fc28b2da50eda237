"""The real age: round trips, the identity's file, and every way an age file can't be opened."""

from __future__ import annotations

import stat
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from memsync.core.seal import is_armored
from memsync.edges.scanner import FullScanner, SpanScanner
from memsync.edges.seal import Age
from memsync.errors import CannotOpen, CannotSeal, GuardHalted, VaultUnusable
from memsync.flows.gatekeeping import inspect


@pytest.fixture
def age(tmp_path):
    return Age(tmp_path / "vault" / "identity.txt")


@settings(max_examples=40)
@given(text=st.text(st.characters(exclude_categories=["Cs"]), max_size=2000))
def test_what_is_sealed_is_opened(tmp_path_factory, text):
    """Any text comes back as it was; between, it is one age file in armor, and none of its longer words is in it."""
    age = Age(tmp_path_factory.getbasetemp() / "identity.txt")
    sealed = age.seal(text, [age.recipient()])

    assert is_armored(sealed)
    assert text == age.open(sealed)


def test_the_first_use_makes_an_identity_of_its_owner_alone(age, tmp_path):
    """Mode 0600, in a folder 0700; the second use reads the same one."""
    first = age.recipient()

    assert first.startswith("age1")
    assert first == Age(tmp_path / "vault" / "identity.txt").recipient()
    assert 0o600 == stat.S_IMODE((tmp_path / "vault" / "identity.txt").stat().st_mode)
    assert 0o700 == stat.S_IMODE((tmp_path / "vault").stat().st_mode)
    assert ["identity.txt"] == [file.name for file in (tmp_path / "vault").iterdir()]


def test_eight_programs_that_make_it_at_once_have_one_identity(age, tmp_path):
    """Whoever is first makes it; nobody overwrites it."""
    code = "import sys, pathlib; from memsync.edges.seal import Age; print(Age(pathlib.Path(sys.argv[1])).recipient())"
    started = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(tmp_path / "vault" / "identity.txt")],
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(8)
    ]

    assert {age.recipient()} == {one.communicate(timeout=60)[0].strip() for one in started}


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o666, 0o620])
def test_an_identity_that_others_may_read_is_refused(age, tmp_path, mode):
    """As ssh does: it may be known to others already."""
    sealed = age.seal("x", [age.recipient()])
    (tmp_path / "vault" / "identity.txt").chmod(mode)

    for call in (age.recipient, lambda: age.open(sealed)):
        with pytest.raises(GuardHalted, match="others may read"):
            call()


def test_another_identity_is_told_from_damage(age, tmp_path):
    """`sealed for others` and `damaged` are two things, and pyrage tells them by words alone: this test pins the words."""
    other = Age(tmp_path / "other.txt")
    sealed = age.seal("x" * 100, [age.recipient()])
    other.recipient()

    with pytest.raises(CannotOpen, match="sealed for others"):
        other.open(sealed)
    lines = sealed.splitlines(keepends=True)
    for broken in ("".join(lines[:-3] + lines[-1:]), "junk", sealed.replace(lines[-3][:8], "AAAAAAAA")):
        with pytest.raises(CannotOpen, match="damaged"):
            age.open(broken)


def test_no_identity_is_told(age):
    """A new machine says that it has none, and makes none by looking."""
    with pytest.raises(CannotOpen, match="no identity yet"):
        age.open("x")

    assert not age.has_identity


@pytest.mark.parametrize("text", ["", "# only a comment\n", "AGE-SECRET-KEY-1NONSENSE\n", "\x00\xff"])
def test_an_identity_file_with_something_else_in_it(age, tmp_path, text):
    """A damaged identity is told, and left as it is."""
    path = tmp_path / "vault" / "identity.txt"
    path.parent.mkdir()
    path.write_text(text, encoding="utf-8")
    path.chmod(0o600)

    for call in (age.recipient, lambda: age.open("x")):
        with pytest.raises((VaultUnusable, CannotOpen)):
            call()
    assert text == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("keys", [[], ["age1nonsense"], ["ssh-ed25519 AAAA"]])
def test_without_a_recipient_that_can_be_used_nothing_is_sealed(age, keys):
    """No list, no sealing: there is no such thing as a plain fallback."""
    with pytest.raises(CannotSeal):
        age.seal("zebra", keys)


def test_an_ssh_key_opens_what_is_sealed_for_it(tmp_path):
    """A developer's own ed25519 key is an identity too."""
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", tmp_path / "id"], check=True)
    age = Age(tmp_path / "id")

    assert "x" == age.open(age.seal("x", [age.recipient()]))


def test_without_pyrage_it_refuses(age, monkeypatch):
    """Where the library is missing, sealing and opening say so."""
    monkeypatch.setitem(sys.modules, "pyrage", None)

    with pytest.raises(CannotSeal, match="not installed"):
        age.seal("x", ["age1" + "q" * 58])


def test_the_gate_finds_nothing_in_what_age_encrypted(age):
    """Random letters hold anything that a rule looks for: 400 sealed memories of three sizes all pass, by both scanners."""
    scanners = (SpanScanner(b"key"), FullScanner(b"key"))
    held = 0
    for n in range(400):
        sealed = age.seal("word " * (3, 60, 600)[n % 3], [age.recipient()])
        raw = f"---\ntitle: x\nsensitive: true\n---\n{sealed}".encode()
        held += sum(inspect("global/note/x.md", raw, scanner=scanner).blocks for scanner in scanners)

    assert 0 == held
