"""Settings: a TOML file, then MEMSYNC_ variables, then what a command was told. Read once by a door, frozen after."""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from platformdirs import PlatformDirs

from memsync.errors import BadSettings

if TYPE_CHECKING:
    from collections.abc import Mapping

_DIRS = PlatformDirs("memsync", appauthor=False)


def _dir(name: str) -> Path:
    return Path(getattr(_DIRS, name))


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Where things are and how memsync behaves. Times are in seconds.

    `background`: a `remember` leaves one short sync cycle behind where no syncer runs. `http_hosts`: hosts whose remotes
    may be reached over plain http (loopback always may).
    """

    store: Path = field(default_factory=lambda: Path.home() / "shared-memory")
    private: Path = field(default_factory=lambda: _dir("user_data_path") / "private")
    config_file: Path = field(default_factory=lambda: _dir("user_config_path") / "config.toml")
    state_dir: Path = field(default_factory=lambda: _dir("user_state_path"))
    cache_dir: Path = field(default_factory=lambda: _dir("user_cache_path"))
    log_dir: Path = field(default_factory=lambda: _dir("user_log_path"))
    instance: str = ""
    background: bool = True
    quiet: float = 2.0
    ceiling: float = 10.0
    rescan: float = 60.0
    poll: float = 15.0
    http_hosts: tuple[str, ...] = ()


_KEYS = {f.name for f in fields(Settings)} - {"config_file", "state_dir", "cache_dir", "log_dir"}
_TRUE, _FALSE = ("1", "true", "yes", "on"), ("0", "false", "no", "off")


def load(*, environ: Mapping[str, str] | None = None, store: str | None = None) -> Settings:
    """Read the settings of this user. Raises BadSettings with every problem at once; unknown keys are problems too."""
    env = os.environ if environ is None else environ
    named = env.get("MEMSYNC_CONFIG")
    path = Path(named).expanduser() if named else _dir("user_config_path") / "config.toml"
    problems: list[str] = []
    given: dict[str, Any] = {"config_file": path}
    for key, raw in _file(path, problems).items():
        if key not in _KEYS:
            problems.append(f"{key} is not a setting (settings: {', '.join(sorted(_KEYS))})")
        else:
            _take(given, key, raw, problems, key)
    for key in sorted(_KEYS):
        text = env.get(f"MEMSYNC_{key.upper()}")
        if text is not None and text != "":
            _take(given, key, text, problems, f"MEMSYNC_{key.upper()}")
    if store:
        given["store"] = Path(store).expanduser()
    if problems:
        raise BadSettings(str(path), problems)
    return Settings(**given)


def _file(path: Path, problems: list[str]) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        problems.append(f"cannot be read: {error.__class__.__name__}")
    except tomllib.TOMLDecodeError as error:
        problems.append(f"is not TOML: {error}")
    return {}


def _take(given: dict[str, Any], key: str, raw: Any, problems: list[str], shown: str) -> None:
    kind = {"store": "path", "private": "path", "background": "flag", "instance": "text", "http_hosts": "words"}.get(key, "seconds")
    try:
        given[key] = _CONVERT[kind](raw)
    except (ValueError, TypeError):
        problems.append(f"{shown} is no {_SHOWN[kind]}")


def _path(raw: Any) -> Path:
    if not isinstance(raw, str) or not raw:
        raise ValueError
    return Path(raw).expanduser()


def _flag(raw: Any) -> bool:
    if isinstance(raw, bool):
        return raw
    if str(raw).lower() in (*_TRUE, *_FALSE):
        return str(raw).lower() in _TRUE
    raise ValueError


def _text(raw: Any) -> str:
    if not isinstance(raw, str):
        raise TypeError
    return raw


def _words(raw: Any) -> tuple[str, ...]:
    parts = raw.split(",") if isinstance(raw, str) else raw
    if not all(isinstance(p, str) for p in parts):
        raise TypeError
    return tuple(p.strip() for p in parts if p.strip())


def _seconds(raw: Any) -> float:
    number = float(raw)
    if isinstance(raw, bool) or not 0 <= number <= 86_400:
        raise ValueError
    return number


_CONVERT = {"path": _path, "flag": _flag, "text": _text, "words": _words, "seconds": _seconds}
_SHOWN = {"path": "path", "flag": "true or false", "text": "text", "words": "list of words", "seconds": "number of seconds from 0 to 86400"}
