"""`memsync scan --history`: every version, name, message and leftover of a repository, each read once, none shown."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from clikit import Terminal
from gitkit import git
from memsync.edges.settings import Settings
from memsync.store import scan_history
from memsync.testing import PatternScanner

if TYPE_CHECKING:
    import pathlib

pytestmark = pytest.mark.system
SECRET = "ghp_" + "a1B2c3D4e5F6g7H8i9J0" + "k1L2m3N4o5P6q7R8"


@pytest.fixture
def repository(tmp_path):
    """Return a repository that is no store, with one harmless commit."""
    place = tmp_path / "repository"
    subprocess.run(["git", "init", "-q", "-b", "main", str(place)], check=True)
    commit(place, "harmless.md", "We use pnpm, not npm.\n")
    return place


def commit(place: pathlib.Path, path: str, text: str, *, message: str = "a note") -> str:
    """Commit a file and return the commit's id."""
    (place / path).parent.mkdir(parents=True, exist_ok=True)
    (place / path).write_text(text)
    git(place, "add", "--", path)
    git(place, "commit", "-q", "-m", message)
    return git(place, "rev-parse", "HEAD").decode().strip()


def found(place: pathlib.Path, home: pathlib.Path) -> list[tuple[str, str, int, bool]]:
    """Return commit, path, line and `sent` of every leak."""
    settings = Settings(state_dir=home / "state", cache_dir=home / "cache")
    report = scan_history(place, settings=settings, from_git={})
    assert [] == [leak for leak in report.leaks if SECRET in str(leak.to_json())]
    return [(leak.commit, leak.finding.path, leak.finding.line, leak.sent) for leak in report.leaks]


def test_a_version_that_is_gone_is_found(repository, home):
    """A secret of an earlier version is told with the commit that brought it, its path and its line."""
    bad = commit(repository, "notes/a.md", f"# Deploy\n\nuse {SECRET} there\n")
    commit(repository, "notes/a.md", "# Deploy\n")

    assert [(bad, "notes/a.md", 3, False)] == found(repository, home)


def test_a_message_is_found(repository, home):
    """A secret in a commit's message is told as such."""
    bad = commit(repository, "b.md", "harmless\n", message=f"use {SECRET}")

    assert [(bad, "commit message", 3, False)] == found(repository, home)


def test_a_name_is_found_and_not_shown(repository, home):
    """A file whose name is a secret is found, and what is told does not name it."""
    bad = commit(repository, f"{SECRET}.md", "harmless\n")

    [(told, path, line, _)] = found(repository, home)

    assert (bad, 0) == (told, line)
    assert "[REDACTED:" in path


@pytest.mark.parametrize(
    "leave",
    [
        lambda place: git(place, "checkout", "-q", "--detach"),
        lambda place: git(place, "branch", "-q", "aside"),
        lambda place: git(place, "tag", "-a", "-m", "kept", "v1"),
        lambda _: None,
    ],
    ids=["detached", "branch", "tag", "reflog"],
)
def test_wherever_it_is_kept_it_is_found(repository, home, leave):
    """A commit that only a branch, a tag, a detached HEAD or the reflog has is looked at."""
    bad = commit(repository, "a.md", f"use {SECRET} there\n")
    leave(repository)
    if git(repository, "symbolic-ref", "-q", "HEAD", check=False):
        git(repository, "reset", "-q", "--hard", "HEAD~1")

    assert [(bad, "a.md", 1, False)] == found(repository, home)


def test_a_stash_is_looked_at(repository, home):
    """What is stashed is history too."""
    (repository / "harmless.md").write_text(f"use {SECRET}\n")
    git(repository, "stash", "-q")

    assert {"harmless.md"} == {path for _, path, _, _ in found(repository, home)}


def test_what_no_commit_has_is_found(repository, home):
    """A blob that is only staged, one that is left over, and the message of a tag are found with no commit."""
    (repository / "staged.md").write_text(f"staged {SECRET}\n")
    git(repository, "add", "staged.md")
    git(repository, "hash-object", "-w", "--stdin", feed=f"left over {SECRET}\n".encode())
    git(repository, "tag", "-a", "-m", f"tagged {SECRET}", "v1")

    assert [""] * 3 == [commit for commit, _, _, _ in found(repository, home)]


def test_a_merge_that_brought_it_is_found(repository, home):
    """A secret that a merge brought and none of its parents has is found."""
    git(repository, "checkout", "-q", "-b", "side")
    commit(repository, "side.md", "side\n")
    git(repository, "checkout", "-q", "main")
    commit(repository, "main.md", "main\n")
    git(repository, "merge", "-q", "--no-ff", "--no-commit", "side")
    bad = commit(repository, "merged.md", f"use {SECRET}\n", message="Merge")

    assert [(bad, "merged.md", 1, False)] == found(repository, home)


