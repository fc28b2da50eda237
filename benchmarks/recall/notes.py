# ruff: noqa: ARG001  # every part takes the same two arguments
"""A set of developers' notes and questions, generated: the same for everybody who runs it.

The hand-written part is in topics.py; the rest comes from templates and a seed: identifiers, paths, error lines, dated
standups, owners, reversed decisions, important and unimportant versions, and many notes that are nearly alike.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import fresh
import reasked
import topics
from snowballstemmer import stemmer

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
PROJECTS = ("shop-0123456789abcdef", "clinic-1123456789abcdef", "tools-2123456789abcdef")
FOLDERS = {"code-snippet": "code-snippets", "prompt": "prompts", "session": "session-notes"}


@dataclass(kw_only=True)
class Note:
    path: str
    text: str


@dataclass(kw_only=True)
class Question:
    kind: str
    text: str
    relevant: frozenset[str]
    held_out: bool = False  # never looked at while synonyms and numbers are chosen


@dataclass(kw_only=True)
class Set:
    notes: list[Note] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)

    def note(
        self,
        category: str,
        title: str,
        body: str,
        *,
        scope: str = "global",
        when: datetime | None = None,
        **fields: str,
    ) -> str:
        path = f"{scope}/{FOLDERS.get(category, category)}/n{len(self.notes):05}.md"
        when = when or NOW - timedelta(days=30 + len(self.notes) % 300)
        stamp = f"{when:%Y-%m-%dT%H:%M:%SZ}"
        head = {"title": title, "category": category, "created": stamp, "updated": stamp} | fields
        lines = "".join(f"{k}: {v}\n" for k, v in head.items())
        self.notes.append(Note(path=path, text=f"---\n{lines}---\n{body}\n"))
        return path

    def ask(self, kind: str, text: str, *paths: str, held_out: bool = False) -> None:
        self.questions.append(Question(kind=kind, text=text, relevant=frozenset(paths), held_out=held_out))


SERVICES = [
    "checkout",
    "billing",
    "search",
    "gateway",
    "notifier",
    "scheduler",
    "ledger",
    "catalog",
    "identity",
    "media",
    "reports",
    "webhooks",
]
PEOPLE = [
    "Amara Diallo",
    "Bjorn Larsen",
    "Chen Wei",
    "Dora Novak",
    "Elif Kaya",
    "Farid Haddad",
    "Greta Blum",
    "Hugo Silva",
    "Ines Rossi",
    "Jamal Carter",
    "Kira Petrova",
    "Liam Byrne",
]
VERBS = ["parse", "load", "merge", "render", "validate", "resolve", "encode", "flush", "collect", "trim"]
NOUNS = ["Invoice", "Session", "Cart", "Token", "Patient", "Slot", "Report", "Schema", "Avatar", "Ledger"]
PURPOSES = [
    "before the request leaves",
    "and keeps the order stable",
    "without touching the database",
    "once per tenant",
    "and returns None for blanks",
    "after the lock is taken",
    "lazily, on first use",
    "in batches of a hundred",
]
FOLDERS_OF_CODE = [
    "src/api",
    "src/core",
    "apps/web/lib",
    "packages/shared",
    "services/worker",
    "infra/modules",
]
ERRORS = [
    ("ECONNREFUSED", "connect ECONNREFUSED 10.88.4.{n}:5432", "the bastion tunnel is down, restart it"),
    (
        "TS2345",
        "error TS2345: Argument of type 'string | undefined' is not assignable to parameter of type '{N}'",
        "narrow it with a guard first",
    ),
    (
        "E0499",
        "error[E0499]: cannot borrow `{v}` as mutable more than once at a time",
        "split the struct or clone the handle",
    ),
    (
        "ORA-01555",
        "ORA-01555: snapshot too old: rollback segment number {n}",
        "the export must run outside the nightly load",
    ),
    (
        "SIGSEGV",
        "worker {n} exited on signal 11 (SIGSEGV) in lib{v}.so",
        "the native extension needs glibc 2.36",
    ),
    (
        "ImportError",
        "ImportError: cannot import name '{v}{N}' from partially initialized module '{v}'",
        "a circular import, move it into the function",
    ),
    (
        "OOMKilled",
        "Back-off restarting failed container {v}-{n}: OOMKilled",
        "raise the memory limit to 768Mi",
    ),
    (
        "EADDRINUSE",
        "listen EADDRINUSE: address already in use :::{n}",
        "an old dev server still runs, kill it",
    ),
    (
        "P2002",
        "PrismaClientKnownRequestError: Unique constraint failed on the fields: (`{v}_{n}`) P2002",
        "the seed ran twice",
    ),
    (
        "x509",
        "x509: certificate signed by unknown authority ({v}.internal)",
        "add the company root to the image",
    ),
]
STANDUP = [
    "rate limiting",
    "the new onboarding",
    "invoice export",
    "flaky tests",
    "dark mode",
    "search relevance",
    "the mobile release",
    "cost of logs",
]


def build(*, seed: int = 7, copies: int = 0) -> Set:
    """Return the set; `copies` more filler notes make it larger without changing what answers."""
    rng = random.Random(seed)
    made = Set()
    for part in (
        _topics,
        _nearly_alike,
        _identifiers,
        _errors,
        _standups,
        _owners,
        _reversals,
        _importance,
        _cjk,
        _typos,
        _nothing,
        _conversations,
        _fresh,
    ):
        part(made, rng)
    for n in range(copies):
        made.note("note", f"Filler {n}", _filler(rng), scope=f"projects/{rng.choice(PROJECTS)}")
    return made


def _rows(text: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.split(" | ")] for line in text.strip().splitlines()]


# The Snowball project's list of English stop words, as far as a question has them: no engine's own list decides what is a paraphrase.
_STOP = frozenset(
    """i me my we our us you your he him his she her it its they them their what which who whom this that these those am is are
    was were be been being have has had having do does did doing would should could ought a an the and but if or because as
    until while of at by for with about against between into through during before after above below to from up down in out
    on off over under again further then once here there when where why how all any both each few more most other some such
    no nor not only own same so than too very can may let cannot isn t don doesn didn won s""".split()
)
_STEMMER = stemmer("english")


def content(text: str) -> frozenset[str]:
    """Return the stems of a text's content words."""
    return frozenset(_STEMMER.stemWords(w for w in re.findall(r"\w+", text.lower()) if w not in _STOP))


