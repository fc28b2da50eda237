"""A secret planted by every way through the terminal is afterwards in no file, object, log or output of memsync's."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from clikit import Terminal

if TYPE_CHECKING:
    import pathlib

pytestmark = pytest.mark.system
SECRET = "ghp_" + "a1B2c3D4e5F6g7H8i9J0" + "k1L2m3N4o5P6q7R8"


@pytest.fixture
def memsync(capfd, monkeypatch, home):
    """Return a terminal in a home with a store, a remote, and one memory."""
    monkeypatch.chdir(home)
    terminal = Terminal(capfd, monkeypatch)
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", str(home / "remote.git")], check=True)
    terminal.done("init", "--remote", str(home / "remote.git"))
    terminal.done("remember", "A harmless text", "--key", "harmless")
    return terminal


def places(home: pathlib.Path, *, but: tuple[pathlib.Path, ...] = ()) -> list[str]:
    """Return where the secret is: files of the home but these, and objects of each git repository in it."""
    found = [
        str(p) for p in home.rglob("*") if p.is_file() and p not in but and SECRET.encode() in p.read_bytes()
    ]
    for gitdir in (home / "shared-memory" / ".git", home / "remote.git"):
        objects = subprocess.run(
            ["git", f"--git-dir={gitdir}", "cat-file", "--batch-all-objects", "--batch", "--unordered"],
            capture_output=True,
            check=True,
        )
        found += [f"an object of {gitdir}"] if SECRET.encode() in objects.stdout else []
    return found


def test_no_way_of_remembering_lets_a_secret_in(memsync, home, tmp_path, monkeypatch):
    """By words, title, stdin, file, editor, revise and key: exit 3, and after a sync the secret is nowhere."""
    (tmp_path / "note.md").write_text(f"# Note\n\ntoken {SECRET}\n")
    script = tmp_path / "editor.py"
    script.write_text(f"import sys; open(sys.argv[-1], 'w').write('token {SECRET}')")
    monkeypatch.setenv("EDITOR", f"{sys.executable} {script}")
    ways = [
        memsync("remember", f"token {SECRET}"),
        memsync("remember", "text", "--title", f"token {SECRET}"),
        memsync("remember", "text", "--key", SECRET),
        memsync("remember", "-", stdin=f"token {SECRET}".encode()),
        memsync("remember", "--file", str(tmp_path / "note.md")),
        memsync("remember", "--edit"),
        memsync("revise", "harmless", f"token {SECRET}"),
        memsync("revise", "harmless", "--edit"),
        memsync("revise", "harmless", "--tag", SECRET),
        memsync("recall", f"token {SECRET}"),
        memsync("sync"),
        memsync("status"),
        memsync("list"),
    ]

    assert [3] * 9 == [ran.code for ran in ways[:9]]
    assert [] == [ran for ran in ways if SECRET in ran.out + ran.err]
    assert [] == places(home)


def test_what_is_redacted_is_nowhere(memsync, home):
    """With `--on-secret redact` the text is kept with a mark, and the secret is nowhere."""
    memsync.done(
        "remember", "-", "--key", "marked", "--on-secret", "redact", stdin=f"use {SECRET} here".encode()
    )
    memsync.done("revise", "harmless", "--on-secret", "redact", "-", stdin=f"now with {SECRET}".encode())
    memsync.done("sync")
    memsync.done("recall", "use here")

    assert "use [REDACTED:github-token] here" in memsync.done("show", "marked").out
    assert [] == places(home)


def test_what_comes_by_hand_or_import_is_held(memsync, home, tmp_path):
    """A file written by hand into the store, and one in an imported folder, stay where they are and go no further."""
    by_hand = home / "shared-memory" / "global" / "by-hand.md"
    by_hand.parent.mkdir(exist_ok=True)
    by_hand.write_text(f"# By hand\n\ntoken {SECRET}\n")
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "imported.md").write_text(f"# Imported\n\ntoken {SECRET}\n")
    ran = [
        memsync.done("import", str(tmp_path / "in"), "--scope", "global"),
        memsync.done("sync"),
        memsync.done("status"),
        memsync("recall", "by hand token"),
        memsync("recall", "imported token"),
        memsync("doctor"),
        memsync("scan"),
        memsync("allow", "by-hand"),
    ]

    assert [] == [r for r in ran if SECRET in r.out + r.err]
    assert [] == places(home, but=(by_hand,))


def test_a_commit_by_hand_is_refused_and_never_sent(memsync, home):
    """A hand-made commit of a secret, and with the hook passed over its push, are refused; the remote has nothing of it."""
    store = home / "shared-memory"
    memsync.done("sync")
    (store / "global" / "by-hand.md").write_text(f"# By hand\n\ntoken {SECRET}\n")
    git = ["git", "-C", str(store), "-c", "core.editor=true"]
    subprocess.run([*git, "add", "global/by-hand.md"], check=True)
    commit = subprocess.run([*git, "commit", "-m", "by hand"], capture_output=True, text=True, check=False)
    subprocess.run([*git, "commit", "-q", "--no-verify", "-m", "by hand"], check=True)
    push = subprocess.run([*git, "push", "origin", "HEAD:main"], capture_output=True, text=True, check=False)
    synced = memsync("sync")
    remote = subprocess.run(
        ["git", f"--git-dir={home / 'remote.git'}", "cat-file", "--batch-all-objects", "--batch"],
        capture_output=True,
        check=True,
    )

    assert commit.returncode != 0
    assert push.returncode != 0
    assert SECRET not in commit.stderr + push.stderr + synced.out + synced.err
    assert SECRET.encode() not in remote.stdout


def at_a_terminal(words: list[str], answer: bytes) -> tuple[int, str]:
    """Run a command as a person does, who answers its question; return its exit code and all that was on the screen."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "memsync", *words]
    with subprocess.Popen(
        command, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True
    ) as child:
        os.close(theirs)
        os.write(ours, answer)
        shown = b""
        try:
            while part := os.read(ours, 65536):
                shown += part
        except OSError:  # how Linux tells that the other side is closed
            pass
        code = child.wait()
    os.close(ours)
    return code, shown.decode(errors="replace")


