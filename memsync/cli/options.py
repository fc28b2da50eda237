"""What commands share: their class, the options every one has, and the types of their values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click
from click.shell_completion import CompletionItem

from memsync.core.category import Category, parse_category
from memsync.core.scope import ScopeKind, parse_scope

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from enum import StrEnum

    CategoryParam = click.ParamType[Category]
    WordParam = click.ParamType[str]
    WordChoice = click.Choice[str]
else:  # click before 8.5 has no such brackets
    CategoryParam = WordParam = click.ParamType
    WordChoice = click.Choice


def face_options() -> list[click.Parameter]:
    """Return `--json` and `--store`: taken before and after a command's name."""
    return [
        click.Option(
            ["--json"],
            is_flag=True,
            expose_value=False,
            is_eager=True,
            callback=_set_json,
            help="Print JSON.",
        ),
        click.Option(
            ["--store"],
            metavar="PATH",
            type=click.Path(),
            expose_value=False,
            is_eager=True,
            callback=_set_store,
            help="The store, instead of MEMSYNC_STORE or the settings' one.",
        ),
    ]


def _set_json(ctx: click.Context, _param: click.Parameter, value: bool) -> None:
    if value and ctx.obj is not None:
        ctx.obj.json = True


def _set_store(ctx: click.Context, _param: click.Parameter, value: str | None) -> None:
    if value is None or ctx.obj is None:
        return
    if not value:
        raise click.BadParameter("is empty", ctx=ctx, param_hint="--store")
    ctx.obj.store_path = value


class Command(click.Command):
    """A command with the options every one has, and examples in its help."""

    def __init__(self, *args: Any, examples: Sequence[str] = (), **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.examples = tuple(examples)
        self.params += face_options()

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the examples after the options."""
        super().format_epilog(ctx, formatter)
        _write_examples(self.examples, formatter)


class Group(click.Group):
    """A group whose subcommands are Commands."""

    command_class = Command

    def __init__(self, *args: Any, examples: Sequence[str] = (), **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.examples = tuple(examples)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the examples after the options."""
        super().format_epilog(ctx, formatter)
        _write_examples(self.examples, formatter)


def _write_examples(examples: Sequence[str], formatter: click.HelpFormatter) -> None:
    if examples:
        with formatter.section("Examples"):
            for example in examples:
                formatter.write(f"{'':>{formatter.current_indent}}{example}\n")


def a_command(name: str, *, examples: Sequence[str]) -> Callable[[Callable[..., Any]], Command]:
    """Make a function a command; its docstring is the help, `examples` are lines a reader can type."""
    return click.command(name, cls=Command, examples=examples)


class CategoryType(CategoryParam):
    """A category, singular or plural; raises BadInput with the list of them."""

    name = "category"

    def convert(self, value: Any, _param: click.Parameter | None, _ctx: click.Context | None) -> Category:
        """Return the category."""
        return value if isinstance(value, Category) else parse_category(value)

    def shell_complete(
        self, _ctx: click.Context, _param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """Offer the categories."""
        return [CompletionItem(c) for c in Category if c.startswith(incomplete)]


class ScopeType(WordParam):
    """A scope as a person writes it; checked here, looked up by the store."""

    name = "scope"

    def convert(self, value: Any, _param: click.Parameter | None, _ctx: click.Context | None) -> str:
        """Return the word; raises BadInput where it is no scope."""
        parse_scope(value)
        return str(value)

    def shell_complete(
        self, _ctx: click.Context, _param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """Offer the kinds of scopes."""
        return [CompletionItem(k) for k in ScopeKind if k.startswith(incomplete)]


class WordOf(WordChoice):
    """One word of a closed set; gives the set's member."""

    def __init__(self, words_of: type[StrEnum]) -> None:
        super().__init__([str(word) for word in words_of])
        self.words_of = words_of

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the member."""
        return self.words_of(super().convert(str(value), param, ctx))


CATEGORY = CategoryType()
SCOPE = ScopeType()


def words(values: Sequence[str]) -> tuple[str, ...]:
    """Return tags or keywords as given by repeated options, each of which may hold several divided by commas."""
    parts = (part.strip().removeprefix("#") for value in values for part in value.split(","))
    return tuple(dict.fromkeys(part for part in parts if part))
