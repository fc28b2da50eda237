"""Two people share a store: what the other one wrote is told as theirs, in hooks and in recall."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from clikit import Terminal

pytestmark = pytest.mark.system


@pytest.fixture
def terminal(capfd, monkeypatch):
    return Terminal(capfd, monkeypatch)


@pytest.fixture
def people(home, monkeypatch):
    """Return what makes this process be another person on another machine."""

    def become(name):
        place = home / name
        place.mkdir(exist_ok=True)
        for variable, part in (("HOME", ""), ("XDG_CONFIG_HOME", ".config"), ("XDG_DATA_HOME", ".local/share"),
                               ("XDG_STATE_HOME", ".local/state"), ("XDG_CACHE_HOME", ".cache"), ("XDG_RUNTIME_DIR", ".run")):  # fmt: skip
            monkeypatch.setenv(variable, str(place / part))
        monkeypatch.setenv("MEMSYNC_PERSON", name)
        monkeypatch.chdir(place)
        return place

    return become


@pytest.fixture
def shared(home, people, terminal):
    """Grace's memory in Ada's store, over a bare remote."""
    remote = home / "team.git"
    subprocess.run(["git", "init", "-q", "--bare", str(remote)], check=True)
    people("Ada")
    terminal.done("init", "--remote", str(remote))
    terminal.done(
        "remember", "We deploy with ansible, never by hand.", "--key", "deploy", "--scope", "global"
    )
    terminal.done("sync")
    people("Grace")
    terminal.done("join", str(remote))
    terminal.done(
        "remember", "The staging database is rebuilt on Mondays.", "--key", "staging", "--scope", "global"
    )
    terminal.done("sync")
    terminal.done("sync")
    people("Ada")
    terminal.done("sync")
    return remote


def prompted(terminal, text):
    given = json.dumps({"session_id": text, "prompt": text, "cwd": str(Path.cwd())}).encode()
    return terminal.done("hook", "UserPromptSubmit", stdin=given).out


def test_what_another_person_wrote_is_told_as_theirs(shared, terminal):
    """In the block for a prompt and in recall; one's own is not marked."""
    theirs = prompted(terminal, "when is the staging database rebuilt?")
    own = prompted(terminal, "how do we deploy, with ansible or by hand?")
    recalled = terminal.done("recall", "staging database rebuilt").out

    assert (True, False, True) == (
        "written by another person: Grace" in theirs,
        "another person" in own,
        "written by another person: Grace" in recalled,
    )


def test_what_one_corrects_becomes_ones_own(shared, terminal):
    """The last one to write answers for it."""
    terminal.done("revise", "staging", "The staging database is rebuilt on Fridays.")
    terminal.done("sync")

    assert "another person" not in terminal.done("recall", "staging database rebuilt").out


def test_a_commit_by_hand_names_its_author(shared, people, terminal, home):
    """Somebody without memsync, with git alone."""
    clone = home / "plain"
    env = {**os.environ, "GIT_AUTHOR_NAME": "Mallory", "GIT_AUTHOR_EMAIL": "m@example.com"}
    subprocess.run(["git", "clone", "-q", str(shared), str(clone)], check=True)
    (clone / "global/fact").mkdir(exist_ok=True)
    (clone / "global/fact/cake.md").write_text("# Cake\n\nThere is cake in the kitchen on release days.\n")
    for words in (["add", "."], ["commit", "-qm", "cake"], ["push", "-q"]):
        subprocess.run(["git", "-C", str(clone), *words], check=True, env=env)
    terminal.done("sync")

    assert "written by another person: Mallory" in terminal.done("recall", "cake in the kitchen").out


def test_whoever_does_not_say_is_not_named(home, people, terminal, monkeypatch):
    """Without the setting no person's name is written anywhere."""
    place = people("Nobody")
    monkeypatch.delenv("MEMSYNC_PERSON")
    terminal.done("init")
    terminal.done("remember", "Tabs.", "--scope", "global")
    terminal.done("sync")

    assert [] == list((place / "shared-memory/.memsync").glob("instances/*"))
