"""Listening: which addresses need a key and a name."""

from __future__ import annotations

import pytest

from memsync.core.listening import is_loopback, listening
from memsync.errors import BadInput

KEY = "0123456789abcdef" * 2


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.1", "::1", "localhost", "LOCALHOST", "localhost."])
def test_local_needs_nothing(host):
    """This machine's own addresses need neither key nor name."""
    at = listening(host=host, port=0, names=(), key=None)
    assert at.is_local
    assert {"127.0.0.1", "localhost", "[::1]"} <= set(at.hosts)


@pytest.mark.parametrize(
    "host", ["0.0.0.0", "::", "192.168.1.5", "desk.lan", "localhost.example.org", "127.0.0.1.example.org"]
)
def test_beyond_needs_a_key(host):
    """Any other address is refused without a key."""
    assert not is_loopback(host)
    with pytest.raises(BadInput, match="no key"):
        listening(host=host, port=0, names=("desk.lan",), key=None)


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])
def test_everywhere_needs_a_name(host):
    """Every address at once says nothing about what clients call the machine."""
    with pytest.raises(BadInput, match="every address"):
        listening(host=host, port=0, names=(), key=KEY)
    assert listening(host=host, port=0, names=("Desk.lan", "fd00::1"), key=KEY).hosts == (
        "desk.lan",
        "[fd00::1]",
    )


@pytest.mark.parametrize("key", ["", "short", "a b" * 20, "schlüssel" * 4, "tab\t" * 8, "line\n" * 8])
def test_poor_keys(key):
    """A short key, or one that no header can carry, is refused."""
    with pytest.raises(BadInput, match="fewer than"):
        listening(host="127.0.0.1", port=0, names=(), key=key)


@pytest.mark.parametrize("name", ["", "a b", "a/b", "http://x", "x:80", "-x", "x" * 300, "*"])
def test_no_host(name):
    """What is no host name or address is refused."""
    with pytest.raises(BadInput, match="no host name"):
        listening(host="127.0.0.1", port=0, names=(name,), key=KEY)


def test_key_is_not_shown():
    """A key does not appear where the value is printed."""
    assert KEY not in repr(listening(host="127.0.0.1", port=0, names=(), key=KEY))
