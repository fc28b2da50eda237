# ruff: noqa: ARG005  # what is left out in an ablation ignores its arguments
"""Recall's quality: memsync beside SQLite FTS5 and plain grep on the same notes and questions, in one run.

python benchmarks/recall/run.py [--ablate] [--misses KIND] [--seed N]
"""

from __future__ import annotations

import argparse
import re
import sqlite3
import sys
import tempfile
from copy import copy
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import notes as noteset

from memsync.core.answer import Query
from memsync.core.recall import beside, question, rank, score, words
from memsync.core.scope import GLOBAL, Scope, ScopeKind
from memsync.edges.index import MemoryIndex
from memsync.edges.meaning import Meaning
from memsync.flows.meanings import learn_all
from memsync.flows.recall import Place, recall
from memsync.testing import FakeTree

SCOPES = (GLOBAL, *(Scope(kind=ScopeKind.PROJECT, name=name) for name in noteset.PROJECTS))


class Memsync:
    """Through the flow, over Whoosh."""

    def __init__(self, made, folder: Path) -> None:
        files = {note.path: note.text.encode() for note in made.notes}
        self.folder = folder / "index"
        self.index = MemoryIndex(self.folder)
        self.place = Place(
            label="",
            private=False,
            tree=FakeTree(files=files),
            index=self.index,
            admit=lambda path, raw: True,
        )
        from memsync.core.memory import read

        self.index.refresh(self.place.tree.listing(), lambda path: read(path, files[path].decode()))

    def anew(self) -> Memsync:
        """Return the same index, opened anew: what was worked out with other numbers is not known to it."""
        other = copy(self)
        other.index = MemoryIndex(self.folder)
        other.place = replace(self.place, index=other.index)
        return other

    def with_meaning(self, folder: Path) -> Memsync:
        """Return the same index, asked by meaning too."""
        other = copy(self)
        other.place = replace(self.place, sense=Meaning(folder / "meaning"))
        learn_all(other.place)
        return other

    def answer(self, text: str, limit: int = 10):
        return recall(Query(text=text, scopes=SCOPES, limit=limit), places=[self.place], now=noteset.NOW)

    def ask(self, text: str) -> list[str]:
        return [hit.memory.path for hit in self.answer(text).hits]


class Fts5:
    """SQLite FTS5, porter, BM25: as peers use it (every word, OR), and with stop words removed."""

    def __init__(self, made, *, stop: bool) -> None:
        self.stop = stop
        self.db = sqlite3.connect(":memory:")
        self.db.execute(
            "create virtual table n using fts5(path unindexed, title, body, tokenize='porter unicode61')"
        )
        for note in made.notes:
            head, _, body = note.text[4:].partition("---\n")
            title = re.search(r"^title: (.*)$", head, re.MULTILINE)[1]
            self.db.execute("insert into n values (?, ?, ?)", (note.path, title, body))

    def ask(self, text: str) -> list[str]:
        asked = [w for w in re.findall(r"\w+", text) if not (self.stop and w.lower() in words.QUESTION)]
        if not asked:
            return []
        match = " OR ".join(f'"{w}"' for w in asked)
        return [
            row[0]
            for row in self.db.execute("select path from n where n match ? order by rank limit 10", (match,))
        ]


class Grep:
    """How many of the question's words stand in a file, as grep -i would find them."""

    def __init__(self, made) -> None:
        self.texts = {note.path: note.text.lower() for note in made.notes}

    def ask(self, text: str) -> list[str]:
        asked = [w.lower() for w in re.findall(r"[\w./-]+", text) if w.lower() not in words.QUESTION]
        found = {path: sum(w in low for w in asked) for path, low in self.texts.items()}
        return [path for path, n in sorted(found.items(), key=lambda f: (-f[1], f[0])) if n][:10]


def measure(engine, made) -> dict[str, tuple[float, float, float, int]]:
    """Return kind → R@5, R@10, MRR, count, over the questions that have an answer; `all` is the mean of all questions."""
    rows: dict[str, list[tuple[float, float, float]]] = {}
    for asked in made.questions:
        if not asked.relevant:
            continue
        got = engine.ask(asked.text)
        places = [i for i, path in enumerate(got, 1) if path in asked.relevant]
        row = (
            len([p for p in places if p <= 5]) / len(asked.relevant),
            len([p for p in places if p <= 10]) / len(asked.relevant),
            1 / places[0] if places else 0.0,
        )
        rows.setdefault(asked.kind, []).append(row)
        rows.setdefault("all", []).append(row)
    return {k: (*(sum(r[i] for r in v) / len(v) for i in range(3)), len(v)) for k, v in rows.items()}


def table(results) -> None:
    kinds = sorted({k for r in results.values() for k in r}, key=lambda k: (k != "all", k))
    print("| engine | " + " | ".join(f"{k} ({next(iter(results.values()))[k][3]})" for k in kinds) + " |")
    print("|---" * (len(kinds) + 1) + "|")
    for name, result in results.items():
        print(f"| {name} | " + " | ".join(f"{result[k][1]:.3f} / {result[k][2]:.3f}" for k in kinds) + " |")


