"""Setting a client up changes its own entries and nothing else, says what it does, and can be undone."""

from __future__ import annotations

import json
import pathlib
from dataclasses import dataclass, field, replace

import pytest

from memsync.core.clients import Client, Homes, Launch, Reach, files_launch, slot_of
from memsync.errors import BadInput, Busy
from memsync.flows.setup import Wish, setup

HOMES = Homes(home="/h", claude="/h", codex="/h/.codex", copilot="/h/.copilot", config="/h/.config")
OWN = Launch(name="memsync", command="/opt/bin/memsync-mcp", env=(("MEMSYNC_STORE", "/h/notes"),))
FILES = files_launch(OWN, "/usr/bin/npx", "/h/notes")
GOLDEN = pathlib.Path(__file__).parents[2] / "golden" / "clients"


@dataclass
class Disk:
    """ClientFiles in memory. `programs` are the commands that exist; `interlopers` write in between, once each."""

    files: dict[str, str] = field(default_factory=dict)
    programs: dict[str, object] = field(default_factory=dict)
    ran: list[tuple[str, ...]] = field(default_factory=list)
    interlopers: list[str] = field(default_factory=list)
    writes: int = 0

    def read(self, path):
        return self.files.get(path)

    def write(self, path, text, *, expected, shared):
        if self.interlopers:
            self.files[path] = self.interlopers.pop(0)
        if self.files.get(path) != expected:
            return False
        self.files[path] = text
        self.writes += 1
        return True

    def remove(self, path, *, expected):
        return self.files.pop(path) == expected

    def back_up(self, path, *, stamp):
        self.files[f"{path}.{stamp}"] = self.files[path]
        return f"{path}.{stamp}"

    def run(self, program, words, *, cwd):
        self.ran.append((program, *words))
        command = self.programs.get(program)
        return command(words) if command else None


def wish(client=Client.CLAUDE, reach=Reach.USER, **more):
    slot = slot_of(client, reach, homes=HOMES, project="/p")
    return Wish(
        **{
            "client": client,
            "reach": reach,
            "slot": slot,
            "launches": (OWN,),
            "project": "/p",
            "stamp": "S",
            **more,
        }
    )


CASES = [
    (Client.CLAUDE, Reach.USER, "claude-user.json"),
    (Client.CLAUDE, Reach.LOCAL, "claude-local.json"),
    (Client.CLAUDE, Reach.PROJECT, "project.mcp.json"),
    (Client.COPILOT, Reach.USER, "copilot-user.json"),
    (Client.GEMINI, Reach.USER, "gemini-user.json"),
    (Client.OPENCODE, Reach.USER, "opencode-user.jsonc"),
    (Client.CODEX, Reach.USER, "codex-user.toml"),
]


@pytest.mark.parametrize(("client", "reach", "golden"), CASES)
def test_golden_fresh(client, reach, golden):
    """Where there is no file, the one that is written is exactly the golden one."""
    disk = Disk()
    setup(wish(client, reach), files=disk)
    assert (GOLDEN / "fresh" / golden).open(newline="").read() == disk.files[
        slot_of(client, reach, homes=HOMES, project="/p").path
    ]


@pytest.mark.parametrize(("client", "reach", "golden"), CASES)
def test_golden_beside_others(client, reach, golden):
    """A file with comments and other servers gets memsync's entry, as in the golden one, and no other change."""
    path, disk = beside_others(client, reach, golden)
    setup(wish(client, reach), files=disk)
    assert (GOLDEN / "after" / golden).open(newline="").read() == disk.files[path]


@pytest.mark.parametrize(("client", "reach", "golden"), CASES)
def test_golden_removed(client, reach, golden):
    """Removing gives a file with other servers back to the byte."""
    path, disk = beside_others(client, reach, golden)
    setup(wish(client, reach), files=disk)
    setup(wish(client, reach, remove=True, launches=(OWN, FILES)), files=disk)
    assert (GOLDEN / "before" / golden).open(newline="").read() == disk.files[path]


@pytest.mark.parametrize(("client", "reach", "golden"), CASES)
def test_golden_twice(client, reach, golden):
    """A second setup writes nothing, backs nothing up and says that nothing changed."""
    _path, disk = beside_others(client, reach, golden)
    setup(wish(client, reach), files=disk)
    files, writes = dict(disk.files), disk.writes
    report = setup(wish(client, reach, stamp="T"), files=disk)
    assert (False, "", files, writes) == (report.changed, report.diff, disk.files, disk.writes)