def is_paraphrase(question: str, note: str) -> bool:
    """Whether fewer than half of a question's content words are the note's own."""
    asked = content(question)
    return 2 * len(asked & content(note)) < len(asked)


def _topics(made: Set, rng: random.Random) -> None:
    again = _rows(reasked.REASKED)
    for i, (category, title, body, direct, stranger) in enumerate(_rows(topics.TOPICS)):
        scope = "global" if i % 3 == 0 else f"projects/{PROJECTS[i % 3]}"
        path = made.note(category, title, body, scope=scope, tags="[team]" if i % 4 else "[team, web]")
        made.ask("direct", direct, path)
        for text in (stranger, *again[i][1:]):
            kind = "paraphrase" if is_paraphrase(text, f"{title} {body}") else "re-asked"
            made.ask(kind, text, path, held_out=i % 2 == 1)


def _fresh(made: Set, rng: random.Random) -> None:
    for i, (category, title, body, *asked) in enumerate(_rows(fresh.FRESH)):
        scope = "global" if i % 3 == 0 else f"projects/{PROJECTS[i % 3]}"
        path = made.note(category, title, body, scope=scope)
        for text in asked:
            kind = "fresh paraphrase" if is_paraphrase(text, f"{title} {body}") else "re-asked"
            made.ask(kind, text, path, held_out=True)


def _nearly_alike(made: Set, rng: random.Random) -> None:
    kinds = [
        (
            "Timeout of {s}",
            "The {s} service gives up after {n} seconds and retries {m} times with exponential backoff.",
            "how long until {s} gives up",
        ),
        ("Port of {s}", "{s} listens on port {n}0{m} in every environment.", "which port does {s} listen on"),
        (
            "Dashboard of {s}",
            "Grafana board {s}-overview shows latency and error rate; the alert fires at {n} percent.",
            "when does the alert of {s} fire",
        ),
        (
            "Queue of {s}",
            "{s} consumes the topic {s}.commands with {m} workers; messages older than {n} minutes are dropped.",
            "how many workers consume {s}.commands",
        ),
        (
            "Deploy of {s}",
            "{s} is deployed by the pipeline {s}-release, canary at {n} percent for {m} minutes.",
            "what is the canary share of {s}",
        ),
    ]
    for service in SERVICES:
        for title, body, question in kinds:
            n, m = rng.randint(2, 60), rng.randint(2, 9)
            path = made.note(
                "fact",
                title.format(s=service),
                body.format(s=service, n=n, m=m),
                scope=f"projects/{PROJECTS[n % 3]}",
            )
            made.ask("several", question.format(s=service), path)


