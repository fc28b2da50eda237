"""How far the gate carries to formats nobody tuned it on: values made from other scanners' rules, in the contexts they test with.

    python benchmarks/carryover.py RULES.toml… [--half dev|held] [--gitleaks BIN] [--betterleaks BIN] [--kingfisher BIN]
                                   [--credsweeper BIN] [--missed]

RULES.toml is a rule file in gitleaks' form. No value is kept: each is drawn at random from its rule's pattern. Rules are
parted by their names into a half to look at (dev) and a half that nobody tunes on (held). `named`: the rule wants a vendor's
name before the value, and the value stands in the contexts of gitleaks' own tests and in sentences; `alone`: the value's
own form is all the rule wants. Of other scanners any finding in a sample counts, of memsync one that blocks and overlaps.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import re
import subprocess
import sys
import tempfile
import tomllib
import warnings
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    import sre_constants as sre
    import sre_parse

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
sys.path.insert(0, str(Path(__file__).parent))

from gate import detect_secrets_spans

from memsync.core.gate import Level
from memsync.edges.scanner import SpanScanner

if TYPE_CHECKING:
    from collections.abc import Iterator

CODE = (
    '{i}Token="{s}"', '{i}Token = "{s}"', "{i}Token={s}", "{i}Token = {s}", '{{\n    "{i}_token": "{s}"\n}}', '\\{{\n    \\"{i}_token\\": \\"{s}\\"\n\\}}', "<{i}Token>{s}</{i}Token>",
    "<{i}Token>\n    {s}\n</{i}Token>", "{i}_token: {s}", "{i}_token: '{s}'", '{i}_token: "{s}"', "{i}_token: |\n  {s}", "{i}_token: >\n  {s}", 'string {i}Token = "{s}";',
    'var {i}Token string = "{s}"', '{i}Token := "{s}"', "{i}Token := `{s}`", 'String {i}Token = "{s}";', 'var {i}Token = "{s}"', '${i}Token .= "{s}"', "{i}Token = '{s}'", "{i}Token,{s},",
    '  "{i}Token" => "{s}"', '{i}_TOKEN = "{s}"', '{i}_TOKEN := "{s}"', '{i}_TOKEN ::= "{s}"', '{i}_TOKEN ?= "{s}"', '{i}_TOKEN += "{s}"', '{i}_api_token = "{s}"',
)  # fmt: skip
SAID = (
    "The {i} api key is {s} for now.", "Our {i} token: `{s}`", "- **{i} secret:** {s}", "{I}_API_KEY={s}", 'export {I}_SECRET="{s}"', "| service | api key |\n|---|---|\n| {i} | {s} |",
    "We use {s} as the {i} key on staging.", '{{"{i}": {{"api_key": "{s}"}}}}', "{i}:\n  api_key: {s}\n  region: eu",
)  # fmt: skip
ALONE = (
    "use {s} here", "VALUE={s}", "`{s}`", '"{s}"', "- {s}", "The deploy of the billing job uses {s} and it worked.", "Kim sent {s}. It works.", "| billing | {s} |\n",
)  # fmt: skip
NO_SECRET = re.compile(
    r"-id(?:\.|$)|username|public|domain|endpoint|-url|-host|-name|-address|email|generic-|private-key$"
)
ANY = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"


class Sample(NamedTuple):
    """A text with one secret; `rule` is the foreign rule it was made from."""

    rule: str
    kind: str
    text: str
    start: int
    end: int


def half(rule: str) -> str:
    """Return the half of a rule; the salt keeps the halves of earlier measurements."""
    return "dev" if hashlib.sha1(f"betterleaks.{rule}".encode()).digest()[0] % 2 else "held"


class Drawn:
    """A random text of a pattern, and where one of its groups lies."""

    def __init__(self, rng: random.Random, group: int) -> None:
        self._rng, self._group = rng, group
        self.place: tuple[int, int] | None = None
        self.text = ""

    def draw(self, tree: sre_parse.SubPattern) -> None:
        """Append what the pattern says."""
        for op, argument in tree:
            match op:
                case sre.LITERAL:
                    self.text += chr(argument)
                case sre.ANY:
                    self.text += "."
                case sre.NOT_LITERAL:
                    self.text += self._rng.choice(ANY)
                case sre.IN:
                    self.text += self._of_class(argument)
                case sre.MAX_REPEAT | sre.MIN_REPEAT | sre.POSSESSIVE_REPEAT:
                    self._repeat(*argument)
                case sre.SUBPATTERN:
                    start = len(self.text)
                    self.draw(argument[3])
                    if argument[0] == self._group:
                        self.place = (start, len(self.text))
                case sre.BRANCH:
                    self.draw(self._rng.choice(argument[1]))
                case sre.ATOMIC_GROUP:
                    self.draw(argument)
                case _:
                    pass  # what takes no room

    def _repeat(self, least: int, most: object, inner: sre_parse.SubPattern) -> None:
        if _is_filler(inner):
            self.text += " " * max(least, 1)
            return
        if most is sre.MAXREPEAT:
            least, most = max(least, 10), least + 30
        last = min(int(str(most)), least + 12)
        for _ in range(self._rng.randint(least, max(least, last))):
            self.draw(inner)

    def _of_class(self, members: list[tuple[object, object]]) -> str:
        chars = {c for op, argument in members for c in _members(op, argument)}
        if members[0][0] is sre.NEGATE:
            chars = set(ANY + " ") - chars or {"-"}
        letters = sorted(c for c in chars if c.isalnum()) or sorted(chars)
        return self._rng.choice(letters if self._rng.random() < 0.97 else sorted(chars))


def _is_filler(inner: sre_parse.SubPattern) -> bool:
    """Return whether a repeated part is only what may stand between a name and its value."""
    said = str(inner.data)
    return "ANY" in said or "SPACE" in said or ("LITERAL, 32" in said and "RANGE" not in said)


def _members(op: object, argument: object) -> str:
    match op:
        case sre.LITERAL:
            return chr(argument)  # type: ignore[arg-type]  # the parser gives a LITERAL a number
        case sre.RANGE:
            return "".join(map(chr, range(argument[0], argument[1] + 1)))  # type: ignore[index]  # and a RANGE two
        case sre.CATEGORY:
            name = str(argument)
            return "0123456789" if "DIGIT" in name else " " if "SPACE" in name else ANY
        case _:
            return ""


def samples(path: Path, wanted: str, seed: int) -> Iterator[Sample]:
    """Yield the samples of a rule file's half."""
    rng = random.Random(seed)
    for rule in tomllib.loads(path.read_text(encoding="utf-8"))["rules"]:
        if "regex" in rule and half(rule["id"]) == wanted and not NO_SECRET.search(rule["id"]):
            yield from _of_rule(rule, rng)


