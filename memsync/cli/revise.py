"""`memsync revise`: change a memory; only what changes is rewritten."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from memsync.cli.options import CATEGORY, SCOPE, WordOf, a_command, words
from memsync.cli.plain import one_line
from memsync.cli.remember import asks, check_importance, told_of_secrets, typed_secrets
from memsync.cli.shapes import revised_shape
from memsync.cli.sources import given_text
from memsync.core.gate import OnSecret
from memsync.core.memory import Status
from memsync.core.report import Revision
from memsync.errors import BadInput

if TYPE_CHECKING:
    from memsync.cli.face import Face
    from memsync.core.category import Category
    from memsync.core.report import Revised
    from memsync.store import Store


@a_command(
    "revise",
    examples=[
        'memsync revise use-pnpm "We use pnpm 10, not npm"',
        "memsync revise use-pnpm --edit",
        "memsync revise use-pnpm --tag tooling --tag node --scope global",
        "memsync revise old-choice --status superseded",
    ],
)
@click.argument("name")
@click.argument("text", nargs=-1)
@click.option("--title", help="A new title.")
@click.option("--category", type=CATEGORY, help="Another category.")
@click.option("--tag", "tags", multiple=True, help="The tags it is to have instead; --tag '' for none.")
@click.option(
    "--keyword", "keywords", multiple=True, help="The keywords it is to have instead; --keyword '' for none."
)
@click.option("--importance", type=float, help="0 to 1.")
@click.option("--status", type=WordOf(Status), help="candidate, active, superseded or refuted.")
@click.option("--pin/--unpin", "pinned", default=None, help="Show it first, always; or no more.")
@click.option(
    "--supersedes", multiple=True, metavar="NAME", help="The memories it takes the place of; '' for none."
)
@click.option(
    "--source", "sources", multiple=True, metavar="FILE", help="The files it speaks of; '' for none."
)
@click.option(
    "--sensitive/--no-sensitive",
    default=None,
    help="Seal its text for the store's recipients, or open it for every reader.",
)
@click.option("--scope", type=SCOPE, help="Move it to this scope.")
@click.option("--file", "file", metavar="FILE", help="Take the new text from a file.")
@click.option("--edit", is_flag=True, help="Change the text in your editor (VISUAL, EDITOR).")
@click.option("--on-secret", type=WordOf(OnSecret), default=OnSecret.BLOCK, help="block (default) or redact.")
@click.pass_obj
def command(
    face: Face,
    *,
    name: str,
    text: tuple[str, ...],
    title: str | None,
    category: Category | None,
    tags: tuple[str, ...],
    keywords: tuple[str, ...],
    importance: float | None,
    status: Status | None,
    pinned: bool | None,
    supersedes: tuple[str, ...],
    sources: tuple[str, ...],
    sensitive: bool | None,
    scope: str | None,
    file: str | None,
    edit: bool,
    on_secret: OnSecret,
) -> None:
    """Change the memory called NAME: its text (TEXT, `-` for standard input) or its fields.

    Unknown fields, comments and the order of a hand-made header stay. A change somebody made meanwhile is merged.
    """
    check_importance(importance)
    store = face.open()
    reading = store.get(name)
    before = _opened(store, name) if edit and reading.memory.sensitive else reading.memory.body
    given = given_text(text, file=file, edit=edit, face=face, begin_with=before)
    revision = Revision(
        body=None if given is None else given.text,
        title=title,
        category=None if category is None else str(category),
        tags=words(tags) if tags else None,
        keywords=words(keywords) if keywords else None,
        importance=importance,
        status=None if status is None else str(status),
        pinned=pinned,
        supersedes=_ids(store, supersedes) if supersedes else None,
        sources=words(sources) if sources else None,
        sensitive=sensitive,
        scope=None if scope is None else store.scope(scope, cwd=face.here()),
    )
    _check(revision)
    if on_secret is OnSecret.BLOCK and not (sensitive or reading.memory.sensitive):
        told = ("" if given is None else given.text, title or "", *words(tags), *words(keywords))
        asks(face, store, told, scope=revision.scope or reading.memory.scope)
    with typed_secrets(given, title):
        done = store.revise(name, revision, rev=reading.rev, on_secret=on_secret)
    _show(done, face)


def _opened(store: Store, name: str) -> str:
    """Return a sealed memory's text for the editor. Raises CannotOpen."""
    from memsync.core import header

    return header.split(store.seals.text(name)).body


def _check(revision: Revision) -> None:
    if revision == Revision():
        raise BadInput(
            "revision", "says nothing to change", hint="Give a text, --edit, or a field as in --title T."
        )
    if revision.body is not None and not revision.body.strip():
        raise BadInput("text", "is empty", hint="`memsync forget` takes a memory away.")
    if revision.title is not None and not revision.title.strip():
        raise BadInput("title", "is empty")


def _ids(store: Store, names: tuple[str, ...]) -> tuple[str, ...]:
    """Return the ids of the memories named; one without an id is named by its path."""
    found = (store.get(name).memory for name in names if name.strip())
    return tuple(memory.id or memory.path for memory in found)


def _show(done: Revised, face: Face) -> None:
    memory = done.memory
    told_of_secrets(done.redacted, (), face)
    if done.merged:
        face.talk("It had changed meanwhile; both changes are in it.")
    if done.twin:
        face.talk(f"Not everything could be merged: the other text is kept in {one_line(done.twin)}.")
    verb = "moved" if done.moved_from else "revised"
    face.show(revised_shape(done), f"{verb} {one_line(memory.key)} ({one_line(memory.path)})")
