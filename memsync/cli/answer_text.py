"""The text of an answer, made from its JSON shape. Imports next to nothing: a resident's answer has only to be printed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from memsync.cli.plain import one_line
from memsync.core.pattern import pattern

if TYPE_CHECKING:
    from memsync.cli.face import Face

_KEY16 = pattern(r"-[0-9a-f]{16}$")  # what core.project.folder_for puts behind a name
_SNIPPET = 160
_TITLE = 100


def show_answer(shape: dict[str, Any], face: Face) -> int:
    """Print an answer and what there is to tell with it; return the exit code."""
    for problem in shape.get("problems", ()):
        face.talk(one_line(problem))
    face.show(shape, answer_text(shape, face))
    if not shape["hits"]:
        face.talk("Nothing relevant.")
    return 0 if shape["hits"] else 1


def answer_text(shape: dict[str, Any], face: Face) -> str:
    """Return ranked hits: a line that tells what each is, and one with its place and the words that matched."""
    lines = ["Weak matches: none of these may be what you mean."] if shape["weak"] and shape["hits"] else []
    for number, hit in enumerate(shape["hits"], 1):
        lines += _hit_lines(number, hit, face)
    if shape["more"]:
        lines.append(face.dim(f"{shape['more']} more; a larger --limit or --budget shows them."))
    return "\n".join(lines)


def _hit_lines(number: int, hit: dict[str, Any], face: Face) -> list[str]:
    about = f"[{scope_word(hit['scope'])} · {hit['category']} · {hit['updated'][:10]}]"
    path = f"{hit['store']}/{hit['path']}" if hit.get("store") else hit["path"]
    title, snippet = one_line(hit["title"], _TITLE), one_line(hit["snippet"], _SNIPPET)
    shown = (
        "" if snippet.rstrip(".") == title.rstrip(".") else snippet
    )  # a one-line memory's title says it all
    lines = [
        f"{number}. {face.bold(title)}  {face.dim(about)}",
        f"   {one_line(path)}:{hit['line']}  {shown}".rstrip(),
    ]
    lines += [f"   ! {one_line(note)}" for note in hit.get("notes", ())]
    if hit["why"]:
        lines.append(face.dim(f"   why: {one_line(hit['why'])}"))
    return lines


def scope_word(word: str) -> str:
    """Return a scope for people: a project by its name, without the hash."""
    kind, _, name = word.partition(":")
    return one_line(_KEY16.sub("", name) if kind == "project" and name else word)