def _of_rule(rule: dict[str, object], rng: random.Random) -> Iterator[Sample]:
    pattern = re.sub(r"\\z", r"\\Z", str(rule["regex"])).replace("[:alnum:]", "A-Za-z0-9")
    tree = sre_parse.parse(re.sub(r"\(\?-?[imsU]+\)", "", re.sub(r"\(\?-?[imsU]+:", "(?:", pattern)))
    group = int(str(rule.get("secretGroup", 1)))
    name = re.match(
        r"(?:\[\\w\.-\]\{0,50\}\?)?(?:\(\?i\)|\(\?i:)*(?:\[\\w\.-\]\{0,50\}\?)?(?:\\b)?\(\?:?(?:i:)?\(?(?:\?:)?([a-z0-9_. -]{3,20})",
        pattern,
    )
    named = name is not None and re.search(r"=>|=\|", pattern) is not None
    for number in range(8):
        drawn = Drawn(rng, group)
        drawn.draw(tree)
        start, end = drawn.place or (0, len(drawn.text))
        secret = drawn.text[start:end].strip()
        if not 8 <= len(secret) <= 6000:
            continue
        if named and name is not None:
            vendor = name[1].strip(". -_")
            form = rng.choice(CODE if number % 2 else SAID)
            text = form.format(i=vendor, I=vendor.upper().replace(" ", "_"), s=secret) + "\n"
        else:
            text = rng.choice(ALONE).format(s=drawn.text.strip("\n\"'` ;\\")) + "\n"
        start = text.find(secret)
        if start >= 0:
            yield Sample(str(rule["id"]), "named" if named else "alone", text, start, start + len(secret))


