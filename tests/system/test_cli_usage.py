"""The command line itself: where options stand, what errors look like, how a command ends."""

from __future__ import annotations

import json
import os
import pathlib
import pty
import signal
import subprocess
import sys
import time
from functools import partial

import pytest

from clikit import Terminal
from memsync.cli.boundary import guarded
from memsync.cli.face import Face

pytestmark = pytest.mark.system
MEMSYNC = [sys.executable, "-m", "memsync"]


@pytest.fixture
def memsync(capfd, monkeypatch, home):
    """Return a terminal in a new user's home."""
    monkeypatch.chdir(home)
    return Terminal(capfd, monkeypatch)


@pytest.fixture
def store(memsync, home):
    """Make a store with one memory and return its folder."""
    memsync.done("init")
    memsync.done("remember", "We use pnpm, not npm", "--key", "pnpm", "--category", "decision")
    return home / "shared-memory"


def test_without_a_store_memsync_names_init(memsync):
    """`memsync` alone, in a new home, says `memsync init` and ends with 2."""
    ran = memsync()

    assert 2 == ran.code
    assert "memsync init" in ran.err
    assert "" == ran.out


def test_memsync_alone_is_the_status(memsync, store):
    """`memsync` alone prints what `memsync status` prints."""
    assert memsync.done("status").out == memsync.done().out
    assert memsync.done("--json").json["store"] == str(store)


@pytest.mark.parametrize("argv", [["--json", "list"], ["list", "--json"]])
def test_json_may_stand_on_either_side(memsync, store, argv):
    """`--json` is taken before and after a command's name."""
    assert ["pnpm"] == [m["key"] for m in memsync.done(*argv).json["memories"]]


@pytest.mark.parametrize(
    "argv", [["--store", "STORE", "list", "--json"], ["list", "--json", "--store", "STORE"]]
)
def test_a_store_may_be_named_on_either_side(memsync, store, tmp_path, argv):
    """`--store` is taken before and after a command's name, and wins over the default."""
    memsync.done("init", str(tmp_path / "other"))
    memsync.done("--store", str(tmp_path / "other"), "remember", "elsewhere", "--key", "there")
    words = [str(tmp_path / "other") if w == "STORE" else w for w in argv]

    assert ["there"] == [m["key"] for m in memsync.done(*words).json["memories"]]


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["recallx", "x"], "Did you mean recall"),
        (["list", "--sinc", "7d"], "No such option"),
        (["show"], "Missing argument"),
        (["show", "a", "b"], "unexpected extra argument"),
        (["recall", "x", "--limit", "0"], "--limit"),
        (["recall", "x", "--sort", "size"], "size"),
        (["config"], "Missing command"),
        (["config", "get", "nothing"], "is no setting"),
        (["hook", "no-such"], "is no hook"),
        (["scan", "--staged", "x"], "--staged"),
        (["list", "--store", ""], "--store"),
    ],
)
def test_a_wrong_call_is_two_helpful_lines(memsync, argv, said):
    """Usage errors end with 2, say what on one line and what next on the other, on stderr alone."""
    ran = memsync(*argv)

    assert 2 == ran.code
    assert "" == ran.out
    assert said in ran.err
    assert ran.err.startswith("memsync: ")
    assert "\nnext: " in ran.err


def test_an_error_is_one_json_document_too(memsync):
    """With --json an error is one object on stdout, with its kind, message, hint and exit code, and still told on stderr."""
    ran = memsync("--json", "show", "x")

    assert 2 == ran.code
    assert {"kind": "not-a-store", "exit_code": 2} == {k: ran.json["error"][k] for k in ("kind", "exit_code")}
    assert ran.json["error"]["hint"] in ran.err


def test_a_surprise_is_a_log_file_without_values(memsync, home, capfd):
    """A bug ends with 70 and names a new log file of mode 0600 that holds no message of the error."""
    hidden = str(home / "hidden")

    def fail():
        int(hidden)

    face = Face()
    face.json = True
    code = guarded(fail, face)
    out, err = capfd.readouterr()
    log = pathlib.Path(json.loads(out)["error"]["log"])

    assert 70 == code
    assert str(log) in err
    assert 0o600 == log.stat().st_mode & 0o777
    assert "ValueError" in log.read_text()
    assert hidden not in log.read_text() + err


def test_a_secret_typed_in_the_wrong_place_is_not_repeated(memsync, store):
    """An error about what was typed shows a secret's place as a mark."""
    secret = "ghp_" + "a1B2c3D4e5F6g7H8i9J0" + "k1L2m3N4o5P6q7R8"
    ran = memsync("show", secret, "--json")

    assert 1 == ran.code
    assert secret not in ran.out + ran.err


def test_ctrl_c_is_130(home):
    """Ctrl-C while a command waits ends it with 130 and one line."""
    with subprocess.Popen([*MEMSYNC, "init"], cwd=home, stdout=subprocess.DEVNULL) as made:
        assert 0 == made.wait()
    heard = partial(
        signal.signal, signal.SIGINT, signal.SIG_DFL
    )  # a shell's background job is born deaf to it
    with subprocess.Popen(
        [*MEMSYNC, "remember", "-"],
        cwd=home,
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=heard,  # noqa: PLW1509  # no thread runs in a test
    ) as waiting:
        wait_until(lambda: reads_stdin(waiting.pid))
        waiting.send_signal(signal.SIGINT)
        assert waiting.stderr is not None
        said = waiting.stderr.read()

        assert 130 == waiting.wait()
    assert "Traceback" not in said


