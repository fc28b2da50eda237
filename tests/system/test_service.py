"""`memsync service`: files the system takes, written once, taken away again, and never somebody else's."""

from __future__ import annotations

import plistlib
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from clikit import Terminal
from memsync.core.autostart import System
from memsync.edges.settings import load
from memsync.errors import BadInput
from memsync.store.service import Service

if TYPE_CHECKING:
    import pathlib

pytestmark = pytest.mark.system


@pytest.fixture
def terminal(capfd, monkeypatch, home):
    made = Terminal(capfd, monkeypatch)
    made.done("init")
    return made


@pytest.fixture
def on_linux(monkeypatch, tmp_path):
    """A systemctl that writes down what it is told, and a file that says whether its service is active."""
    folder = tmp_path / "bin"
    folder.mkdir()
    script = folder / "systemctl"
    log = tmp_path / "told"
    script.write_text(
        f'#!/bin/sh\necho "$*" >> {log}\ncase "$*" in *enable*--now*|*restart*) touch {log}.active;; *disable*) rm -f {log}.active;;'
        f" *is-active*) test -e {log}.active; exit;; esac\nexit 0\n"
    )
    script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    return log


def unit_file(home: pathlib.Path) -> pathlib.Path:
    return home / ".config/systemd/user/memsync.service"


@pytest.mark.skipif(sys.platform != "linux", reason="systemd's")
def test_install_writes_and_starts(terminal, on_linux, home):
    """The unit is written for this user, systemd is told, and `status` finds it running."""
    report = terminal.done("service", "install", "--json").json
    status = terminal.done("service", "status", "--json").json

    assert (True, True, True, str(unit_file(home))) == tuple(
        report[k] for k in ("installed", "running", "changed", "file")
    )
    assert (True, True) == (status["current"], status["running"])
    assert "--user enable --now memsync.service" in on_linux.read_text().splitlines()
    assert 0o600 == unit_file(home).stat().st_mode & 0o777


@pytest.mark.skipif(sys.platform != "linux", reason="systemd's")
def test_install_again_changes_nothing(terminal, on_linux, home):
    """A second install writes nothing; one whose surroundings changed brings the file up to date."""
    terminal.done("service", "install")
    before = unit_file(home).stat()
    again = terminal.done("service", "install", "--json").json
    after = unit_file(home).stat()
    unit_file(home).write_text(unit_file(home).read_text() + "# older\n")
    old = terminal.done("service", "status", "--json").json
    mended = terminal.done("service", "install", "--json").json

    assert (False, before.st_ino) == (again["changed"], after.st_ino)
    assert (False, True, True) == (old["current"], mended["changed"], mended["current"])


@pytest.mark.skipif(sys.platform != "linux", reason="systemd's")
def test_uninstall_leaves_nothing(terminal, on_linux, home):
    """The file goes, the memories stay; a second time there is nothing to do; then `status` ends with 1."""
    terminal.done("service", "install")
    gone = terminal.done("service", "uninstall", "--json").json
    again = terminal.done("service", "uninstall", "--json").json

    assert (True, False) == (gone["changed"], again["changed"])
    assert not unit_file(home).exists()
    assert (home / "shared-memory/.memsync/store.json").exists()
    assert 1 == terminal("service", "status").code


@pytest.mark.skipif(sys.platform != "linux", reason="systemd's")
@pytest.mark.parametrize("verb", ["install", "uninstall"])
def test_a_dry_run_changes_nothing(terminal, on_linux, home, verb):
    """With --dry-run the file and the commands are printed, and nothing is written or told to the system."""
    if verb == "uninstall":
        terminal.done("service", "install")
        on_linux.unlink()
    before = sorted(p for p in home.rglob("*") if ".git" not in p.parts)
    said = terminal.done("service", verb, "--dry-run").out

    assert before == sorted(p for p in home.rglob("*") if ".git" not in p.parts)
    assert "systemctl --user" in said
    assert (
        not [line for line in on_linux.read_text().splitlines() if "is-active" not in line]
        if on_linux.exists()
        else True
    )


@pytest.mark.skipif(sys.platform != "linux", reason="systemd's")
@pytest.mark.parametrize("verb", ["install", "uninstall"])
def test_somebody_elses_file_stays(terminal, on_linux, home, verb):
    """A unit of that name that memsync did not write is neither overwritten nor removed."""
    unit_file(home).parent.mkdir(parents=True)
    unit_file(home).write_text("[Service]\nExecStart=/bin/true\n")
    ran = terminal("service", verb)

    assert 2 == ran.code
    assert "was not written by memsync" in ran.err
    assert "ExecStart=/bin/true" in unit_file(home).read_text()


