"""project.md: which code base a project's folder belongs to. Plain enough to be mended by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from memsync.core import header
from memsync.core.project import Project, canonical_remote

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

PROJECT_FILE = "project.md"


def parse_project(folder: str, text: str) -> Project | None:
    """Read a project file; `folder` is the name of the folder it is in. None where it names neither remote nor root commit.

    Never raises. A remote that a person wrote in another form (`git@github.com:org/app.git`) is taken as its canonical one.
    """
    values = header.split(text).values
    root = _word(values, "root_commit")
    remote = _word(values, "remote")
    identity = canonical_remote(remote) if remote else f"root:{root}" if root else ""
    if not identity:
        return None
    aliases = tuple(dict.fromkeys(_identity(a) for a in _words(values, "aliases")))
    return Project(
        folder=folder,
        identity=identity,
        aliases=tuple(a for a in aliases if a != identity),
        root_commit=root or None,
    )


def _identity(alias: str) -> str:
    return alias if alias.startswith("root:") else canonical_remote(alias)


def _word(values: Mapping[str, Any], key: str) -> str:
    value = values.get(key)
    return value.strip() if isinstance(value, str) else ""


def _words(values: Mapping[str, Any], key: str) -> tuple[str, ...]:
    value = values.get(key, ())
    listed = [value] if isinstance(value, str) else value
    return tuple(v.strip() for v in listed if isinstance(v, str) and v.strip())


def render_project(project: Project, before: str = "") -> str:
    """Return the project file's text; of an earlier text only the lines that change are changed.

    Pure: two machines that meet the same project write the same bytes.
    """
    fields: dict[str, str | Sequence[str] | None] = {
        "remote": project.identity if project.has_remote else None,
        "key": project.key,
        "aliases": project.aliases or None,
        "root_commit": project.root_commit or None,
    }
    if before and not header.split(before).problems:
        known = header.split(before)
        return header.join(
            header.edit(known, {k: v for k, v in fields.items() if not _same(known.values, k, v)})
        )
    lines = "".join(header.line_of(k, v) for k, v in fields.items() if v is not None)
    name = project.folder.rpartition("-")[0] or project.folder
    return f"---\n{lines}---\n# {name}\n\n{_BODY}"


def _same(values: Mapping[str, Any], key: str, value: str | Sequence[str] | None) -> bool:
    if value is None:
        return key not in values
    return _word(values, key) == value if isinstance(value, str) else _words(values, key) == tuple(value)


_BODY = """\
Memories in this folder belong to the code base named above. `remote` is its address without the way it is reached; `key`
is the SHA-256 of that; `aliases` are other addresses, or first commits, that mean the same code base.
"""
