"""The filters that recall and list share, as one decorator and one value."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar

import click

from memsync.cli.options import CATEGORY, SCOPE, words
from memsync.core.answer import Query

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from memsync.cli.face import Face
    from memsync.core.category import Category
    from memsync.store import Store

    F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What to look at, as it was written on the command line."""

    scopes: tuple[str, ...] = ()
    all_projects: bool = False
    categories: tuple[Category, ...] = ()
    tags: tuple[str, ...] = ()
    since: str | None = None
    until: str | None = None
    by: str = ""

    def query(self, store: Store, face: Face, *, text: str = "") -> Query:
        """Return the query these filters make. Raises BadInput for a date or scope that is none."""
        from memsync.store import now

        return replace(
            self.unscoped(text=text, now=now()), scopes=store.visible(self.scopes, cwd=face.here())
        )

    def unscoped(self, *, text: str, now: datetime) -> Query:
        """Return the query these filters make, its scopes not looked up yet. Raises BadInput for a date that is none."""
        return Query(
            text=text,
            all_projects=self.all_projects,
            categories=self.categories,
            tags=words(self.tags),
            since=None if self.since is None else parse_from(self.since, now=now),
            until=None if self.until is None else parse_until(self.until, now=now),
            by=self.by,
        )


def parse_from(text: str, *, now: datetime) -> datetime:
    """Return the moment (UTC) that `--since` means."""
    from memsync.core.recall.when import parse_when

    return parse_when(text, now=now, field="--since")


def parse_until(text: str, *, now: datetime) -> datetime:
    """Return the moment (UTC) that ends what is meant: of a day, week or month its end, else as `--since` reads it."""
    from memsync.core.recall.when import parse_end

    return parse_end(text, now=now, field="--until")


def filter_options(function: F) -> F:
    """Add the filters' options to a command, which gets them as one value `filters`."""
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


def filters_from(given: dict[str, Any]) -> Filters:
    """Return the filters among a command's values."""
    return Filters(**{name: given[name] for name in Filters.__dataclass_fields__})


_OPTIONS = (
    click.option(
        "--scope", "scopes", type=SCOPE, multiple=True, help="Look only in this scope; may be repeated."
    ),
    click.option("--all-projects", is_flag=True, help="Look in every project's memories."),
    click.option(
        "--category", "categories", type=CATEGORY, multiple=True, help="Only this kind; may be repeated."
    ),
    click.option("--tag", "tags", multiple=True, help="Only with this tag; may be repeated."),
    click.option("--since", metavar="7d|DATE", help="Only changed since: 7d, yesterday, 2026-05-01, …"),
    click.option("--until", metavar="7d|DATE", help="Only changed until: the same."),
    click.option("--by", metavar="INSTANCE", default="", help="Only written by this assistant: cli, ide, …"),
)
