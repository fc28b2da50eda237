"""What the rules of auto-learn find in 200 made-up exchanges of each language: precision, recall, and how often nothing is learned from nothing.

    python benchmarks/learn.py [--show] [HALF...]

`near` has the templates the rules were written beside, `far` has others that were written before there were rules. A lesson
counts as right where it has all the words that a memory of it must have.
"""

from __future__ import annotations

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "tests"))

import talk
import talk_tongues
from memsync.core.learn.lesson import refusal
from memsync.core.learn.rules import lessons_of
from memsync.core.learn.turn import said_of

HALVES = ("near", "far", "everyday")


def spoken(tongue: str, half: str, seed: int) -> list[talk.Exchange]:
    if tongue == "english":
        return talk.everyday(seed=seed) if half == "everyday" else talk.exchanges(half, seed=seed)
    if half == "everyday":
        return talk_tongues.everyday(tongue, seed=seed)
    return talk_tongues.exchanges(tongue, half, seed=seed)


def measure(tongue: str, half: str, seed: int = 20261121, *, show: bool = False) -> dict[str, float]:
    right = wrong = missed = kinds = empty = quiet = 0
    for exchange in spoken(tongue, half, seed):
        lessons = [lesson for lesson in lessons_of(said_of(exchange.user)) if not refusal(lesson)]
        if not exchange.truths:
            empty += 1
            quiet += not lessons
        for truth in exchange.truths:
            found = [x for x in lessons if all(word.lower() in x.text.lower() for word in truth.must)]
            right += bool(found)
            missed += not found
            kinds += bool(found) and found[0].kind == truth.kind
        extra = [
            x
            for x in lessons
            if not any(all(w.lower() in x.text.lower() for w in t.must) for t in exchange.truths)
        ]
        wrong += len(extra)
        if show and (
            extra
            or (
                exchange.truths
                and right + missed
                and not any(
                    all(w.lower() in x.text.lower() for w in exchange.truths[0].must) for x in lessons
                )
            )
        ):
            print(
                f"  {exchange.user!r}\n    wanted {[t.must for t in exchange.truths]}, learned {[x.text for x in lessons]}"
            )
    figures = {"nothing from nothing": quiet / empty}
    if right + missed:
        figures = {
            "precision": right / max(right + wrong, 1),
            "recall": right / (right + missed),
            "kind right": kinds / max(right, 1),
        } | figures
    return figures


if __name__ == "__main__":
    for tongue in ("english", *talk_tongues.SPEECHES):
        for half in [word for word in sys.argv[1:] if word in HALVES] or HALVES:
            figures = measure(tongue, half, show="--show" in sys.argv)
            print(
                f"{tongue:8} {half:8}" + "".join(f"  {name} {value:.3f}" for name, value in figures.items())
            )