def beside_others(client, reach, golden):
    path = slot_of(client, reach, homes=HOMES, project="/p").path + ("c" if golden.endswith(".jsonc") else "")
    return path, Disk(files={path: (GOLDEN / "before" / golden).open(newline="").read()})


def test_dry_run_touches_nothing():
    """A dry run reads, tells the diff, and neither writes, backs up nor runs anything."""
    disk = Disk(files={"/h/.claude.json": "{}"}, programs={"claude": lambda _words: True})
    report = setup(wish(dry_run=True), files=disk)
    assert ({"/h/.claude.json": "{}"}, [], True) == (disk.files, disk.ran, report.changed)
    assert '+  "command": "/opt/bin/memsync-mcp",' in report.diff.splitlines()


def test_the_diff_shows_no_other_servers_and_no_foreign_values():
    """What others keep in the same file, or in memsync's own entry, is not printed."""
    key = "not-to-be-" + "shown"
    known = {
        "mcpServers": {
            "x": {"env": {"KEY": key}},
            "memsync": {"type": "stdio", "command": "/old", "env": {"KEY": key}},
        }
    }
    report = setup(wish(dry_run=True), files=Disk(files={"/h/.claude.json": json.dumps(known)}))
    assert "/old" in report.diff
    assert key not in report.diff


def test_what_a_person_added_to_the_entry_stays():
    """A timeout and a variable of the user's survive; memsync's own fields are brought up to date."""
    known = {
        "type": "stdio",
        "command": "/old",
        "timeout": 9,
        "env": {"HTTPS_PROXY": "p", "MEMSYNC_STORE": "/old"},
    }
    disk = Disk(files={"/h/.claude.json": json.dumps({"mcpServers": {"memsync": known}})})
    setup(wish(), files=disk)
    entry = json.loads(disk.files["/h/.claude.json"])["mcpServers"]["memsync"]
    expected = {
        **known,
        "command": OWN.command,
        "args": [],
        "alwaysLoad": True,
        "env": {"HTTPS_PROXY": "p", "MEMSYNC_STORE": "/h/notes"},
    }
    assert expected == entry


def test_a_server_of_another_kind_is_replaced_whole():
    """An HTTP entry under the same name leaves nothing behind."""
    disk = Disk(
        files={
            "/h/.claude.json": '{"mcpServers": {"memsync": {"type": "http", "url": "http://x", "headers": {}}}}'
        }
    )
    setup(wish(), files=disk)
    assert {"type", "command", "args", "env", "alwaysLoad"} == set(
        json.loads(disk.files["/h/.claude.json"])["mcpServers"]["memsync"]
    )


def claude_command(disk, *, works=True):
    """Return a stand-in for Claude's own command, which changes the file as the real one does."""

    def run(words):
        state = json.loads(disk.files.get("/h/.claude.json", "{}"))
        servers = state.setdefault("mcpServers", {})
        match words:
            case ("mcp", "add-json", "-s", _, name, entry) if works:
                servers[name] = json.loads(entry)
            case ("mcp", "remove", "-s", _, name):
                servers.pop(name)
        disk.files["/h/.claude.json"] = json.dumps(state, indent=2)
        return works

    return run


def test_claudes_own_command_is_preferred():
    """With `claude` on the PATH its own command changes the file, and memsync writes nothing itself."""
    disk = Disk(files={"/h/.claude.json": '{"theme": "dark"}'})
    disk.programs["claude"] = claude_command(disk)
    report = setup(wish(), files=disk)
    assert ("claude mcp", 0) == (report.by, disk.writes)
    assert ("claude", "mcp", "add-json", "-s", "user", "memsync") == disk.ran[0][:6]


def test_an_old_entry_is_removed_before_claude_adds_the_new_one():
    """`claude mcp add-json` refuses a name that is taken, so `remove` runs first."""
    disk = Disk(
        files={"/h/.claude.json": '{"mcpServers": {"memsync": {"type": "stdio", "command": "/old"}}}'}
    )
    disk.programs["claude"] = claude_command(disk)
    setup(wish(), files=disk)
    assert ["remove", "add-json"] == [words[2] for words in disk.ran]


