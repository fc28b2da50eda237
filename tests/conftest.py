"""What every test stands on: a home of its own, a git that reads no one's configuration, and fixed hypothesis profiles."""

from __future__ import annotations

import os
import pathlib
import sys

import pytest
from hypothesis import HealthCheck, settings

sys.path.insert(0, str(pathlib.Path(__file__).parent))  # gitkit, strategies: shared by the test folders

REAL_HOME = pathlib.Path("~").expanduser()

settings.register_profile(
    "ci",
    max_examples=60,
    deadline=None,
    derandomize=True,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.register_profile(
    "dev",
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.register_profile(
    "nightly", max_examples=5000, deadline=None, suppress_health_check=list(HealthCheck)
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let a run rewrite what the transcripts in examples/ and tests/scenarios/ show."""
    parser.addoption(
        "--update-scenarios", action="store_true", help="write what transcripts' commands print now into them"
    )


def scrubbed_environment(home: pathlib.Path) -> dict[str, str]:
    """Return the environment of a new user: `home`, a git without configuration, and no background work."""
    kept = {
        k: v
        for k, v in os.environ.items()
        if k in ("PATH", "LANG", "LC_ALL", "TMPDIR", "VIRTUAL_ENV", "SYSTEMROOT")
    }
    return kept | {
        "HOME": str(home),
        "USERPROFILE": str(home),
        "XDG_CONFIG_HOME": str(home / ".config"),
        "XDG_DATA_HOME": str(home / ".local/share"),
        "XDG_STATE_HOME": str(home / ".local/state"),
        "XDG_CACHE_HOME": str(home / ".cache"),
        "XDG_RUNTIME_DIR": str(home / ".run"),
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_AUTHOR_NAME": "A Tester",
        "GIT_AUTHOR_EMAIL": "tester@example.invalid",
        "GIT_COMMITTER_NAME": "A Tester",
        "GIT_COMMITTER_EMAIL": "tester@example.invalid",
        "MEMSYNC_BACKGROUND": "0",
        "NO_COLOR": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
    }


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> pathlib.Path:
    """Give each test a home and an environment of its own; nothing of the developer's is read or written."""
    folder = tmp_path_factory.mktemp("home")
    for name in list(os.environ):
        if name.startswith(("GIT_", "MEMSYNC_", "CLAUDE", "XDG_")):
            monkeypatch.delenv(name)
    for name, value in scrubbed_environment(folder).items():
        monkeypatch.setenv(name, value)
    return folder


@pytest.fixture(autouse=True, scope="session")
def _real_home_is_untouched():
    """Fail the run if a test made anything of memsync's in the real home."""
    places = [
        REAL_HOME / p
        for p in (
            "shared-memory",
            ".config/memsync",
            ".local/share/memsync",
            ".local/state/memsync",
            ".cache/memsync",
        )
    ]
    before = {p for p in places if p.exists()}
    yield
    touched = {p for p in places if p.exists()} - before
    assert not touched, f"a test touched the real home: {sorted(map(str, touched))}"
