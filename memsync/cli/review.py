"""`memsync review`: memories that a person should look at again, settled one by one."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import click

from memsync.cli.face import is_terminal
from memsync.cli.filters import filter_options, filters_from
from memsync.cli.options import WordOf, a_command
from memsync.cli.plain import clean, one_line
from memsync.cli.render import counted, day, scope_text
from memsync.cli.settling import settle
from memsync.cli.shapes import memory_shape
from memsync.core.insight import DoubtKind
from memsync.core.settling import Action, actions_for
from memsync.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Sequence

    from memsync.cli.face import Face
    from memsync.core.insight import Doubt
    from memsync.store import Store

_SHOWN = 12  # lines of a body shown before a question


@a_command(
    "review",
    examples=[
        "memsync review",
        "memsync review --kind stale --kind candidate --json",
        "memsync review use-pnpm --keep",
        'memsync review old-port --revise "The port is 8080 now"',
    ],
)
@click.argument("name", required=False)
@click.option(
    "--kind",
    "kinds",
    type=WordOf(DoubtKind),
    multiple=True,
    help="contested, stale, candidate, duplicate or unused.",
)
@click.option(
    "--keep", "action", flag_value="keep", help="It is right as it is; ask no more until it changes."
)
@click.option("--forget", "action", flag_value="forget", help="Take it away.")
@click.option("--promote", "action", flag_value="promote", help="A candidate is confirmed.")
@click.option(
    "--merge", "action", flag_value="merge", help="One memory for all that say the same, or for both texts."
)
@click.option("--revise", "text", metavar="TEXT", help="Give it this text; `-` for standard input.")
@click.option(
    "--idle",
    default="30d",
    metavar="30d|DATE",
    help="Unused: not recalled and not changed since (default: 30d).",
)
@click.option("--limit", type=click.IntRange(1), default=50, help="At most this many (default: 50).")
@filter_options
@click.pass_obj
def command(
    face: Face,
    /,
    *,
    name: str | None,
    kinds: tuple[DoubtKind, ...],
    action: str | None,
    text: str | None,
    idle: str,
    limit: int,
    **filters: Any,
) -> int:
    """List memories to look at again: contested, stale, unconfirmed, saying the same twice, never recalled.

    On a terminal they are settled one by one. With NAME and what to do, that one is settled. Exit code 1 where there is none.
    """
    store = face.open()
    found = _found(store, face, kinds=kinds, idle=idle, filters=filters)
    if name is not None:
        return _settle_named(store, face, found, name=name, action=action, text=text)
    if action or text is not None:
        raise BadInput("NAME", "is missing", hint="Say which memory, as in `memsync review use-pnpm --keep`.")
    shown = found[:limit]
    if shown and not face.json and face.on_terminal and is_terminal(sys.stdin):
        return _one_by_one(store, face, shown)
    face.show(review_shape(shown, len(found)), review_text(shown, face))
    if len(shown) < len(found):
        face.talk(f"{len(found) - len(shown):,} more.")
    if not found:
        face.talk("Nothing to look at again.")
    return 0 if found else 1


def _found(
    store: Store, face: Face, *, kinds: Sequence[DoubtKind], idle: str, filters: dict[str, Any]
) -> list[Doubt]:
    from memsync.core.recall.when import parse_when
    from memsync.store import now

    moment = now()
    span = moment - parse_when(idle, now=moment, field="--idle")
    if span < timedelta(0):
        raise BadInput("--idle", f"{idle[:40]!r} is in the future")
    query = filters_from(filters).query(store, face)
    found = store.insights.review(replace(query, limit=sys.maxsize), cwd=face.here(), idle=span)
    return [doubt for doubt in found if not kinds or doubt.kind in kinds]


def _settle_named(
    store: Store, face: Face, found: Sequence[Doubt], *, name: str, action: str | None, text: str | None
) -> int:
    if (action is None) == (text is None):
        raise BadInput(
            "action", "is missing" if action is None else "and --revise exclude each other", hint=_ACTIONS
        )
    chosen = Action.REVISE if action is None else Action(action)
    memory = store.get(name).memory
    mine = [d for d in found if d.memory.path == memory.path and d.memory.scope == memory.scope]
    if not mine:
        face.talk(f"{one_line(memory.key)} is not up for review.")
        return 1
    doubt = next((d for d in mine if chosen in actions_for(d)), None)
    if doubt is None:
        raise BadInput(
            "action", f"a {mine[0].kind} memory can't be settled by {chosen}",
            hint=f"It can be by {', '.join(actions_for(mine[0]))}.",
        )  # fmt: skip
    said = settle(store, face, doubt, chosen, text=text)
    face.show({"settled": doubt.memory.path, "kind": str(doubt.kind), "action": str(chosen)}, said)
    return 0


_ACTIONS = "One of --keep, --forget, --promote, --merge, --revise TEXT."


def _one_by_one(store: Store, face: Face, found: Sequence[Doubt]) -> int:
    """Ask about each, until the person has enough."""
    for number, doubt in enumerate(found, 1):
        face.say(f"\n{number} of {len(found)}\n{_told(doubt, face)}\n{_body(doubt)}")
        can = actions_for(doubt)
        choices = {str(action)[0]: action for action in can}
        question = ", ".join(f"[{word[0]}]{word[1:]}" for word in (*map(str, can), "skip", "quit"))
        while (answer := click.prompt(question, default="s", show_default=False).strip().lower()[:1]) not in (
            *choices, "s", "q",
        ):  # fmt: skip
            face.say(f"One of {question}.")
        if answer == "q":
            break
        if answer in choices:
            face.say(settle(store, face, doubt, choices[answer], text=None))
    return 0


def review_text(found: Sequence[Doubt], face: Face) -> str:
    """Return what is to be looked at, by kind."""
    return "\n".join(_told(doubt, face) for doubt in found)


def _told(doubt: Doubt, face: Face) -> str:
    memory = doubt.memory
    about = f"[{scope_text(memory.scope)} · {memory.category} · {day(memory.updated or memory.created)}]"
    path = f"{doubt.store}/{memory.path}" if doubt.store else memory.path
    lines = [
        f"{doubt.kind}: {face.bold(one_line(memory.title, 80))}  {face.dim(about)}",
        f"   {one_line(path)}: {one_line(doubt.says)}",
    ]
    return "\n".join([*lines, *(f"   also {one_line(other.path)}" for other in doubt.others)])


def _body(doubt: Doubt) -> str:
    lines = [line for memory in (doubt.memory, *doubt.others) for line in _some_lines(memory.body)]
    return clean("\n".join(f"   | {line}" for line in lines))


def _some_lines(body: str) -> list[str]:
    lines = body.strip().splitlines()
    return lines[:_SHOWN] + (
        [f"… {counted(len(lines) - _SHOWN, 'more line')}"] if len(lines) > _SHOWN else []
    )


def review_shape(found: Sequence[Doubt], total: int) -> dict[str, Any]:
    """Return `{"review", "more"}`: each memory's fields with `kind`, `says`, `others` (paths) and `actions`."""
    return {
        "review": [
            {
                "kind": str(doubt.kind),
                "says": doubt.says,
                "others": [other.path for other in doubt.others],
                "actions": [str(action) for action in actions_for(doubt)],
                **memory_shape(doubt.memory),
                **({"store": doubt.store} if doubt.store else {}),
            }
            for doubt in found
        ],
        "more": total - len(found),
    }