def test_what_was_pushed_is_told(repository, home, tmp_path):
    """A commit that the remote has is told as sent."""
    bad = commit(repository, "a.md", f"use {SECRET}\n")
    subprocess.run(["git", "init", "-q", "--bare", str(tmp_path / "remote.git")], check=True)
    git(repository, "remote", "add", "origin", str(tmp_path / "remote.git"))
    git(repository, "push", "-q", "-u", "origin", "main")

    assert [(bad, "a.md", 1, True)] == found(repository, home)


def test_odd_paths_and_contents_are_looked_at(repository, home):
    """Names with colons and line breaks, bytes that are no UTF-8, links and NULs stop nothing."""
    (repository / "link.md").symlink_to(f"/nowhere/{SECRET}")
    (repository / ":100644 a\nb.md").write_bytes(b"\xff\xfe\0" + SECRET.encode() + b"\0\xff")
    git(repository, "add", "-A")
    git(repository, "commit", "-q", "-m", "odd")

    assert [":100644 a\nb.md", "link.md"] == sorted(path for _, path, _, _ in found(repository, home))


def test_what_was_clean_is_not_read_again(repository, home):
    """A second look scans nothing that the first one found clean; new rules scan everything again."""
    from memsync.core.secrets import RULESET_VERSION
    from memsync.edges.anyrepo.past import Past
    from memsync.edges.verdicts import VerdictCache
    from memsync.flows.leaks import Gate
    from memsync.flows.leaks import scan_history as look

    def looked(rules: str) -> int:
        gate = Gate(
            scanner=PatternScanner(), allowances=(), known=VerdictCache(home / "history.db"), rules=rules,
            key=b"key", memory_id=lambda _: "",
        )  # fmt: skip
        return look(Past(repository), gate).scanned

    commit(repository, "more.md", "more\n")
    first, second, other = looked(RULESET_VERSION), looked(RULESET_VERSION), looked("other")
    names = 2

    assert (first, names, first) == (first, second, other)
    assert first > names
    assert b"pnpm" not in (home / "history.db").read_bytes()


def test_the_command_tells_and_exits_with_3(repository, home, capfd, monkeypatch):
    """`scan --history PATH` shows commit, place, rule and the redacted line; `--json` the same; exit code 3."""
    monkeypatch.chdir(home)
    bad = commit(repository, "a.md", f"use {SECRET} there\n")
    memsync = Terminal(capfd, monkeypatch)

    told, shape = (
        memsync("scan", "--history", str(repository)),
        memsync("scan", "--history", str(repository), "--json"),
    )

    assert (3, 3) == (told.code, shape.code)
    assert f"{bad[:12]}  a.md:1  github-token  (block)\n    use [REDACTED:github-token] there" in told.out
    [leak] = shape.json["findings"]
    assert ("a.md", "github-token", bad, "use [REDACTED:github-token] there") == (
        leak["path"], leak["rule"], leak["commit"], leak["excerpt"],
    )  # fmt: skip
    assert SECRET not in told.out + told.err + shape.out + shape.err


def test_an_allowed_finding_is_not_told(home, capfd, monkeypatch):
    """In a store, what a person has allowed is not told of its history."""
    monkeypatch.chdir(home)
    memsync = Terminal(capfd, monkeypatch)
    memsync.done("init")
    store = home / "shared-memory"
    commit(store, "global/a.md", "harmless\n")
    git(store, "-c", "core.hooksPath=/dev/null", "commit", "-q", "--allow-empty", "-m", "empty")
    commit(store, "global/b.md", f"use {SECRET}\n")
    [leak] = memsync("scan", "--history", "--json").json["findings"]
    allowed = (
        "allowances:\n- rule: github-token\n"
        f'  fp: "{leak["fingerprint"]}"\n  reason: "public"\n  who: "me"\n  when: "2026-01-21T10:00:00Z"\n'
    )
    (store / ".memsync" / "allow.yaml").write_text(allowed)

    assert [] == memsync.done("scan", "--history", "--json").json["findings"]


def test_a_folder_without_git_is_refused(home, capfd, monkeypatch, tmp_path):
    """A folder that is no repository, and one that is not there, are bad input: exit code 2."""
    monkeypatch.chdir(home)
    memsync = Terminal(capfd, monkeypatch)

    assert [2, 2, 2] == [
        memsync("scan", "--history", str(tmp_path)).code,
        memsync("scan", "--history", str(tmp_path / "gone")).code,
        memsync("scan", "--history", "--staged").code,
    ]
    assert [] == list(tmp_path.iterdir())