@pytest.mark.skipif(sys.platform != "linux", reason="systemd's")
def test_without_a_running_systemd_it_starts_at_the_next_login(terminal, home):
    """Where no systemd of this user answers, the unit is there and linked, and the user is told what it means."""
    if shutil.which("systemctl") is None:
        pytest.skip("there is no systemctl here")
    if (
        subprocess.run(
            ["systemctl", "--user", "show-environment"], capture_output=True, check=False
        ).returncode
        == 0
    ):
        pytest.skip("a systemd of this user runs here")
    ran = terminal.done("service", "install")

    assert "when you sign in" in ran.out
    assert (unit_file(home).parent / "default.target.wants/memsync.service").resolve() == unit_file(home)


def test_without_systemd_and_launchd_it_says_what_to_do(terminal, monkeypatch, tmp_path):
    """On another system the command to start is told, and the exit code is 2."""
    git = shutil.which("git")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/git").symlink_to(git)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    ran = terminal("service", "install")

    assert 2 == ran.code
    assert "neither systemd nor launchd" in ran.err
    assert f"{sys.executable} -P -m memsync watch" in ran.err


def test_no_store_no_service(capfd, monkeypatch, home, on_linux):
    """Without a store there is nothing to install."""
    assert 2 == Terminal(capfd, monkeypatch)("service", "install").code


def test_the_unit_passes_systemds_own_check(terminal, home, tmp_path, monkeypatch):
    """`systemd-analyze --user verify` finds nothing to say of the unit, for a store with an awkward path too."""
    if shutil.which("systemd-analyze") is None:
        pytest.skip("there is no systemd-analyze here")
    monkeypatch.setenv("MEMSYNC_INSTANCE", 'a "b" %h $c \\d')
    store = tmp_path / "a 50% $tore"
    terminal.done("--store", str(store), "init")
    service = Service(load(store=str(store)), named=True, system=System.SYSTEMD)
    place = tmp_path / "memsync-test.service"
    place.write_text(service.content())
    run = tmp_path / "run"
    run.mkdir(mode=0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(run))
    said = subprocess.run(
        ["systemd-analyze", "--user", "verify", str(place)], capture_output=True, text=True, check=False
    )

    assert (0, "") == (said.returncode, said.stdout + said.stderr)


def test_the_agent_is_a_property_list(terminal, home):
    """The launchd agent is one that plistlib reads: an absolute interpreter, this home, started again when it ends."""
    service = Service(load(), named=False, system=System.LAUNCHD)
    shape = plistlib.loads(service.content().encode())

    assert [sys.executable, "-P", "-m", "memsync", "watch", "--wait"] == shape["ProgramArguments"]
    assert str(home / ".local/state") == shape["EnvironmentVariables"]["XDG_STATE_HOME"]
    assert home / "Library/LaunchAgents" / f"{shape['Label']}.plist" == service.file


def test_two_stores_are_two_services(terminal, tmp_path):
    """A store named by --store has a service of its own, which keeps to that store."""
    one, other = (
        Service(load(store=str(tmp_path / name)), named=True, system=System.SYSTEMD) for name in "ab"
    )

    assert one.file != other.file
    assert f'"--store" "{tmp_path / "a"}"' in one.content()


def test_a_path_no_unit_can_hold(tmp_path):
    """A line end in the store's path is refused: it would be a line of the unit."""
    with pytest.raises(BadInput, match="line end"):
        Service(load(store=str(tmp_path / "a\nExecStart=x")), named=True, system=System.SYSTEMD).content()


def test_the_service_runs(terminal, home, on_linux):
    """What the unit starts is a program that syncs: started as written, it captures, and ends at SIGTERM."""
    terminal.done("service", "install")
    line = next(x for x in unit_file(home).read_text().splitlines() if x.startswith("ExecStart="))
    words = [word.strip('"') for word in line.removeprefix("ExecStart=").split(" ")]
    child = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    first = child.stderr.readline()
    child.terminate()
    _, rest = child.communicate(timeout=30)

    assert (0, "Stopped.\n") == (child.returncode, rest)
    assert first.startswith("Watching")
