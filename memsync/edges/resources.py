"""The files memsync plants: `templates/` and `hooks/`, found in a wheel or, where memsync runs from its checkout, there."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).parent.parent
_PLACES = (_PACKAGE / "_data", _PACKAGE.parent)  # a wheel's, a checkout's


def template(name: str) -> bytes:
    """Return a template's bytes by its path below `templates/`, as in `store/README.md`. FileNotFoundError: a broken install."""
    return _read("templates", name)


def templates(group: str) -> dict[str, bytes]:
    """Return all templates of a group (`store`: what init plants): path within the group → bytes.

    A name that git or a packager would take for its own stands as `dot-…` in the folder: `dot-gitignore` is `.gitignore`.
    """
    top = _folder("templates") / group
    found = (p for p in sorted(top.rglob("*")) if p.is_file())
    return {p.relative_to(top).as_posix().replace("dot-", ".", 1): p.read_bytes() for p in found}


def git_hook(name: str) -> bytes:
    """Return a git hook's script by its name, as in `pre-commit`; `@MEMSYNC@` in it stands for the command to run."""
    return _read("hooks", name)


def _folder(kind: str) -> Path:
    return next((place / kind for place in _PLACES if (place / kind).is_dir()), _PLACES[0] / kind)


def _read(kind: str, name: str) -> bytes:
    return (_folder(kind) / name).read_bytes()