def by_memsync(made: list[Sample]) -> tuple[set[int], set[int]]:
    """Return the numbers of the samples that are blocked, and of those whose span has the whole secret."""
    scanner = SpanScanner(b"benchmark")
    hit, whole = set(), set()
    for number, sample in enumerate(made):
        for finding in scanner.scan(sample.text):
            if finding.level is Level.BLOCK and finding.start < sample.end and sample.start < finding.end:
                hit.add(number)
                if finding.start <= sample.start and sample.end <= finding.end:
                    whole.add(number)
    return hit, whole


def by_command(made: list[Sample], command: list[str]) -> set[int]:
    """Return the numbers of the samples of whose file a scanner's report speaks. `FOLDER` and `REPORT` stand for paths."""
    with tempfile.TemporaryDirectory() as home:
        folder, report = Path(home, "notes"), Path(home, "report.json")
        folder.mkdir()
        for number, sample in enumerate(made):
            Path(folder, f"f{number:06d}.md").write_text(sample.text, encoding="utf-8")
        words = [w.replace("FOLDER", str(folder)).replace("REPORT", str(report)) for w in command]
        done = subprocess.run(words, capture_output=True, text=True, timeout=200, check=False)
        said = report.read_text(encoding="utf-8") if report.exists() else done.stdout
    return {int(n) for n in re.findall(r"f(\d{6})\.md", said)}


def main() -> None:
    """Print a table for each rule file."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("rules", nargs="+", type=Path)
    options.add_argument("--half", choices=("dev", "held"), default="dev")
    options.add_argument("--seed", type=int, default=5)
    options.add_argument("--missed", action="store_true")
    options.add_argument("--detect-secrets", action="store_true")
    for name in COMMANDS:
        options.add_argument(f"--{name}")
    given = options.parse_args()
    for path in given.rules:
        made = list(samples(path, given.half, given.seed))
        hit, whole = by_memsync(made)
        found = {"memsync": hit, "memsync, whole": whole}
        if given.detect_secrets:
            spans = detect_secrets_spans()
            found["detect-secrets"] = {
                n for n, s in enumerate(made) if any(a < s.end and s.start < b for a, b, _ in spans(s.text))
            }
        for name, words in COMMANDS.items():
            if program := getattr(given, name):
                found[name] = by_command(made, [program, *words])
        table(path, given.half, made, found)
        if given.missed and given.half == "dev":
            for rule, texts in missed(made, hit).items():
                print(f"  {len(texts)} {rule}: {texts[0][:150]!r}")


COMMANDS = {
    "gitleaks": ["dir", "FOLDER", "--no-banner", "-l", "error", "-f", "json", "-r", "REPORT", "--redact", "--exit-code", "0"],
    "betterleaks": ["FOLDER", "--no-banner", "-l", "error", "-o", "REPORT", "--redact", "--exit-code", "0"],
    "kingfisher": ["scan", "FOLDER", "--format", "json", "--no-validate", "--no-update-check", "--confidence", "low", "--redact"],
    "credsweeper": ["--path", "FOLDER", "--save-json", "REPORT", "--log", "error"],
}  # fmt: skip


def table(path: Path, which: str, made: list[Sample], found: dict[str, set[int]]) -> None:
    """Print what each scanner found of each kind, and in how many rules' samples it found at least half."""
    total = Counter(sample.kind for sample in made)
    print(f"\n{path.name}, {which}: {len({s.rule for s in made})} rules, {json.dumps(total)}")
    for name, numbers in found.items():
        counts = Counter(made[n].kind for n in numbers)
        print(
            f"  {name:16}"
            + "".join(f"  {kind} {100 * counts[kind] / of:5.1f}" for kind, of in sorted(total.items()))
        )


def missed(made: list[Sample], hit: set[int]) -> dict[str, list[str]]:
    """Return the texts in which nothing was found, by rule."""
    texts: dict[str, list[str]] = {}
    for number, sample in enumerate(made):
        if number not in hit:
            texts.setdefault(f"{sample.kind} {sample.rule}", []).append(sample.text)
    return dict(sorted(texts.items()))


if __name__ == "__main__":
    main()
