"""The sealed file of the vault, with the real age."""

from __future__ import annotations

import json
import stat
from contextlib import nullcontext

import pytest

from memsync.edges.seal import Age
from memsync.edges.vault.agefile import AgeFile
from memsync.errors import GuardHalted, NoSuchSecret, VaultUnusable


@pytest.fixture
def age(tmp_path):
    return Age(tmp_path / "identity.txt")


@pytest.fixture
def vault(tmp_path, age):
    return AgeFile(tmp_path / "vault.age", cipher=age, locked=nullcontext)


def test_what_is_kept_is_given_back(vault, tmp_path):
    """Values come back as they are, many lines and any script; the file is its owner's alone and shows neither name nor value."""
    vault.keep("one", "zebra\n  ß日本\n")
    vault.keep("two", "x")
    vault.keep("one", "giraffe")
    raw = (tmp_path / "vault.age").read_bytes()

    assert ("one", "two") == vault.names()
    assert ("giraffe", "x") == (vault.get("one"), vault.get("two"))
    assert 0o600 == stat.S_IMODE((tmp_path / "vault.age").stat().st_mode)
    assert not any(word in raw for word in (b"zebra", b"giraffe", b"one", b"two"))


def test_what_is_removed_is_gone(vault):
    """And asking for it, or removing it again, says so."""
    vault.keep("one", "x")
    vault.remove("one")

    assert () == vault.names()
    for call in (vault.get, vault.remove):
        with pytest.raises(NoSuchSecret):
            call("one")


def test_an_empty_vault_has_no_file_and_makes_no_identity(vault, tmp_path):
    """Looking costs nothing and leaves nothing."""
    assert () == vault.names()
    assert [] == list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "damage", [lambda raw: raw[:-40], lambda _: b"", lambda _: b"junk\xff", lambda raw: raw[:200] + raw[210:]]
)
def test_a_damaged_file_is_told_and_never_overwritten(vault, tmp_path, damage):
    """Half a file is no empty vault: setting another value must not lose what a backup could bring back."""
    vault.keep("one", "zebra")
    path = tmp_path / "vault.age"
    path.write_bytes(damage(path.read_bytes()))
    broken = path.read_bytes()

    for call in (
        vault.names,
        lambda: vault.get("one"),
        lambda: vault.keep("two", "x"),
        lambda: vault.remove("one"),
    ):
        with pytest.raises(VaultUnusable) as caught:
            call()
        assert "zebra" not in str(caught.value.to_json())
    assert broken == path.read_bytes()


def test_the_wrong_identity_is_told_and_the_file_stays(vault, tmp_path, age):
    """With another identity in its place nothing is overwritten, and nothing set."""
    vault.keep("one", "zebra")
    (tmp_path / "identity.txt").unlink()
    before = (tmp_path / "vault.age").read_bytes()
    with pytest.raises(VaultUnusable, match="no identity yet"):
        vault.keep("two", "x")
    age.recipient()
    with pytest.raises(VaultUnusable, match="sealed for others"):
        vault.keep("two", "x")

    assert before == (tmp_path / "vault.age").read_bytes()


def test_a_vault_that_others_may_read_is_refused(vault, tmp_path):
    """As ssh refuses a key."""
    vault.keep("one", "x")
    (tmp_path / "vault.age").chmod(0o644)

    with pytest.raises(GuardHalted, match="others may read"):
        vault.get("one")


@pytest.mark.parametrize(
    "inside", ["[]", '{"format": 1}', '{"format": 2, "values": {}}', "nonsense", '{"values": 3, "format": 1}']
)
def test_something_else_in_the_file_is_told(vault, tmp_path, age, inside):
    """A file of another format, or of another program, is not taken for an empty vault."""
    (tmp_path / "vault.age").write_text(age.seal(inside, [age.recipient()]), encoding="utf-8")
    (tmp_path / "vault.age").chmod(0o600)

    with pytest.raises(VaultUnusable):
        vault.keep("one", json.dumps(inside))
