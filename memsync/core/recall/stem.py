"""Stems of English words: Porter 2, after Martin Porter's "The English (Porter2) stemming algorithm" (snowballstem.org).

Written here, because the library that has it imports thirty languages first, which takes longer than answering a question; a test
holds the two together. Words of other languages come out nearly as they went in, always the same.
"""

from __future__ import annotations

from functools import lru_cache

_VOWELS = frozenset("aeiouy")
_DOUBLES = frozenset(("bb", "dd", "ff", "gg", "mm", "nn", "pp", "rr", "tt"))
_LI = frozenset("cdeghkmnrt")
_WHOLE = {
    "skis": "ski", "skies": "sky", "idly": "idl", "gently": "gentl", "ugly": "ugli", "early": "earli",
    "only": "onli", "singly": "singl", "sky": "sky", "news": "news", "howe": "howe", "atlas": "atlas", "cosmos": "cosmos",
    "bias": "bias", "andes": "andes",
}  # fmt: skip
_AFTER_1A = frozenset(("inning", "outing", "canning", "herring", "earring", "proceed", "exceed", "succeed"))
_HEADS = ("gener", "commun", "arsen", "past", "univers", "later", "emerg", "organ", "inter")
_STEP_2 = (
    ("ational", "ate"), ("fulness", "ful"), ("iveness", "ive"), ("ization", "ize"), ("ousness", "ous"), ("biliti", "ble"),
    ("lessli", "less"), ("tional", "tion"), ("alism", "al"), ("aliti", "al"), ("ation", "ate"), ("entli", "ent"), ("fulli", "ful"),
    ("iviti", "ive"), ("ousli", "ous"), ("ogist", "og"), ("abli", "able"), ("alli", "al"), ("anci", "ance"), ("ator", "ate"), ("enci", "ence"),
    ("izer", "ize"), ("bli", "ble"), ("ogi", "og"), ("li", ""),
)  # fmt: skip
_STEP_3 = (
    ("ational", "ate"), ("tional", "tion"), ("alize", "al"), ("ative", ""), ("icate", "ic"), ("iciti", "ic"), ("ical", "ic"),
    ("ness", ""), ("ful", ""),
)  # fmt: skip
_STEP_4 = (
    "ement",
    "able",
    "ance",
    "ence",
    "ible",
    "ment",
    "ant",
    "ate",
    "ent",
    "ion",
    "ism",
    "iti",
    "ive",
    "ize",
    "ous",
    "al",
    "er",
    "ic",
)


@lru_cache(maxsize=1 << 15)
def stem(word: str) -> str:
    """Return the stem of a folded lower-case word."""
    if len(word) < 3:
        return word
    if word in _WHOLE:
        return _WHOLE[word]
    marked = _marked(word)
    r1 = _first_region(marked)
    r2 = _region(marked, r1)
    marked = _step_1a(marked)
    if marked in _AFTER_1A:
        return marked
    marked = _step_1c(_step_1b(marked, r1))
    marked = _replaced(marked, _STEP_2, r1, r2)
    marked = _replaced(marked, _STEP_3, r1, r2)
    return _step_5(_step_4(marked, r2), r1, r2).replace("Y", "y")


def _marked(word: str) -> str:
    """Write y as Y where it is a consonant: at the start and after a vowel."""
    if "y" not in word:
        return word
    letters = list(word)
    for i, letter in enumerate(letters):
        if letter == "y" and (i == 0 or letters[i - 1] in _VOWELS):
            letters[i] = "Y"
    return "".join(letters)


def _first_region(word: str) -> int:
    head = next((h for h in _HEADS if word.startswith(h)), "")
    return len(head) or _region(word, 0)


def _region(word: str, start: int) -> int:
    """Return where the region after the first consonant that follows a vowel begins."""
    for i in range(start + 1, len(word)):
        if word[i] not in _VOWELS and word[i - 1] in _VOWELS:
            return i + 1
    return len(word)


def _has_vowel(text: str) -> bool:
    return any(letter in _VOWELS for letter in text)


def _is_short_syllable(word: str) -> bool:
    if word == "past":
        return True
    if len(word) == 2:
        return word[0] in _VOWELS and word[1] not in _VOWELS
    return (
        len(word) > 2
        and word[-1] not in _VOWELS
        and word[-1] not in "wxY"
        and word[-2] in _VOWELS
        and word[-3] not in _VOWELS
    )


def _step_1a(word: str) -> str:
    if word.endswith("sses"):
        return word[:-2]
    if word.endswith(("ied", "ies")):
        return word[:-2] if len(word) > 4 else word[:-1]
    if word.endswith(("us", "ss")) or not word.endswith("s"):
        return word
    return word[:-1] if _has_vowel(word[:-2]) else word


def _step_1b(word: str, r1: int) -> str:
    for ending in ("eedly", "eed"):
        if word.endswith(ending):
            return word[: -len(ending)] + "ee" if len(word) - len(ending) >= r1 else word
    ending = next((e for e in ("ingly", "edly", "ing", "ed") if word.endswith(e)), "")
    rest = word[: len(word) - len(ending)]
    if not ending or not _has_vowel(rest):
        return word
    if ending == "ing" and len(rest) == 2 and rest[1] == "y" and rest[0] not in _VOWELS:
        return rest[0] + "ie"  # dying, lying, tying
    if rest.endswith(("at", "bl", "iz")):
        return rest + "e"
    if rest[-2:] in _DOUBLES:
        return rest if len(rest) == 3 and rest[0] in "aeo" else rest[:-1]  # add, egg, off
    return rest + "e" if len(rest) <= r1 and _is_short_syllable(rest) else rest


def _step_1c(word: str) -> str:
    if word[-1] in "yY" and len(word) > 2 and word[-2] not in _VOWELS:
        return word[:-1] + "i"
    return word


def _replaced(word: str, endings: tuple[tuple[str, str], ...], r1: int, r2: int) -> str:
    """Replace the longest of these endings, if it stands in the region it has to."""
    for ending, other in endings:
        if not word.endswith(ending):
            continue
        rest = word[: -len(ending)]
        fits = len(rest) >= (r2 if ending == "ative" else r1)
        if ending == "li":
            fits = fits and rest[-1:] in _LI
        elif ending == "ogi":
            fits = fits and rest[-1:] == "l"
        return rest + other if fits else word
    return word


def _step_4(word: str, r2: int) -> str:
    ending = next((e for e in _STEP_4 if word.endswith(e)), "")
    rest = word[: len(word) - len(ending)]
    if not ending or len(rest) < r2 or (ending == "ion" and rest[-1:] not in ("s", "t")):
        return word
    return rest


def _step_5(word: str, r1: int, r2: int) -> str:
    rest = word[:-1]
    if word.endswith("e"):
        return rest if len(rest) >= r2 or (len(rest) >= r1 and not _is_short_syllable(rest)) else word
    if word.endswith("ll") and len(rest) >= r2:
        return rest
    return word
