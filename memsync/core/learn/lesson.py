"""Lesson: something a conversation taught, before it is a memory; and what is never learned, whoever proposes it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from memsync.core.category import Category
from memsync.core.hooks.block import clean
from memsync.core.learn.orders import ORDERS
from memsync.core.memory import Draft, Status, title_from
from memsync.core.scope import GLOBAL

if TYPE_CHECKING:
    from memsync.core.scope import Scope

LONGEST = 600
"""Characters of a lesson. What needs more is no lesson but a document, and somebody should write it on purpose."""

TAG = "learned"
IMPORTANCE = 0.4

_REDACTED = re.compile(r"\[REDACTED\b")


class Kind(StrEnum):
    """What sort of thing is learned."""

    FACT = "fact"
    PREFERENCE = "preference"
    DECISION = "decision"
    PERSON = "person"
    CORRECTION = "correction"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """Something learned. `personal`: it is about the user and holds in every project, not only in this one."""

    kind: Kind
    text: str
    title: str = ""
    keywords: tuple[str, ...] = ()
    personal: bool = False


def refusal(lesson: Lesson) -> str:
    """Return why a lesson must not be learned, or an empty text: it gives orders, had a secret in it, or is too long or short."""
    whole = "\n".join((lesson.text, lesson.title, *lesson.keywords))
    if clean(whole) != whole:
        return "has characters that are not seen"
    if ORDERS.search(whole.replace("\u2019", "'")):
        return "gives orders to an assistant"
    if _REDACTED.search(whole):
        return "had a secret in it"
    if len(lesson.text) > LONGEST or len(lesson.title) > LONGEST // 4:
        return "is too long"
    return "" if len(lesson.text.split()) >= 3 else "says too little"


def draft_of(lesson: Lesson, *, scope: Scope, instance: str) -> Draft:
    """Return what is to be remembered: a candidate, which a person or its use may promote."""
    categories = {
        Kind.PREFERENCE: Category.PREFERENCE,
        Kind.DECISION: Category.DECISION,
        Kind.PERSON: Category.PERSON,
    }
    return Draft(
        body=lesson.text.strip() + "\n",
        title=" ".join(lesson.title.split()) or title_from(lesson.text),
        category=categories.get(lesson.kind, Category.FACT),
        tags=(TAG, "correction") if lesson.kind is Kind.CORRECTION else (TAG,),
        keywords=lesson.keywords,
        scope=GLOBAL if lesson.personal else scope,
        importance=IMPORTANCE,
        instance=instance,
        status=Status.CANDIDATE,
    )
