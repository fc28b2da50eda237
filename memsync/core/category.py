"""Category: what kind of thing a memory says, and the folder that holds its kind."""

from __future__ import annotations

from enum import StrEnum

from memsync.errors import BadInput


class Category(StrEnum):
    """The closed set of kinds. A file of any other kind keeps its own word and is shown as a note."""

    FACT = "fact"
    PREFERENCE = "preference"
    DECISION = "decision"
    PERSON = "person"
    PROJECT_CONTEXT = "project-context"
    TASK = "task"
    CODE_SNIPPET = "code-snippet"
    CONFIGURATION = "configuration"
    NOTE = "note"
    PROMPT = "prompt"
    SESSION = "session"


FOLDERS: dict[Category, str] = {
    Category.CODE_SNIPPET: "code-snippets",
    Category.PROMPT: "prompts",
    Category.SESSION: "session-notes",
}
"""Categories whose folder is not simply their name."""

ANY_TEXT_FOLDERS = frozenset({"code-snippets", "prompts"})
"""Folders in which text files of other types than markdown are memories too."""

_WORDS = frozenset(map(str, Category))  # Python 3.11 has no `str in StrEnum`
_OTHER_WORDS = {
    "people": Category.PERSON,
    "persons": Category.PERSON,
    "session-note": Category.SESSION,
    "session-notes": Category.SESSION,
    "snippet": Category.CODE_SNIPPET,
    "snippets": Category.CODE_SNIPPET,
    "config": Category.CONFIGURATION,
    "context": Category.PROJECT_CONTEXT,
}


def folder_of(category: Category) -> str:
    """Return the name of the folder, within a scope, that holds this category."""
    return FOLDERS.get(category, str(category))


def find_category(word: str) -> Category | None:
    """Return the category a word or folder name stands for (singular, plural, `_` for `-`), or None."""
    plain = word.strip().lower().replace("_", "-").replace(" ", "-")
    for candidate in (
        plain,
        plain.removesuffix("s"),
        plain.removesuffix("es"),
        plain.removesuffix("ies") + "y",
    ):
        if candidate in _WORDS:
            return Category(candidate)
    return _OTHER_WORDS.get(plain)


def parse_category(word: str) -> Category:
    """Like find_category, but raises BadInput with the list of categories."""
    found = find_category(word)
    if found is None:
        raise BadInput("category", f"{word!r} is not a category", hint=f"Categories: {', '.join(Category)}.")
    return found