def test_a_person_allows_a_finding(memsync, home):
    """At a terminal, after a look, a finding is allowed: the memory is committed, and the list of exceptions holds no value."""
    held = home / "shared-memory" / "global" / "sandbox.md"
    held.parent.mkdir(exist_ok=True)
    held.write_text(f"# Sandbox\n\ntoken {SECRET}\n")
    no = at_a_terminal(["allow", "sandbox", "1", "--reason", "public sandbox"], b"n\n")
    assert "sandbox" in str(memsync.done("sync", "--json").json["held"])
    yes = at_a_terminal(["allow", "sandbox", "1", "--reason", "public sandbox"], b"y\n")
    after = memsync.done("sync", "--json").json
    allowed = (home / "shared-memory" / ".memsync" / "allow.yaml").read_text()

    assert (4, 0) == (no[0], yes[0]), yes[1]
    assert "global/sandbox.md:3  github-token  (block)" in yes[1]
    assert [] == after["held"]
    assert SECRET not in no[1] + yes[1] + allowed
    assert "public sandbox" in allowed


def test_what_only_looks_like_a_secret_is_asked_about(memsync, home):
    """At a terminal a person says whether a warning is a secret; in a script it is stored and told."""
    doubtful = "the session token: 0b6f1169-13dd-" + "4e74-9368-20beb235ddbc"
    no = at_a_terminal(["remember", doubtful, "--key", "doubtful"], b"n\n")
    listed = memsync.done("list").out
    yes = at_a_terminal(["remember", doubtful, "--key", "doubtful"], b"y\n")
    again = at_a_terminal(["revise", "doubtful", f"{doubtful} still"], b"n\n")
    script = memsync.done("remember", f"{doubtful} too", "--key", "script")

    assert (3, 0, 3) == (no[0], yes[0], again[0]), yes[1]
    assert "doubtful" not in listed
    assert "may be a secret" in no[1]
    assert "stored all the same" in script.err
    assert doubtful in memsync.done("show", "doubtful").out


def test_a_baseline_of_detect_secrets_is_taken_over(memsync, home, tmp_path):
    """What the real detect-secrets wrote down is allowed where memories still say it; the rest is told and skipped."""
    store, aws = home / "shared-memory", "AKIA" + "Q7X2M9K4" + "P1L8R5T3"
    (store / "global").mkdir(exist_ok=True)
    (store / "global" / "sandbox.md").write_text(f"# Sandbox\n\nkey {aws}\n")
    (store / "global" / "gone.md").write_text(f"# Gone\n\nkey {aws[:-1]}A\n")
    scanned = subprocess.run(
        [sys.executable, "-m", "detect_secrets", "scan", "-n", "--all-files", "global"],
        cwd=store,
        capture_output=True,
        check=True,
    )
    baseline = tmp_path / "baseline"
    baseline.write_bytes(scanned.stdout)
    (store / "global" / "gone.md").write_text("# Gone\n\nharmless now\n")
    shown = memsync("allow", "--baseline", str(baseline), "--json")
    told = ["allow", "--baseline", str(baseline), "--reason", "audited"]
    script = memsync(*told)
    yes = at_a_terminal(told, b"y\n")
    after = memsync.done("sync", "--json").json

    assert ["global/sandbox.md"] == [f["path"] for f in shown.json["findings"]]
    assert ["global/gone.md"] == list({s["path"] for s in shown.json["skipped"]})
    assert (4, 0) == (script.code, yes[0]), yes[1]
    assert [] == after["held"]
    assert aws not in shown.out + shown.err + script.err + yes[1]
    assert "audited" in (store / ".memsync" / "allow.yaml").read_text()


def test_a_held_file_that_is_called_by_a_secret_is_not_named(memsync, home):
    """What sync, status, doctor, scan and recall say of a file whose name is a secret shows its folder and the rule."""
    (home / "shared-memory" / "global").mkdir(exist_ok=True)
    (home / "shared-memory" / "global" / f"{SECRET}.md").write_text("harmless\n")
    told = [
        memsync(*words)
        for words in (["sync"], ["status"], ["sync", "--json"], ["doctor"], ["scan"], ["recall", "harmless"])
    ]

    assert [] == [ran for ran in told if SECRET in ran.out + ran.err]
    assert "global/[REDACTED:github-token]" in told[0].out
