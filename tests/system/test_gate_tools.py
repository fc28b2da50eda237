"""The gate in the hands of other tools: detect-secrets' command line, pre-commit, and git's hooks on a server."""

from __future__ import annotations

import json
import os
import pathlib
import shutil
import subprocess
import sys

import pytest

import memsync.edges.scanner as scanner_package

pytestmark = pytest.mark.system
ROOT = pathlib.Path(__file__).parents[2]
BIN = pathlib.Path(sys.executable).parent
PLUGINS = pathlib.Path(scanner_package.__file__).with_name("plugins.py")
SECRET = "glpat" + "-" + "xK4mQz81vLw07RtYp2Ns"
STATED = "The staging password is " + "Tr0ub4dor&3x"


def run(
    *words: str | pathlib.Path, cwd: pathlib.Path, check: bool = True, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run a program with memsync's and its own folder on the path; no shell, no prompt."""
    env = (
        os.environ
        | {"PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}", "GIT_TERMINAL_PROMPT": "0"}
        | environment
    )
    done = subprocess.run(
        [str(w) for w in words],
        cwd=cwd,
        env=env,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    assert not check or done.returncode == 0, done.stderr
    return done


@pytest.fixture
def repository(tmp_path: pathlib.Path) -> pathlib.Path:
    folder = tmp_path / "code"
    folder.mkdir()
    run("git", "init", "-q", "-b", "main", cwd=folder)
    return folder


def objects(folder: pathlib.Path) -> str:
    """Return all that is reachable in a repository, as one text."""
    return run("git", "log", "-p", "--all", "--format=%B", cwd=folder, check=False).stdout


def test_the_real_detect_secrets_takes_the_plugins(repository: pathlib.Path) -> None:
    """`detect-secrets scan -n -p plugins.py` reports what memsync's rules find, and its JSON holds no secret."""
    (repository / "notes.md").write_text(f"use {SECRET}\n\n{STATED}\n\nnothing here\n")
    run("git", "add", "notes.md", cwd=repository)
    done = run("detect-secrets", "scan", "-n", "-p", PLUGINS, cwd=repository)
    found = {(f["type"], f["line_number"]) for f in json.loads(done.stdout)["results"]["notes.md"]}
    assert {("memsync: gitlab-token", 1), ("memsync: password", 3)} <= found
    assert (False, False) == (SECRET in done.stdout, "Tr0ub4dor" in done.stdout)


def test_every_rule_is_a_plugin(repository: pathlib.Path) -> None:
    """detect-secrets lists one plugin for each of memsync's rules."""
    from memsync.core.secrets import rule_names

    listed = run(
        "detect-secrets", "scan", "-n", "-p", PLUGINS, "--list-all-plugins", cwd=repository
    ).stdout.split()
    assert len(rule_names()) == sum(name.startswith("Memsync") for name in listed)


def commit(folder: pathlib.Path, text: str, **environment: str) -> subprocess.CompletedProcess[str]:
    (folder / "notes.md").write_text(text)
    run("git", "add", "notes.md", cwd=folder)
    return run("git", "commit", "-q", "-m", "notes", cwd=folder, check=False, **environment)


@pytest.mark.skipif(not (BIN / "pre-commit").exists(), reason="pre-commit is not installed")
def test_the_real_pre_commit_runs_the_hook(repository: pathlib.Path) -> None:
    """As a local hook of pre-commit, the gate refuses a staged secret, whatever the work tree says, and lets the rest pass."""
    hooks = (ROOT / ".pre-commit-hooks.yaml").read_text()
    assert "entry: memsync hook pre-commit" in hooks
    (repository / ".pre-commit-config.yaml").write_text(
        "repos:\n- repo: local\n  hooks:\n  - {id: memsync, name: gate, entry: memsync hook pre-commit, language: system, always_run: true, pass_filenames: false}\n"
    )
    run("git", "add", ".pre-commit-config.yaml", cwd=repository)
    run("pre-commit", "install", cwd=repository)
    refused = commit(repository, f"use {SECRET}\n")
    assert (True, True, "") == (
        refused.returncode != 0,
        "gitlab-token" in refused.stderr + refused.stdout,
        objects(repository),
    )
    (repository / "notes.md").write_text(f"use {SECRET}\n")
    run("git", "add", "notes.md", cwd=repository)
    (repository / "notes.md").write_text("clean now\n")
    staged = run("git", "commit", "-q", "-m", "notes", cwd=repository, check=False)
    assert (True, False) == (staged.returncode != 0, SECRET in staged.stdout + staged.stderr)
    assert 0 == commit(repository, "an ordinary note\n").returncode


@pytest.mark.slow
@pytest.mark.skipif(not (BIN / "pre-commit").exists(), reason="pre-commit is not installed")
def test_the_real_pre_commit_takes_the_hook_from_a_clone_by_url(
    repository: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    """With `repo:` a clone of this repository and `rev:` its HEAD, pre-commit installs memsync by itself and asks its gate.

    pip needs the packages of pyproject.toml: from an index, or with PIP_NO_INDEX and PIP_FIND_LINKS from a folder of wheels.
    """
    clone = tmp_path / "memsync"
    run("git", "clone", "-q", ROOT, clone, cwd=tmp_path)
    rev = run("git", "rev-parse", "HEAD", cwd=clone).stdout.strip()
    (repository / ".pre-commit-config.yaml").write_text(
        f"repos:\n- repo: {clone}\n  rev: {rev}\n  hooks:\n  - id: memsync\n  - id: memsync-scan\n"
    )
    own = {"HOME": str(tmp_path), "PRE_COMMIT_HOME": str(tmp_path / "cache"), "PYTHONPATH": ""}
    run("git", "add", ".pre-commit-config.yaml", cwd=repository)
    run("pre-commit", "install", cwd=repository, **own)
    refused = commit(repository, f"use {SECRET}\n", **own)
    told = refused.stdout + refused.stderr
    (repository / "notes.md").write_text("an ordinary note\n")
    kept = commit(repository, "an ordinary note\n", **own)
    every = run("pre-commit", "run", "--all-files", cwd=repository, **own)

    assert (True, True, False) == (refused.returncode != 0, "gitlab-token" in told, SECRET in told), told
    assert 0 == kept.returncode, kept.stdout + kept.stderr
    assert 2 == every.stdout.count("Passed"), every.stdout


@pytest.fixture
def served(tmp_path: pathlib.Path, repository: pathlib.Path) -> pathlib.Path:
    """Give a bare repository with the gate at its door, and the other as its clone."""
    bare = tmp_path / "server.git"
    run("git", "init", "-q", "--bare", "-b", "main", str(bare), cwd=tmp_path)
    shutil.copy(ROOT / "hooks/pre-receive", bare / "hooks/pre-receive")
    run("git", "remote", "add", "origin", str(bare), cwd=repository)
    return bare


def test_a_server_refuses_a_push_with_a_secret(repository: pathlib.Path, served: pathlib.Path) -> None:
    """A secret in any version of a file keeps the whole push out, and no object of it stays on the server."""
    commit(repository, f"use {SECRET}\n")
    commit(repository, "taken out again\n")
    pushed = run("git", "push", "-q", "origin", "main", cwd=repository, check=False)
    assert (True, True, False) == (
        pushed.returncode != 0,
        "gitlab-token" in pushed.stderr,
        SECRET in pushed.stderr,
    )
    assert ("", []) == (objects(served), [p for p in (served / "objects").rglob("*") if p.is_file()])


def test_a_server_refuses_a_secret_in_a_commit_message(
    repository: pathlib.Path, served: pathlib.Path
) -> None:
    """Messages are looked at as well as files."""
    run("git", "commit", "-q", "--allow-empty", "-m", f"use {SECRET}", cwd=repository)
    assert 0 != run("git", "push", "-q", "origin", "main", cwd=repository, check=False).returncode


def test_a_server_takes_a_clean_push(repository: pathlib.Path, served: pathlib.Path) -> None:
    """Ordinary notes arrive, also in a second push and with a branch taken away."""
    commit(repository, "an ordinary note\n")
    run("git", "push", "-q", "origin", "main", cwd=repository)
    commit(repository, "another\n")
    run("git", "push", "-q", "origin", "main", "main:side", cwd=repository)
    run("git", "push", "-q", "origin", ":side", cwd=repository)
    assert "another" in objects(served)


def test_a_server_without_memsync_stays_shut(repository: pathlib.Path, served: pathlib.Path) -> None:
    """Where the program is gone, nothing comes in."""
    commit(repository, "an ordinary note\n")
    pushed = run(
        "git", "push", "-q", "origin", "main", cwd=repository, check=False, MEMSYNC_PROGRAM="/nowhere/memsync"
    )
    assert 0 != pushed.returncode
