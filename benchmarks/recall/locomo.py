"""The public LoCoMo task (Maharana et al. 2024), to compare with others by and never to tune on. Its data is not here: CC BY-NC 4.0.

python benchmarks/recall/locomo.py PATH-TO/locomo10.json [--semantic]

`locomo10.json` is in the repository snap-research/locomo. Each turn of a conversation is one memory and each conversation one
store; a question's relevant memories are the turns it lists as evidence. Macro means over the questions that list any.
Its title is who said it and when its session was, as others store it who have measured this task (FTS5's figures then agree
with theirs). With session order the turns are session notes with the time they were said; without, they are plain notes.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import notes as noteset
import run

TURN = re.compile(r"D\d+:\d+")


def said(text: str) -> datetime:
    """Return when a session was, from words like `1:56 pm on 8 May, 2023`."""
    return datetime.strptime(text.replace(",", ""), "%I:%M %p on %d %B %Y").replace(tzinfo=UTC)


def conversation(sample, *, ordered: bool) -> noteset.Set:
    """Return one conversation: a note for each turn, and its questions."""
    made, paths = noteset.Set(), {}
    talk = sample["conversation"]
    for number in range(1, 100):
        turns = talk.get(f"session_{number}")
        if turns is None:
            continue
        when = talk[f"session_{number}_date_time"]
        start = said(when)
        for i, turn in enumerate(turns):
            text = " ".join(filter(None, (turn["text"], turn.get("blip_caption", ""))))
            paths[turn["dia_id"]] = made.note(
                "session" if ordered else "note",
                json.dumps(f"{turn['speaker']}, {when}"),
                text,
                when=start + timedelta(seconds=20 * i),
            )
    for asked in sample["qa"]:
        turns = {t for line in asked.get("evidence", ()) for t in TURN.findall(line)} & paths.keys()
        if turns:
            made.ask(
                f"category {asked['category']}",
                asked["question"].replace(":", " "),
                *(paths[t] for t in turns),
            )
    return made


def measured(samples, *, ordered: bool, semantic: bool):
    """Return memsync's measures and FTS5's over all conversations: engine → kind → R@5, R@10, MRR, count."""
    sums: dict[str, dict[str, list[float]]] = {}
    for sample in samples:
        made = conversation(sample, ordered=ordered)
        with tempfile.TemporaryDirectory() as folder:
            engine = run.Memsync(made, Path(folder))
            engines = {"FTS5 porter, stop words removed": run.Fts5(made, stop=True), "memsync": engine}
            if semantic:
                engines["memsync[semantic]"] = engine.with_meaning(Path(folder))
            for name, each in engines.items():
                for kind, row in run.measure(each, made).items():
                    into = sums.setdefault(name, {}).setdefault(kind, [0.0, 0.0, 0.0, 0])
                    for i in range(3):
                        into[i] += row[i] * row[3]
                    into[3] += row[3]
    return {
        n: {k: (*(v[i] / v[3] for i in range(3)), v[3]) for k, v in kinds.items()}
        for n, kinds in sums.items()
    }


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("path", type=Path)
    options.add_argument("--semantic", action="store_true")
    given = options.parse_args()
    samples = json.loads(given.path.read_text())
    for ordered in (False, True):
        print(f"\n{'with' if ordered else 'without'} session order: R@5 / R@10 / MRR")
        for name, kinds in measured(samples, ordered=ordered, semantic=given.semantic).items():
            for kind, (r5, r10, mrr, count) in sorted(kinds.items()):
                print(f"  {name:32} {kind:12} {r5:.3f} / {r10:.3f} / {mrr:.3f}  ({count})")


if __name__ == "__main__":
    main()
