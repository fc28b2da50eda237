"""`memsync remember`: a text, the gate, a file."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from memsync.cli.face import is_terminal
from memsync.cli.options import CATEGORY, SCOPE, WordOf, a_command, words
from memsync.cli.plain import one_line
from memsync.cli.render import counted, findings_text
from memsync.cli.shapes import remembered_shape
from memsync.cli.sources import Given, given_text, missing_text
from memsync.core.category import Category
from memsync.core.gate import OnSecret
from memsync.core.memory import Draft
from memsync.core.names import check_key
from memsync.core.vault import suggested_name
from memsync.errors import BadInput, SecretFound

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from memsync.cli.face import Face
    from memsync.core.gate import Finding
    from memsync.core.report import Remembered
    from memsync.core.scope import Scope
    from memsync.store import Store

TYPED = "It is in your shell's history already: if it is real, rotate it. Keep what it is for and leave the value out."
TAKE_OUT = "Take it out, or use --on-secret redact. If it was ever real and shared, rotate it."


@a_command(
    "remember",
    examples=[
        'memsync remember "We use pnpm, not npm" --category decision --tag tooling',
        "git log -1 --format=%B | memsync remember - --title 'Why the cache was rewritten'",
        "memsync remember --file notes.md --scope global",
    ],
)
@click.argument("text", nargs=-1)
@click.option("--title", default="", help="A title; otherwise the first heading or line.")
@click.option("--key", default="", help="Its name within the scope; otherwise made from the title.")
@click.option(
    "--category", type=CATEGORY, default=Category.NOTE, help="What kind of thing it says (default: note)."
)
@click.option("--tag", "tags", multiple=True, help="A tag; may be repeated.")
@click.option(
    "--keyword", "keywords", multiple=True, help="A word a later question may use; may be repeated."
)
@click.option("--scope", type=SCOPE, help="project (default), project:NAME, global, private, …")
@click.option("--importance", type=float, help="0 to 1 (default: 0.5).")
@click.option(
    "--source", "sources", multiple=True, metavar="FILE", help="A file of the project it speaks of."
)
@click.option(
    "--sensitive", is_flag=True, help="Seal the text for the store's recipients; --title stays readable."
)
@click.option("--file", "file", metavar="FILE", help="Take the text from a file.")
@click.option("--edit", is_flag=True, help="Write the text in your editor (VISUAL, EDITOR).")
@click.option(
    "--on-secret",
    type=WordOf(OnSecret),
    default=OnSecret.BLOCK,
    help="block (default) stores nothing; redact leaves a mark.",
)
@click.pass_obj
def command(
    face: Face,
    *,
    text: tuple[str, ...],
    title: str,
    key: str,
    category: Category,
    tags: tuple[str, ...],
    keywords: tuple[str, ...],
    scope: str | None,
    importance: float | None,
    sources: tuple[str, ...],
    sensitive: bool,
    file: str | None,
    edit: bool,
    on_secret: OnSecret,
) -> None:
    """Write a memory: TEXT as words, or `-` for standard input.

    It is stored once a line with its key and path is printed; sending it to other machines is the syncer's work.
    """
    check_importance(importance)
    if key:
        check_key(key)
    store = face.open()
    given = given_text(text, file=file, edit=edit, face=face)
    if given is None:
        raise missing_text()
    draft = Draft(
        body=given.text,
        title=title,
        key=key,
        category=category,
        tags=words(tags),
        keywords=words(keywords),
        scope=face.scope(store, scope),
        importance=importance,
        sources=words(sources),
        sensitive=sensitive,
    )
    asked = (
        on_secret is OnSecret.BLOCK
        and not sensitive
        and asks(face, store, (given.text, title, *draft.tags, *draft.keywords), scope=draft.scope)
    )
    with typed_secrets(given, title):
        done = store.remember(draft, on_secret=on_secret)
    _show(replace(done, warnings=()) if asked else done, face)


def check_importance(importance: float | None) -> None:
    """Raise BadInput for an importance that is not between 0 and 1."""
    if importance is not None and not 0 <= importance <= 1:
        raise BadInput("importance", f"{importance:g} is not between 0 and 1")


def asks(face: Face, store: Store, texts: Iterable[str], *, scope: Scope) -> bool:
    """Ask a person at a terminal about what only looks like a secret; return whether there was something to ask.

    Raises SecretFound where it is one. Where nobody can be asked, it is told after the text is stored.
    """
    if not (is_terminal(sys.stdin) and is_terminal(sys.stderr)):
        return False
    found = store.suspects(texts, scope=scope)
    if not found:
        return False
    face.talk(f"{counted(len(found), 'finding')} that may be a secret:\n{findings_text(found)}")
    if not click.confirm("Is it none? Then it is stored as it is, and sent to every machine.", err=True):
        raise SecretFound(
            found, hint="Take it out, or use --on-secret redact. `memsync vault set NAME` keeps a value."
        )
    return True


@contextmanager
def typed_secrets(given: Given | None, *others: str | None) -> Iterator[None]:
    """Say, where a secret is found in what stood on the command line, that the shell's history has it already."""
    try:
        yield
    except SecretFound as error:
        typed = (given is not None and given.on_command_line) or any(others)
        name = suggested_name(error.findings[0].rule)  # made of the rule, and of nothing that was found
        kept = f"`memsync vault set {name}` keeps the value, and secret://{name} in the text stands for it."
        raise SecretFound(error.findings, hint=f"{TYPED if typed else TAKE_OUT} {kept}") from None


def _show(done: Remembered, face: Face) -> None:
    memory = done.memory
    told_of_secrets(done.redacted, done.warnings, face)
    verb = "already remembered" if done.same_as else "remembered"
    face.show(remembered_shape(done), f"{verb} {one_line(memory.key)} ({one_line(memory.path)})")


def told_of_secrets(redacted: Sequence[Finding], warnings: Sequence[Finding], face: Face) -> None:
    """Tell what was redacted, and what only looks like a secret, by rule and line."""
    if redacted := list(
        {(f.rule, f.fingerprint): f for f in redacted}.values()
    ):  # a title made from a body repeats it
        face.talk(f"{counted(len(redacted), 'secret')} redacted:\n{findings_text(redacted)}")
    if warnings:
        face.talk(
            f"{counted(len(warnings), 'finding')} to look at; stored all the same:\n{findings_text(warnings)}"
        )