def _identifiers(made: Set, rng: random.Random) -> None:
    for verb in VERBS:
        for noun in rng.sample(NOUNS, 6):
            camel, snake = f"{verb}{noun}", f"{verb}_{noun.lower()}"
            folder, suffix = rng.choice(FOLDERS_OF_CODE), rng.choice(["ts", "py"])
            name, file = (camel, f"{camel}.ts") if suffix == "ts" else (snake, f"{snake}.py")
            body = f"`{name}()` in {folder}/{file} works {rng.choice(PURPOSES)}. Covered by tests/{file}."
            path = made.note("code-snippet", f"About {name}", body, scope=f"projects/{rng.choice(PROJECTS)}")
            made.ask("identifier", f"what does {camel if suffix == 'py' else snake} do", path)
            if rng.random() < 0.6:
                made.ask("path", f"notes about {folder}/{file}", path)
            elif rng.random() < 0.5:
                made.ask("path", f"{file} quirks", path)


def _errors(made: Set, rng: random.Random) -> None:
    for code, line, cure in ERRORS:
        for _ in range(3):
            filled = line.format(n=rng.randint(11, 99), N=rng.choice(NOUNS), v=rng.choice(VERBS))
            path = made.note(
                "note",
                f"{code} again",
                f"Seen in the pipeline:\n\n    {filled}\n\nCure: {cure}.",
                scope=f"projects/{rng.choice(PROJECTS)}",
            )
            noise = f"2026-11-20T09:{rng.randint(10, 59)}:07Z [worker-{rng.randint(1, 9)}] {filled}"
            made.ask("error line", noise, path)


def _standups(made: Set, rng: random.Random) -> None:
    for topic in STANDUP:
        for month in range(1, 11):
            who = rng.choice(PEOPLE)
            when = datetime(2026, month, rng.randint(2, 26), 9, tzinfo=UTC)
            path = made.note(
                "session",
                f"Standup about {topic}",
                f"{who} reported progress on {topic}; next step agreed with the team.",
                when=when,
            )
            if month % 2:
                made.ask("temporal", f"what was said about {topic} in {when:%B}", path)
            elif month == 10:
                made.ask("temporal", f"{topic} last month", path)
            elif month % 4 == 0:
                made.ask("temporal", f"standup {topic} {when:%Y-%m-%d}", path)


def _owners(made: Set, rng: random.Random) -> None:
    for service, who in zip(SERVICES, PEOPLE, strict=True):
        path = made.note(
            "person", who, f"{who} owns the {service} service and is on call for it on weekdays."
        )
        made.ask("person", f"who owns {service}", path)
        made.ask("person", f"what is {who.split()[0]} responsible for", path)


def _reversals(made: Set, rng: random.Random) -> None:
    for n, (old, new, what) in enumerate(
        [
            ("Jest", "Vitest", "unit tests"),
            ("Heroku", "Fly.io", "hosting"),
            ("Jenkins", "Buildkite", "builds"),
            ("Sentry", "GlitchTip", "crash reports"),
            ("Notion", "Outline", "the handbook"),
            ("Slack", "Zulip", "chat"),
        ]
    ):
        identity = f"01KDP3ABCDEFGHJKMNPQRSTV{n:02}"
        made.note(
            "decision",
            f"{old} for {what}",
            f"We use {old} for {what}; it is what everybody knows.",
            when=NOW - timedelta(days=500),
            id=identity,
            status="superseded",
        )
        path = made.note(
            "decision",
            f"{new} for {what}",
            f"We moved {what} to {new}.",
            when=NOW - timedelta(days=40),
            supersedes=f"[{identity}]",
        )
        made.ask("reversal", f"what do we use for {what}", path)
        made.ask("reversal", f"is {old} used for {what}", path)
    for what in (
        "retention of recordings",
        "size of avatars",
        "length of trials",
        "number of replicas",
        "age of tokens",
        "limit of seats",
    ):
        for age, value in ((700, 10), (400, 20), (15, 30)):
            path = made.note(
                "fact",
                f"The {what}",
                f"The {what} is {value} since the review.",
                when=NOW - timedelta(days=age),
            )
        made.ask("newest", f"what is the {what}", path)