def test_a_failing_command_falls_back_to_the_file():
    """Where Claude's command fails, the file is spliced and the entry is there all the same."""
    disk = Disk(files={"/h/.claude.json": '{"theme": "dark"}'})
    disk.programs["claude"] = claude_command(disk, works=False)
    report = setup(wish(), files=disk)
    assert ("", 1) == (report.by, disk.writes)
    assert OWN.command == json.loads(disk.files["/h/.claude.json"])["mcpServers"]["memsync"]["command"]


def test_a_project_file_is_never_left_to_claudes_command():
    """`.mcp.json` is written by memsync alone, for Copilot and VS Code read it too."""
    disk = Disk(programs={"claude": lambda _words: True})
    setup(wish(reach=Reach.PROJECT, launches=(OWN, FILES)), files=disk)
    assert ([], {"memsync", "memory-files"}) == (
        disk.ran,
        set(json.loads(disk.files["/p/.mcp.json"])["mcpServers"]),
    )


def test_a_project_file_that_held_nothing_else_goes_with_the_entry():
    """Undoing in a project leaves no empty `.mcp.json` behind."""
    disk = Disk()
    setup(wish(reach=Reach.PROJECT), files=disk)
    setup(wish(reach=Reach.PROJECT, remove=True, launches=(OWN, FILES)), files=disk)
    assert "/p/.mcp.json" not in disk.files


def test_what_another_program_writes_meanwhile_is_kept():
    """A file that changed between reading and writing is read again, and both changes are in it."""
    disk = Disk(files={"/h/.claude.json": "{}"}, interlopers=['{"theme": "light"}'])
    setup(wish(), files=disk)
    assert {"theme", "mcpServers"} == set(json.loads(disk.files["/h/.claude.json"]))


def test_a_file_that_never_holds_still_is_left_alone():
    """After five tries the setup gives up with Busy and has overwritten nothing."""
    disk = Disk(files={"/h/.claude.json": "{}"}, interlopers=[f'{{"n": {n}}}' for n in range(9)])
    with pytest.raises(Busy):
        setup(wish(), files=disk)
    assert '{"n": 4}' == disk.files["/h/.claude.json"]


@pytest.mark.parametrize(
    ("client", "text"),
    [(Client.CLAUDE, '{"a": 1,, }'), (Client.CODEX, "[a\nb = 1"), (Client.CLAUDE, '{"mcpServers": 3}')],
)
def test_a_broken_file_is_refused(client, text):
    """A file that can't be parsed is named, left as it is, and not backed up."""
    path = slot_of(client, Reach.USER, homes=HOMES, project="/p").path
    disk = Disk(files={path: text})
    with pytest.raises(BadInput, match=path):
        setup(wish(client), files=disk)
    assert {path: text} == disk.files


def test_the_file_as_it_was_is_kept():
    """Before a file is changed it is copied, and the report names the copy."""
    disk = Disk(files={"/h/.claude.json": '{"theme":1}'})
    report = setup(wish(), files=disk)
    assert ("/h/.claude.json.S", '{"theme":1}') == (report.backup, disk.files["/h/.claude.json.S"])


def test_a_reach_a_client_does_not_have_is_refused():
    """Codex has no local scope."""
    with pytest.raises(BadInput, match="codex has no local scope"):
        slot_of(Client.CODEX, Reach.LOCAL, homes=HOMES, project="/p")


def test_removing_what_is_not_there_changes_nothing():
    """`--remove` of a client that was never set up touches no file."""
    disk = Disk()
    report = setup(replace(wish(remove=True)), files=disk)
    assert (False, {}) == (report.changed, disk.files)


@pytest.mark.parametrize("client", list(Client))
def test_a_projects_file_is_gone_when_nothing_is_left_in_it(client):
    """What setup made in a project's tree, --remove takes away again; its notes say what a project's file needs."""
    disk = Disk()
    made = setup(wish(client, Reach.PROJECT), files=disk)
    there = list(disk.files)
    gone = setup(wish(client, Reach.PROJECT, remove=True, launches=(OWN, FILES)), files=disk)

    assert ([made.path], True) == (there, made.path not in disk.files)
    assert (True, (f"From its next session on {client} is without it.",)) == (
        any("programs of this machine" in note for note in made.notes),
        gone.notes,
    )