def reads_stdin(pid: int) -> bool:
    """Whether a process waits in a read of a pipe (Linux tells)."""
    return "pipe" in pathlib.Path(f"/proc/{pid}/wchan").read_text() or pathlib.Path(
        f"/proc/{pid}/syscall"
    ).read_text().startswith("0 0x0 ")


def wait_until(true, seconds: float = 20.0) -> None:
    """Wait until something is so; fail where it never is."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.02)


def test_a_reader_that_goes_away_is_no_error(home):
    """A closed pipe ends a command quietly."""
    ran = subprocess.run(
        ["bash", "-c", f'{sys.executable} -m memsync completion bash | true; echo "${{PIPESTATUS[0]}}"'],
        cwd=home, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert ("", "141\n") == (ran.stderr, ran.stdout)


def test_git_variables_of_a_hook_do_not_reach_the_store(memsync, store, monkeypatch, tmp_path):
    """What a git hook inherits does not lead a command into another repository."""
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("GIT_WORK_TREE", str(tmp_path))
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "index"))
    memsync.done("sync")

    assert not list(tmp_path.iterdir())
    assert "GIT_DIR" not in os.environ


def test_no_colour_and_no_control_characters_reach_a_terminal(store, home):
    """On a terminal a memory's escapes are shown as text, and NO_COLOR keeps our own away."""
    (store / "global" / "note").mkdir(exist_ok=True)
    (store / "global" / "note" / "evil.md").write_bytes(b"# Evil\n\n\x1b]0;owned\x07 and \xe2\x80\xaetxt\n")
    shown = on_a_terminal(["show", "evil"], home)

    assert "\\x1b]0;owned\\x07 and \\u202etxt" in shown
    assert "\x1b" not in shown


def on_a_terminal(argv: list[str], cwd: pathlib.Path) -> str:
    """Run a command with a terminal as its stdout and return what it wrote there."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [*MEMSYNC, *argv], cwd=cwd, stdout=theirs, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL
    ) as child:
        os.close(theirs)
        parts = []
        try:
            while part := os.read(ours, 65536):
                parts.append(part)
        except OSError:  # how Linux tells that the other side is closed
            pass
        assert 0 == child.wait()
    os.close(ours)
    return b"".join(parts).decode()


def test_show_in_a_pipe_is_the_files_bytes(store, home):
    """In a pipe `show` prints the file unchanged, line ends, escapes and bytes that are no UTF-8 included."""
    raw = b"# Raw\r\n\r\n\x1b[31mred \xff\xfe\r\nno end"
    (store / "global" / "raw.md").write_bytes(raw)
    ran = subprocess.run([*MEMSYNC, "show", "raw"], cwd=home, capture_output=True, check=True)

    assert raw == ran.stdout


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_prints_a_script(memsync, shell):
    """Each shell's completion script calls memsync by its variable."""
    assert "_MEMSYNC_COMPLETE" in memsync.done("completion", shell).out


def test_bash_completes_commands_and_options(home):
    """In a real bash, the script completes a command's name and a category."""
    script = f"""
        PATH="{pathlib.Path(sys.executable).parent}:$PATH"
        eval "$(memsync completion bash)"
        complete_at() {{ COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=(); _memsync_completion memsync; echo "${{COMPREPLY[@]}}"; }}
        complete_at memsync rem
        complete_at memsync remember --category per
    """
    ran = subprocess.run(["bash", "-c", script], cwd=home, capture_output=True, text=True, check=True)

    assert ["remember", "person"] == ran.stdout.split()


@pytest.mark.parametrize(
    ("redirection", "code", "said"),
    [
        (">&-", 0, ""),
        ("2>&-", 0, ""),
        (">/dev/full", 2, "memsync: standard output: No space left on device\n"),
        (">/dev/full --json", 2, "memsync: standard output: No space left on device\n"),
    ],
)
def test_an_output_that_cannot_be_written_is_no_bug(home, redirection, code, said):
    """Closed streams end a command as it went; a full disk behind stdout is said, and no log is written."""
    words = f"{sys.executable} -m memsync completion bash {redirection}"
    ran = subprocess.run(["bash", "-c", words], cwd=home, capture_output=True, text=True, check=False)

    assert code == ran.returncode
    assert ran.stderr.startswith(said)
    assert not list(home.rglob("*.log"))


def test_a_closed_stdin_is_empty_input(home, store):
    """`remember - <&-` says that standard input is closed."""
    ran = subprocess.run(
        ["bash", "-c", f"{sys.executable} -m memsync remember - <&-"],
        cwd=home,
        capture_output=True,
        text=True,
        check=False,
    )

    assert 2 == ran.returncode
    assert "standard input is closed" in ran.stderr