def _importance(made: Set, rng: random.Random) -> None:
    phrases = ["Somebody asked about", "Ask before", "Mentioned in passing:"]
    for turn, what in enumerate(
        (
            "deleting tenants",
            "touching the ledger table",
            "changing the public schema",
            "editing generated files",
            "rotating keys",
            "editing dns",
        )
    ):
        # Which of the phrases is the important one changes, so that neither its length nor its place can decide.
        for weight, words in zip((0.2, 0.95, 0.3), phrases[turn % 3 :] + phrases[: turn % 3], strict=True):
            path = made.note(
                "preference",
                f"On {what}",
                f"{words} {what}, see the handbook.",
                importance=str(weight),
                when=NOW - timedelta(days=100),
            )
            if weight > 0.9:
                best = path
        made.ask("importance", f"what about {what}", best)


def _cjk(made: Set, rng: random.Random) -> None:
    for _language, title, body, question in _rows(topics.CJK):
        made.ask("CJK", question, made.note("note", title, body))


def _typos(made: Set, rng: random.Random) -> None:
    for n, row in enumerate(_rows(topics.TOPICS)):
        words = row[3].split()
        longest = max(range(len(words)), key=lambda i: len(words[i]))
        word = words[longest]
        if len(word) < 6 or not word.isalpha():
            continue
        at = rng.randint(2, len(word) - 2)
        slip = rng.choice(
            [
                word[:at] + word[at + 1 :],
                word[:at] + word[at + 1] + word[at] + word[at + 2 :] if at + 1 < len(word) else word[:-1],
                word[:at] + rng.choice("aeiou") + word[at:],
            ]
        )
        words[longest] = slip
        made.ask("typo", " ".join(words), made.notes[n].path)


def _nothing(made: Set, rng: random.Random) -> None:
    for text in topics.NOTHING.strip().splitlines():
        made.ask("nothing", text)


ASKED = [
    (
        "Does anybody know on which port the {thing} listens?",
        "{n}, since the move.",
        "on which port does the {thing} listen",
    ),
    ("Who is going to look after the {thing}?", "I will, from Monday on.", "who looks after the {thing}"),
    (
        "Why was the {thing} switched off yesterday?",
        "It had eaten the whole disk again.",
        "why was the {thing} switched off",
    ),
    (
        "How long may the {thing} take at most?",
        "Not more than {n} minutes, we agreed.",
        "how long may the {thing} take",
    ),
]
THINGS = [
    "metrics exporter",
    "label printer",
    "thumbnail farm",
    "address checker",
    "invoice robot",
    "badge reader",
]
SMALL_TALK = [
    "Good point.",
    "Let me check that after lunch.",
    "Fine with me.",
    "We can talk about it in the next round.",
]


def _conversations(made: Set, rng: random.Random) -> None:
    """Sessions written down turn by turn: the turn that answers has no word of the question, the one before it has them all."""
    day = datetime(2026, 9, 1, 9, tzinfo=UTC)
    for thing in THINGS:
        turns = []
        for asked, told, question in rng.sample(ASKED, len(ASKED)):
            n = rng.randint(12, 90)
            turns += [(asked.format(thing=thing), ""), (told.format(n=n), question.format(thing=thing))]
            turns += [(rng.choice(SMALL_TALK), "")]
        for i, (text, question) in enumerate(turns):
            who = PEOPLE[i % 2].split()[0]
            path = made.note("session", f"{who} said", text, when=day + timedelta(seconds=40 * i))
            if question:
                made.ask("conversation", question, path)
        day += timedelta(days=3)


def _filler(rng: random.Random) -> str:
    names = [f"w{int(rng.paretovariate(0.9)) % 60_000}" for _ in range(rng.randint(40, 120))]
    return " ".join(names)
