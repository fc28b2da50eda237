"""The doorbell's setting: what it means for a remote, and that its address is never told."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsync.core.doorbell import Bell, BellKind, Heard, bell_of, checked_setting, ring_url, shown_setting

HIDDEN = "ab" + "cd" * 6


@pytest.mark.parametrize(
    ("text", "expected"),
    [("", ""), ("off", ""), (" No ", ""), ("on", "on"), ("True", "on"), ("ssh://bell@host:2222/srv/m.git", "ssh://bell@host:2222/srv/m.git"),
     ("https://ntfy.example/topic/raw", "https://ntfy.example/topic/raw")],
)  # fmt: skip
def test_a_setting_has_one_form(text, expected):
    """Words for yes and no become `on` and nothing; an address stays as it is."""
    assert expected == checked_setting(text)


@pytest.mark.parametrize(
    "text",
    [
        "maybe",
        "ftp://host/x",
        "ssh://-oProxyCommand=x/y",
        "https://",
        "https://a b/",
        "ssh://h:port/x",
        "https://h/\x00",
    ],
)
def test_what_is_no_doorbell_is_refused(text):
    """Other schemes, no host, a host that is an option, spaces and controls are no setting."""
    with pytest.raises(ValueError, match=r"^$"):
        checked_setting(text)


@pytest.mark.parametrize(
    ("setting", "remote", "expected"),
    [
        ("", "git@host:m.git", Bell()),
        ("on", "git@host:m.git", Bell(kind=BellKind.SSH, host="host", user="git", path="m.git")),
        ("on", "host:~/m.git", Bell(kind=BellKind.SSH, host="host", path="~/m.git")),
        ("on", "ssh://git@host:2222/srv/m%20y.git", Bell(kind=BellKind.SSH, host="host", user="git", port=2222, path="/srv/m y.git")),
        ("on", "ssh://host/~bob/m.git", Bell(kind=BellKind.SSH, host="host", path="~bob/m.git")),
        ("on", "/srv/m.git", Bell(kind=BellKind.FOLDER, path="/srv/m.git")),
        ("on", "file:///srv/m.git", Bell(kind=BellKind.FOLDER, path="/srv/m.git")),
        ("ssh://bell@host", "https://github.com/o/r", Bell(kind=BellKind.SSH, host="host", user="bell")),
        ("https://ntfy.example/t", "git@host:m.git", Bell(kind=BellKind.URL, host="ntfy.example", url="https://ntfy.example/t")),
        ("http://127.0.0.1:8/t", "", Bell(kind=BellKind.URL, host="127.0.0.1", url="http://127.0.0.1:8/t")),
    ],
)  # fmt: skip
def test_the_bell_of_a_remote(setting, remote, expected):
    """`on` is the remote's own bell, over ssh or at a folder; an address is a bell of its own."""
    assert expected == bell_of(setting, remote)


@pytest.mark.parametrize(
    ("setting", "remote"),
    [("on", "https://github.com/o/r"), ("on", ""), ("on", "ssh://-oProxyCommand=x/y"), ("on", "-host:x"), ("http://host/t", "x")],
)  # fmt: skip
def test_where_there_is_no_bell_it_says_why(setting, remote):
    """A remote over https has none, a host is never an option of ssh, and plain http leaves this machine only if allowed."""
    bell = bell_of(setting, remote)

    assert BellKind.NONE is bell.kind
    assert bell.problem


def test_plain_http_to_a_host_the_settings_name():
    """What `http_hosts` names may be rung over plain http."""
    assert BellKind.URL is bell_of("http://nas/t", "", http_hosts=("nas",)).kind


def test_an_address_is_never_told():
    """Of a URL people see the scheme and the host; a bell's repr has no URL, and refusing tells nothing."""
    url = f"https://me:{HIDDEN}@host/{HIDDEN}?auth={HIDDEN}"

    assert "https://host/…" == shown_setting(url)
    assert HIDDEN not in repr(bell_of(url, ""))
    with pytest.raises(ValueError, match=r"^$"):
        checked_setting(f"gopher://{HIDDEN}")


@pytest.mark.parametrize(
    ("url", "expected"),
    [("https://n/t/raw", "https://n/t"), ("https://n/t/sse?auth=x", "https://n/t?auth=x"), ("https://n/t", "https://n/t")],
)  # fmt: skip
def test_a_stream_is_rung_at_its_topic(url, expected):
    """As ntfy has it: one listens at topic/raw and is rung at the topic."""
    assert expected == ring_url(url)


def test_plain_lines_ring_but_empty_ones():
    """Of plain text each line is a ring; an empty line only keeps the connection."""
    heard = Heard(events=False)

    assert [False, True, True] == [heard.rings(line) for line in (b"", b"ring", b"anything")]


def test_events_ring_when_they_are_messages():
    """Of an event stream, messages ring; opening and keeping alive do not, and neither do comments."""
    heard = Heard(events=True)
    lines = [b"event: open", b"data: {}", b"", b": comment", b"", b"data: x", b"", b"event: keepalive", b"data: {}", b"", b"event: message", b"data", b""]  # fmt: skip

    assert [6, 12] == [n for n, line in enumerate(lines) if heard.rings(line)]


@given(st.text(max_size=40), st.text(max_size=40))
def test_any_text_is_a_bell_or_none(setting, remote):
    """Whatever stands in the settings and in git's configuration gives a bell or a reason, never an error, and no option."""
    try:
        taken = checked_setting(setting)
    except ValueError:
        return
    for one in (taken, "on"):
        bell = bell_of(one, remote)
        assert bell.kind is not BellKind.SSH or (bell.host and not bell.host.startswith("-"))
        assert not bell.user.startswith("-")
