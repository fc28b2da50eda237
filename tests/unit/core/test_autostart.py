"""The system's files: what stands in them is what was meant, whatever the paths are."""

from __future__ import annotations

import plistlib
import shlex

from hypothesis import given
from hypothesis import strategies as st

from memsync.core.autostart import OURS, Autostart, agent, carried, is_one_line, unit

LINES = st.text(
    st.characters(exclude_categories=("C", "Zl", "Zp", "Zs")) | st.just(" "), min_size=1, max_size=30
).filter(is_one_line)


def read_back(line: str) -> list[str]:
    """Return the words of a unit's line as systemd.syntax(7) reads quotes, escapes, specifiers and dollars."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars=False)
    lexer.whitespace_split, lexer.commenters, lexer.quotes = True, "", '"'
    return [word.replace("%%", "%") for word in lexer]


@given(
    st.lists(LINES, min_size=1, max_size=5),
    st.dictionaries(st.from_regex(r"[A-Z_]{1,9}", fullmatch=True), LINES, max_size=3),
)
def test_a_unit_says_what_was_meant(command, environment):
    """Spaces, quotes, backslashes, percent and dollar signs in a path arrive as they are."""
    text = unit(Autostart(name="memsync", command=tuple(command), environment=environment))
    values = [line.partition("=") for line in text.splitlines()]
    started = next(value for name, _, value in values if name == "ExecStart")
    told = [read_back(value)[0].partition("=")[::2] for name, _, value in values if name == "Environment"]

    assert command == [word.replace("$$", "$") for word in read_back(started)]
    assert dict(environment) == dict(told)


@given(st.lists(LINES, min_size=1, max_size=5), st.dictionaries(LINES, LINES, max_size=3))
def test_an_agent_says_what_was_meant(command, environment):
    """A launchd agent reads back as the same command and variables, and starts it again when it ended."""
    shape = plistlib.loads(
        agent(Autostart(name="x.y", command=tuple(command), environment=environment), log="/l").encode()
    )

    assert (command, environment) == (shape["ProgramArguments"], shape["EnvironmentVariables"])
    assert (True, True, "x.y") == (shape["RunAtLoad"], shape["KeepAlive"], shape["Label"])


def test_both_say_whose_they_are():
    """A file that memsync wrote is known by a line, so that nobody else's is ever overwritten."""
    of = Autostart(name="n", command=("c",), environment={})

    assert OURS in unit(of)
    assert OURS in agent(of, log="/l")


def test_what_is_carried_along():
    """Where settings and programs are is carried; a doorbell's address, what may hold a password and other lines are not."""
    environ = {"HOME": "/h", "PATH": "/bin", "XDG_STATE_HOME": "/s", "MEMSYNC_STORE": "/m", "MEMSYNC_DOORBELL": "https://x/y",
               "HTTPS_PROXY": "http://u:p@x", "MEMSYNC_POLL": "5\n[Service]", "XDG_DATA_HOME": "", "EDITOR": "vi"}  # fmt: skip

    assert {"HOME": "/h", "PATH": "/bin", "XDG_STATE_HOME": "/s", "MEMSYNC_STORE": "/m"} == carried(environ)