def judgement(engine: Memsync, made) -> None:
    """Print how well answerable questions are told from the others, by coverage."""
    from memsync.core.recall import search

    seen: dict[str, list[tuple[float, bool, bool]]] = {}
    keep = search.Found.nothing.fget
    last: list[float] = []

    def nothing(self):
        last.append(self.coverage if self.ranked else 0.0)
        return keep(self)

    search.Found.nothing = property(nothing)
    for asked in made.questions:
        last.clear()
        answer = engine.answer(asked.text)
        seen.setdefault(asked.kind, []).append((last[0] if last else 0.0, not answer.hits, answer.weak))
    search.Found.nothing = property(keep)
    without = [
        c for kind, rows in seen.items() if kind != "nothing" and "paraphrase" not in kind for c, _, _ in rows
    ]
    everything = [c for kind, rows in seen.items() if kind != "nothing" for c, _, _ in rows]
    absent = [c for c, _, _ in seen["nothing"]]
    print(
        f"AUC of coverage: {auc(without, absent):.3f} without paraphrases, {auc(everything, absent):.3f} with"
    )
    for kind, rows in sorted(seen.items()):
        none, weak = (sum(row[i] for row in rows) / len(rows) for i in (1, 2))
        print(f"  {kind:12} nothing {none:.1%}  weak {weak:.1%}  match {1 - none - weak:.1%}")
    answerable = [row for kind, rows in seen.items() if kind != "nothing" for row in rows]
    print(f"  answerable questions answered `nothing`: {sum(r[1] for r in answerable) / len(answerable):.2%}")


def auc(yes: list[float], no: list[float]) -> float:
    return sum((y > n) + 0.5 * (y == n) for y in yes for n in no) / (len(yes) * len(no))


ABLATIONS = {
    "without feedback": (score, {"FEEDBACK_WEIGHT": 0.0}),
    "without session neighbours": (beside, {"BESIDE": 0.0}),
    "without importance": (rank, {"IMPORTANCE": 0.0}),
    "without recency": (rank, {"RECENCY": 0.0}),
    "without scope nearness": (rank, {"NEARNESS": 0.0}),
    "without status": (rank, {"STATUS": {"superseded": 1.0}}),
    "without synonyms": (question, {"synonyms": lambda term: ()}),
    "without kindred words": (question, {"kindred": lambda term: ()}),
    "without either": (question, {"synonyms": lambda term: (), "kindred": lambda term: ()}),
    "without typos": (question, {"_near": lambda term, view: []}),
    "without dates in words": (question, {"dates_in": lambda text, now: ()}),
    "without joined neighbours": (question, {"JOINED": 0.0}),
    "without stop words for questions": (question, {"QUESTION": words.UNINDEXED}),
    "K1 1.2": (score, {"K1": 1.2}),
}


def without_synonyms(engine: Memsync, made):
    """Measure with an empty list of synonyms: the hand that wrote it knew the paraphrases, so here is what it is not needed for."""
    kept, question.synonyms = question.synonyms, lambda term: ()
    try:
        return measure(engine.anew(), made)
    finally:
        question.synonyms = kept


def ablate(engine: Memsync, made) -> None:
    results = {"memsync": measure(engine, made)}
    for name, (module, values) in ABLATIONS.items():
        kept = {key: getattr(module, key) for key in values}
        for target in (module, __import__("memsync.core.recall.search", fromlist=["x"])):
            for key, value in values.items():
                if hasattr(target, key):
                    setattr(target, key, value)
        results[name] = measure(engine.anew(), made)
        for target in (module, __import__("memsync.core.recall.search", fromlist=["x"])):
            for key, value in kept.items():
                if hasattr(target, key):
                    setattr(target, key, value)
    table(results)


def misses(engine: Memsync, made, kind: str) -> None:
    texts = {note.path: note.text.split("---\n", 2)[2].strip() for note in made.notes}
    for asked in made.questions:
        if asked.kind == kind:
            got = engine.ask(asked.text)
            places = [i for i, p in enumerate(got, 1) if p in asked.relevant]
            if not places or places[0] > 1:
                print(
                    f"{places} {asked.text!r} wanted {[texts[p][:90] for p in asked.relevant]} got {[texts[p][:60] for p in got[:3]]}"
                )


def compare(engine: Memsync, made, folder: Path) -> None:
    """Print all engines beside each other, and how well memsync tells what has no answer."""
    meaning = engine.with_meaning(folder)
    print(f"{len(made.notes)} notes, {len(made.questions)} questions; R@10 / MRR by kind (how many)\n")
    table(
        {
            "grep -i": measure(Grep(made), made),
            "FTS5 porter": measure(Fts5(made, stop=False), made),
            "FTS5 porter, stop words removed": measure(Fts5(made, stop=True), made),
            "memsync": measure(engine, made),
            "memsync[semantic]": measure(meaning, made),
            "memsync, no synonyms": without_synonyms(engine, made),
            "memsync[semantic], no synonyms": without_synonyms(meaning, made),
        }
    )
    for name, each in {"memsync": engine, "memsync[semantic]": meaning}.items():
        print(f"\n{name}")
        judgement(each, made)


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--ablate", action="store_true")
    options.add_argument("--misses", default="")
    options.add_argument("--seed", type=int, default=7)
    given = options.parse_args()
    made = noteset.build(seed=given.seed)
    with tempfile.TemporaryDirectory() as folder:
        engine = Memsync(made, Path(folder))
        if given.misses:
            misses(engine, made, given.misses)
            return
        if given.ablate:
            ablate(engine, made)
            return
        compare(engine, made, Path(folder))


if __name__ == "__main__":
    main()
