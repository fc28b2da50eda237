"""People talking to an assistant: 200 made-up exchanges, half with something worth keeping, half without.

The sentences were written from how people talk at work, before there were rules that look for anything. The second half
(`far`) has other templates than the first (`near`): rules may be looked at beside `near` only, so `far` shows what they
are worth. Everything follows from the seed.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

NAMES = ["Priya", "Tom", "Ana Souza", "Jürgen", "Mei", "Olu", "Katarzyna", "Ben", "Farida", "Marco"]
TOOLS = [("pnpm", "npm"), ("ruff", "flake8"), ("Postgres", "MySQL"), ("vitest", "jest"), ("podman", "docker"),
         ("uv", "poetry"), ("Zustand", "Redux"), ("FastAPI", "Flask"), ("Terraform", "Pulumi"), ("Valkey", "Redis")]  # fmt: skip
SERVICES = [
    "billing",
    "checkout",
    "search",
    "auth",
    "notifications",
    "the importer",
    "invoicing",
    "the gateway",
]
PATHS = [
    "src/api/client.ts",
    "infra/prod",
    "scripts/deploy.sh",
    "packages/core",
    "docs/adr",
    "tools/release.py",
]
DAYS = ["Tuesdays", "Thursdays", "the first Monday of the month", "Wednesday mornings"]
PORTS = ["8443", "5433", "9090", "7070", "3001"]
HOSTS = ["staging.internal", "ci-2.example.net", "grafana.example.org", "the Frankfurt cluster"]
STYLES = [
    "early returns",
    "type hints",
    "conventional commits",
    "table-driven tests",
    "named exports",
    "dataclasses",
]
UGLY = [
    "emojis",
    "default exports",
    "wildcard imports",
    "abbreviations in names",
    "trailing summaries",
    "mocks",
]
LANGS = ["German", "French", "Portuguese", "Polish"]
REASONS = ["it broke the build twice last month", "the bundle got too big", "ops can't support the other one",
           "our auditors want it that way", "half the team is on Windows", "licences"]  # fmt: skip
TASKS = ["Can you fix the failing test in {path}?", "Please add a retry to {service}.", "Could you look at {path} next?",
         "Now write the migration.", "Open a PR when you're done.", "Then run the linter again."]  # fmt: skip
REPLIES = ["Done. I changed two files and the tests pass.", "Understood, I'll do that.", "Got it.",
           "I've updated the code; the build is green again.", "Sure, here is what I found: the cache was stale.",
           "Thanks, noted.", "I looked into it and the cause is a missing await in the handler."]  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Truth:
    """Something worth keeping: its kind, and words that a memory of it must have."""

    kind: str
    must: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Exchange:
    """What a person said, what the assistant ended with, and what of it is worth keeping (nothing, for half of them)."""

    user: str
    assistant: str
    truths: tuple[Truth, ...] = ()


# Each: kind, template, names of the slots that a memory of it must have. `{a}` is what is used, `{b}` what is not.
WORTH_NEAR = [
    ("preference", "I prefer {style}, please keep that in mind.", "style"),
    ("preference", "please always use {style} in this codebase", "style"),
    ("preference", "Never use {ugly} in anything you write for me.", "ugly"),
    ("preference", "I don't like {ugly}. leave them out", "ugly"),
    ("preference", "From now on answer me in {lang}.", "lang"),
    ("preference", "stop adding {ugly} to my files, I hate that", "ugly"),
    ("preference", "In general I'd rather have {style} than clever code.", "style"),
    ("decision", "We decided to go with {a} instead of {b} because {reason}.", "a b"),
    ("decision", "ok let's use {a}, not {b}. {reason}", "a b"),
    ("decision", "After the meeting yesterday: we're going with {a} for {service}.", "a service"),
    ("decision", "We agreed that {service} stays on {a}.", "service a"),
    ("decision", "Decision: {a} for everything new, {b} only gets security fixes.", "a b"),
    ("fact", "FYI our staging runs on {host}, port {port}.", "host port"),
    ("fact", "{Service} lives in {path}, not where the readme says.", "service path"),
    ("fact", "Remember that we only deploy on {day}.", "day"),
    ("fact", "just so you know, the {service} database is read-only on {day}", "service day"),
    ("fact", "We use {a} for {service}.", "a service"),
    ("fact", "The production config is in {path}.", "path"),
    ("person", "{name} is our designer, she decides about the colours.", "name"),
    ("person", "Ask {name} about {service}, he wrote it.", "name service"),
    ("person", "{name} owns {service}.", "name service"),
    ("person", "my manager is {name}", "name"),
    ("correction", "No, that's wrong. The port is {port}, not 8080.", "port"),
    ("correction", "Actually we use {a}, not {b}.", "a b"),
    ("correction", "that's not right, {service} is deployed from {path}", "service path"),
]  # fmt: skip

WORTH_FAR = [
    ("preference", "One thing about style: {style} everywhere, that's how I like my code.", "style"),
    ("preference", "I'm not a fan of {ugly}, so try to avoid them in future", "ugly"),
    ("preference", "My preference is {style} over cleverness.", "style"),
    ("preference", "Could you please write comments in {lang} from here on? All of my team reads {lang}.", "lang"),
    ("preference", "don't ever put {ugly} in my commits again", "ugly"),
    ("preference", "For me {style} matter more than speed, keep it like that.", "style"),
    ("preference", "I always want {style} in new modules.", "style"),
    ("decision", "So the team has settled on {a}; {b} is out because {reason}.", "a b"),
    ("decision", "We've chosen {a} over {b} for {service}, {reason}.", "a b"),
    ("decision", "We won't be using {b} any more. It's {a} from this quarter on.", "a b"),
    ("decision", "it was decided in the architecture round that {service} moves to {a}", "service a"),
    ("decision", "We are switching from {b} to {a} next month, {reason}.", "a b"),
    ("fact", "Our CI is at {host} by the way.", "host"),
    ("fact", "You should know that releases are cut on {day} only.", "day"),
    ("fact", "For reference: {service} listens on {port}.", "service port"),
    ("fact", "the deploy scripts are all under {path}, that's a convention here", "path"),
    ("fact", "Keep in mind {service} is still on {a} in production.", "service a"),
    ("fact", "Our on-call rotation changes on {day}.", "day"),
    ("person", "{name} is responsible for {service} these days.", "name service"),
    ("person", "If anything about {service} is unclear, {name} is the one to talk to.", "service name"),
    ("person", "{name} from the platform team handles {service}.", "name service"),
    ("person", "I work with {name}, our product owner.", "name"),
    ("correction", "Nope. It's {port}, the 8080 in the docs is outdated.", "port"),
    ("correction", "You got that wrong: we're on {a}, we left {b} last year.", "a b"),
    ("correction", "hm no, the tests for {service} go into {path}, please remember", "service path"),
]  # fmt: skip

EMPTY_NEAR = [
    "Can you fix the failing test in {path}?",
    "thanks, that works!",
    "The build fails with: TypeError: cannot read properties of undefined (reading 'map')",
    "what does {path} do?",
    "Run the tests again please",
    "hmm it still doesn't work, I get the same error on port {port}",
    "Should we use {a} or {b} here?",
    "Maybe we could try {a}? not sure yet",
    "go on",
    "Use option 2.",
    "Explain how {a} differs from {b}.",
    "For now just hardcode {port}, I'll change it later",
    "please rename the variable in {path} to something shorter",
    "Just this once skip the tests, I'm in a hurry.",
    "I think the bug is somewhere in {path}",
    "Here is the log:\n```\n2026-11-20 10:01:33 ERROR {service}: always use {style}, never {ugly}\n```\nwhat is going on?",
    "What would happen if we moved {service} to {a}?",
    "can you ask me again tomorrow",
    "Write a haiku about {a}.",
    "I'm getting a timeout from {host} right now.",
    "yes",
    "no, the other one",
    "The test in {path} is flaky today.",
    "Summarise what you did, briefly.",
    'Translate this to {lang}: "We always prefer {style}."',
]  # fmt: skip

EMPTY_FAR = [
    "Could we have a look at {path} together?",
    "great job, I like it",
    "Why is {service} so slow on my laptop at the moment?",
    "add a button to the settings page and make it blue",
    "Ok. Next.",
    "I'm not sure whether {a} or {b} is the better choice, what do you think?",
    'Traceback (most recent call last):\n  File "{path}", line 12, in run\n    assert we_use == "{a}"\nAssertionError',
    "let's try {a} on a branch and see if it's faster",
    "If {service} was on {a}, would we still need {port}?",
    "it's raining here, {name} is late again",
    "wait, undo that last change",
    "Temporarily point the client at {host} so that I can debug.",
    "I read a blog post that says you should always use {a}. Is that true?",
    "How do I configure {a} so it listens on {port}?",
    "Please review my changes in {path}, I refactored the parser",
    "sorry, wrong window",
    "I have to leave in ten minutes, let's finish this quickly",
    "Is {name} still working on {service}?",
    "use a shorter name for this function",
    "Don't touch the other files in this PR.",
    "The page is blank after the last edit, and the console says nothing.",
    "hold on, I'm restarting {service}",
    "Compare {a} and {b} in a table.",
    "Give me three ideas for the talk.",
    "do the same for {path} please, but leave the old function in until I say so",
]  # fmt: skip

EVERYDAY = [
    "the function is in {path} and it returns None when the list is empty",
    "I love it, great work!",
    "I don't want to break the API, so be careful",
    "no, the button should be blue",
    "we run into the same problem with {service} on Windows",
    "never mind, found it",
    "it always returns an empty list after the second call",
    "This handles the case where {a} is not installed, right?",
    "that leads to a race between {service} and the worker",
    "we don't use the return value anywhere",
    "I'd rather do it in two steps",
    "the bug is in {path}, line 42",
    "we'll keep it like this",
    "let's move on to {service}",
    "always the same error: connection refused on {port}",
    "I prefer the second one",
    "No, I meant the file in {path}",
    "actually, leave it",
    "can you make it use {a} instead of {b}?",
    "we need a test for this",
    "I always get a 502 when I open the page",
    "the diff is too big, split it please",
    "I have pushed my branch, have a look",
    "{name} said the build is red again",
    "ok use {a} then",
    "That is exactly what I wanted, thank you",
    "we agreed on this already, just do it",
    "Never seen that before. What does it mean?",
    "I never know which flag that is",
    "in the future tense please, it is a changelog for the next release notes",
    "The user is in the {service} group but gets a 403",
    "stop, that's the wrong folder",
    "There are 14 failures in {path} after your change",
    "The container is at 100% CPU since your last edit",
    "I want the table to have three columns: name, age, city",
    "When the user clicks save we use the cached value, is that what the spec wants?",
    "our tests take ten minutes, can you find out why?",
    "Look at how {service} does it and do the same in {path}",
    "we are going with your proposal, go ahead",
    "The result is in {path}, have a look",
    "We decided to wait a little.",
    "Ask {name} for the password.",
    "always use the same name as in the test above",
    "The meeting is at 14:30 in room 3.",
    "Here's the stack trace, it's always in the same place: at Client.send ({path}:12:7)",
]
"""What people say all day while they work, with nothing in it to keep. Written after a look at what the rules might get wrong."""


def everyday(*, seed: int = 20261121) -> list[Exchange]:
    """Return one exchange for each everyday sentence."""
    dice = random.Random(f"everyday {seed}")
    return [_exchange(dice, written_as_typed(dice, text.format_map(_slots(dice))), ()) for text in EVERYDAY]


def exchanges(half: str, *, seed: int = 20261121, count: int = 100) -> list[Exchange]:
    """Return `count` exchanges of a half (`near`, `far`), every second of them with nothing worth keeping."""
    dice = random.Random(f"{half} {seed}")
    worth, empty = (WORTH_NEAR, EMPTY_NEAR) if half == "near" else (WORTH_FAR, EMPTY_FAR)
    made = []
    for number in range(count // 2):
        kind, template, names = worth[number % len(worth)]
        slots = _slots(dice)
        said = _in_passing(dice, written_as_typed(dice, template.format_map(slots)), slots)
        must = tuple(slots[name] for name in names.split())
        made.append(_exchange(dice, said, (Truth(kind=kind, must=must),)))
        slots = _slots(dice)
        made.append(_exchange(dice, written_as_typed(dice, empty[number % len(empty)].format_map(slots)), ()))
    return made


def _slots(dice: random.Random) -> dict[str, str]:
    used, left = dice.choice(TOOLS)
    service = dice.choice(SERVICES)
    return {"name": dice.choice(NAMES), "a": used, "b": left, "service": service, "Service": service[0].upper() + service[1:],
             "path": dice.choice(PATHS), "day": dice.choice(DAYS), "port": dice.choice(PORTS), "host": dice.choice(HOSTS),
             "style": dice.choice(STYLES), "ugly": dice.choice(UGLY), "lang": dice.choice(LANGS), "reason": dice.choice(REASONS)}  # fmt: skip


def written_as_typed(dice: random.Random, text: str) -> str:
    """Write it as people type: some without capitals, some without a final stop."""
    if dice.random() < 0.2 and "`" not in text and "Traceback" not in text:
        text = text[0].lower() + text[1:]
    return text.removesuffix(".") if dice.random() < 0.2 else text


def _in_passing(dice: random.Random, text: str, slots: dict[str, str]) -> str:
    """Sometimes it is said before or after a task, which is not worth keeping."""
    luck = dice.random()
    task = dice.choice(TASKS).format_map(slots)
    if luck < 0.25:
        return f"{task} {text[0].upper()}{text[1:]}"
    if luck < 0.5:
        return f"{text if text.endswith(('.', '!', '?')) else text + '.'} {task}"
    return text


def _exchange(dice: random.Random, said: str, truths: tuple[Truth, ...]) -> Exchange:
    return Exchange(user=said, assistant=dice.choice(REPLIES), truths=truths)
