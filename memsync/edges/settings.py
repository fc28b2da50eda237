"""Settings: a TOML file, then MEMSYNC_ variables, then what a command was told. Read once by a door, frozen after."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from memsync.core.value import dataclass, field
from memsync.errors import BadInput, BadSettings, CannotWrite

if TYPE_CHECKING:
    from collections.abc import Mapping

_LINUX = {
    "user_data_path": ("XDG_DATA_HOME", "~/.local/share", "memsync"),
    "user_config_path": ("XDG_CONFIG_HOME", "~/.config", "memsync"),
    "user_state_path": ("XDG_STATE_HOME", "~/.local/state", "memsync"),
    "user_cache_path": ("XDG_CACHE_HOME", "~/.cache", "memsync"),
    "user_log_path": ("XDG_STATE_HOME", "~/.local/state", "memsync/log"),
}
"""What platformdirs answers on Linux, where asking it would take longer than reading the settings; a test holds both together."""


def _dir(name: str) -> Path:
    variable, usual, own = _LINUX[name]
    named, home = os.environ.get(variable, ""), os.environ.get("HOME", "/")
    if sys.platform != "linux" or not home.startswith("/") or "ANDROID_DATA" in os.environ:
        from platformdirs import PlatformDirs  # noqa: PLC0415  # start-up, see above

        return Path(getattr(PlatformDirs("memsync", appauthor=False), name))
    return Path(named if named.startswith("/") else usual).expanduser() / own


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One setting, its value, and where that comes from: `default`, `file`, or a variable's name."""

    name: str
    value: object
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Where things are and how memsync behaves. Times are in seconds.

    `person`: how others who share the store know this user; empty: not at all. `background`: a `remember` leaves one short sync cycle behind where no syncer runs. `http_hosts`: hosts whose remotes
    may be reached over plain http (loopback always may). `doorbell` (on, ssh://…, https://…) names who tells that the
    remote has news; a URL may hold a password and is never shown. `vault` is where `memsync vault` keeps values,
    `vault_path` their place in a HashiCorp Vault, `identity` the age identity that opens what is sealed for this user. What an assistant's hooks may do: `hook_brief` when a session
    begins, `hook_recall` at each prompt, `approve_reads` and `approve_writes` let memsync's own tools through without a
    question, `session_notes` keeps what a session ends with as a memory. `learn` lets memsync learn from sessions, by
    `learn_judges` in their order (`claude` with `learn_model`, `ollama` with `ollama_model`; none: by rules alone).
    `semantic` names the model for meanings where memsync[semantic] is installed: empty for the packaged one, `off`, a
    folder, or `ollama:MODEL`.
    """

    store: Path = field(default_factory=lambda: Path.home() / "shared-memory")
    private: Path = field(default_factory=lambda: _dir("user_data_path") / "private")
    identity: Path = field(default_factory=lambda: _dir("user_data_path") / "vault" / "identity.txt")
    vault_dir: Path = field(default_factory=lambda: _dir("user_data_path") / "vault")
    vault: str = "auto"
    vault_path: str = "secret/memsync"
    config_file: Path = field(default_factory=lambda: _dir("user_config_path") / "config.toml")
    state_dir: Path = field(default_factory=lambda: _dir("user_state_path"))
    person: str = ""
    cache_dir: Path = field(default_factory=lambda: _dir("user_cache_path"))
    log_dir: Path = field(default_factory=lambda: _dir("user_log_path"))
    instance: str = ""
    background: bool = True
    quiet: float = 2.0
    ceiling: float = 10.0
    rescan: float = 60.0
    poll: float = 15.0
    http_hosts: tuple[str, ...] = ()
    doorbell: str = field(default="", repr=False)
    hook_brief: bool = True
    hook_recall: bool = True
    approve_reads: bool = True
    approve_writes: bool = False
    session_notes: bool = False
    learn: bool = False
    learn_judges: tuple[str, ...] = ("claude", "ollama")
    learn_model: str = "haiku"
    ollama_url: str = "http://127.0.0.1:11434"
    ollama_model: str = ""
    semantic: str = ""


_KEYS = set(Settings.__annotations__) - {"config_file", "state_dir", "cache_dir", "log_dir", "vault_dir"}
_TRUE, _FALSE = ("1", "true", "yes", "on"), ("0", "false", "no", "off")


def load(*, environ: Mapping[str, str] | None = None, store: str | None = None) -> Settings:
    """Read the settings of this user. Raises BadSettings with every problem at once; unknown keys are problems too."""
    env = os.environ if environ is None else environ
    path = settings_file(environ=env)
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


def settings_file(*, environ: Mapping[str, str] | None = None) -> Path:
    """Return where this user's settings file is, or would be: MEMSYNC_CONFIG, else the system's place for settings."""
    named = (os.environ if environ is None else environ).get("MEMSYNC_CONFIG")
    return Path(named).expanduser() if named else _dir("user_config_path") / "config.toml"


def explain(*, environ: Mapping[str, str] | None = None) -> tuple[Setting, ...]:
    """Return every setting, sorted by name, with where its value comes from. Raises BadSettings."""
    env = os.environ if environ is None else environ
    loaded, in_file = load(environ=env), _file(settings_file(environ=env), [])

    def source(key: str) -> str:
        variable = f"MEMSYNC_{key.upper()}"
        return variable if env.get(variable) else "file" if key in in_file else "default"

    return tuple(
        Setting(name=k, value=_shown(k, getattr(loaded, k)), source=source(k)) for k in sorted(_KEYS)
    )


def _shown(key: str, value: object) -> object:
    if key != "doorbell" or not value:
        return value
    from memsync.core.doorbell import shown_setting  # noqa: PLC0415  # only who has one pays for it

    return shown_setting(str(value))


def known(name: str) -> str:
    """Return the name of a setting as given, or raise BadInput with the names there are."""
    if name not in _KEYS:
        raise BadInput("NAME", f"{name!r} is no setting", hint=f"Settings: {', '.join(sorted(_KEYS))}.")
    return name


def change(name: str, text: str, *, environ: Mapping[str, str] | None = None) -> None:
    """Write one setting into the settings file; comments and order stay. Raises BadInput, BadSettings, CannotWrite."""
    import tomlkit  # noqa: PLC0415  # only who changes a setting pays for it

    problems: list[str] = []
    taken: dict[str, Any] = {}
    _take(taken, known(name), text, problems, name)
    if problems:
        given = "that" if name == "doorbell" else repr(text[:60])  # a URL may hold a password
        raise BadInput(name, f"{given} is no {_SHOWN[_kind(name)]}")
    path = settings_file(environ=environ)
    _file(path, problems)
    if problems:
        raise BadSettings(str(path), problems)
    try:
        document = tomlkit.parse(path.read_text(encoding="utf-8")) if path.exists() else tomlkit.document()
        document[name] = _for_toml(taken[name])
        _replace(path, tomlkit.dumps(document))
    except OSError as error:
        raise CannotWrite(str(path), error.strerror or "cannot be written") from None


def _for_toml(value: Any) -> Any:
    match value:
        case Path():
            return str(value)
        case tuple():
            return list(value)
        case float() if value.is_integer():
            return int(value)
    return value


def _replace(path: Path, text: str) -> None:
    """Write a file whole or not at all; a link to it stays a link."""
    real = path.resolve()
    real.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    temporary = real.with_name(f"{real.name}.{os.getpid()}.tmp")
    try:
        temporary.write_text(text, encoding="utf-8")
        temporary.chmod(real.stat().st_mode & 0o777 if real.exists() else 0o600)
        temporary.replace(real)
    finally:
        temporary.unlink(missing_ok=True)


def _file(path: Path, problems: list[str]) -> dict[str, Any]:
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        problems.append(f"cannot be read: {error.__class__.__name__}")
        return {}
    import tomllib  # noqa: PLC0415  # 12 ms that who has no settings file need not pay

    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        problems.append(f"is not TOML: {error}")
    return {}


def _take(given: dict[str, Any], key: str, raw: Any, problems: list[str], shown: str) -> None:
    kind = _kind(key)
    try:
        given[key] = _CONVERT[kind](raw)
    except (ValueError, TypeError):
        problems.append(f"{shown} is no {_SHOWN[kind]}")


def _kind(key: str) -> str:
    kinds = {
        "store": "path",
        "private": "path",
        "identity": "path",
        "vault": "vault",
        "vault_path": "text",
        "person": "text",
        "background": "flag",
        "instance": "text",
        "http_hosts": "words",
        "doorbell": "doorbell",
        "learn_judges": "words",
        "learn_model": "text",
        "ollama_url": "text",
        "ollama_model": "text",
        "semantic": "text",
    }
    return "flag" if key in _HOOK_FLAGS else kinds.get(key, "seconds")


_HOOK_FLAGS = frozenset(
    {"hook_brief", "hook_recall", "approve_reads", "approve_writes", "session_notes", "learn"}
)


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


def _doorbell(raw: Any) -> str:
    from memsync.core.doorbell import checked_setting  # noqa: PLC0415  # only who has one pays for it

    return checked_setting("on" if raw is True else "" if raw is False else _text(raw))


def _vault(raw: Any) -> str:
    from memsync.core.vault import Place  # noqa: PLC0415  # only who sets it pays for it

    return str(Place(_text(raw)))


def _seconds(raw: Any) -> float:
    number = float(raw)
    if isinstance(raw, bool) or not 0 <= number <= 86_400:
        raise ValueError
    return number


_CONVERT = {
    "path": _path,
    "flag": _flag,
    "text": _text,
    "words": _words,
    "seconds": _seconds,
    "doorbell": _doorbell,
    "vault": _vault,
}
_SHOWN = {
    "path": "path",
    "flag": "true or false",
    "text": "text",
    "words": "list of words",
    "seconds": "number of seconds from 0 to 86400",
    "doorbell": "doorbell (on, off, ssh://…, https://…)",
    "vault": "vault (auto, keyring, file, hashicorp)",
}
