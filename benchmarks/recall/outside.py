"""Questions nobody here wrote: the first sentence of a function's docstring, asked of the function's body, over Python's own library.

What a function is for in its author's words, against names and code: an outside check that what helps on our own questions
(written by the hand that also wrote the list of synonyms) helps elsewhere too. `paraphrase`: by the same rule as in notes.py.

python benchmarks/recall/outside.py [--seed 1] [--count 1500]
"""

from __future__ import annotations

import argparse
import ast
import random
import re
import sys
import sysconfig
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import notes as noteset
import run

LEFT_OUT = ("test", "tests", "idlelib", "lib2to3", "site-packages", "encodings", "ensurepip", "turtledemo")


def functions():
    """Yield (module, name, first sentence, body) of every documented function of the standard library."""
    top = Path(sysconfig.get_path("stdlib"))
    for path in sorted(top.rglob("*.py")):
        parts = path.relative_to(top).parts
        if any(part in LEFT_OUT for part in parts):
            continue
        text = path.read_text(errors="replace")
        lines = text.splitlines()
        for node in ast.walk(ast.parse(text)):
            told = ast.get_docstring(node) if isinstance(node, ast.FunctionDef) else None
            if not told or len(node.body) < 2:
                continue
            first = re.split(r"\.\s|\n\s*\n", told)[0]
            sentence = " ".join(
                re.sub(r"[^\w\s'./]", " ", first).split()
            )  # plain words: no operators, no quotes
            body = "\n".join(lines[node.body[1].lineno - 1 : node.end_lineno])
            if 4 <= len(sentence.split()) <= 20 and 80 <= len(body) <= 1500:
                yield "/".join(parts), node.name, sentence, body


def build(*, seed: int, count: int) -> noteset.Set:
    """Return notes with the function's body alone, titled by its module, and a question for each."""
    rng = random.Random(seed)
    found = list({sentence: each for each in functions() for sentence in (each[2],)}.values())
    made = noteset.Set()
    for module, _, sentence, body in rng.sample(found, min(count, len(found))):
        path = made.note("code-snippet", module, body)
        kind = "paraphrase" if noteset.is_paraphrase(sentence, f"{module} {body}") else "re-asked"
        made.ask(kind, sentence, path)
    return made


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--count", type=int, default=1500)
    options.add_argument("--ablate", action="store_true")
    given = options.parse_args()
    made = build(seed=given.seed, count=given.count)
    print(f"Python {sys.version.split()[0]}: {len(made.notes)} functions\n")
    with tempfile.TemporaryDirectory() as folder:
        engine = run.Memsync(made, Path(folder))
        if given.ablate:
            run.ablate(engine, made)
            return
        run.table(
            {
                "FTS5 porter, stop words removed": run.measure(run.Fts5(made, stop=True), made),
                "memsync": run.measure(engine, made),
            }
        )


if __name__ == "__main__":
    main()
