"""The gate on its labelled sets and on prose, beside detect-secrets as it comes: recall, whole spans, false findings, time.

    python benchmarks/gate.py [--prose FOLDER]…

No secret is printed. `block` counts what would be kept back, `whole` what redaction would take out in full.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections import Counter, defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from memsync.core.gate import Level
from memsync.edges.scanner import RULESET_VERSION, FullScanner, SpanScanner
from memsync.edges.verdicts import VerdictCache
from memsync.flows.gatekeeping import in_hand, inspect_all
from secretkit import Labelled, negatives, positives

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    Spans = list[tuple[int, int, bool]]  # start, end, whether it blocks


class Score(NamedTuple):
    total: Counter[str]
    block: Counter[str]
    whole: Counter[str]


def memsync_spans(scanner: SpanScanner) -> Callable[[str], Spans]:
    return lambda text: [(f.start, f.end, f.level is Level.BLOCK) for f in scanner.scan(text)]


def detect_secrets_spans() -> Callable[[str], Spans]:
    """Return detect-secrets 1.5 with its default plugins and filters, on a file named note.md, without verification."""
    from detect_secrets.core.scan import scan_file
    from detect_secrets.settings import default_settings

    folder = tempfile.mkdtemp()
    note = Path(folder, "note.md")

    def spans(text: str) -> Spans:
        note.write_text(text, encoding="utf-8")
        starts = [0]
        for line in text.splitlines(keepends=True):
            starts.append(starts[-1] + len(line))
        found = []
        with default_settings():
            for secret in scan_file(str(note)):
                line = min(secret.line_number - 1, len(starts) - 1)
                at = text.find(secret.secret_value or "\0", starts[line])
                found.append(
                    (at, at + len(secret.secret_value or ""), True)
                    if at >= 0
                    else (starts[line], starts[line] + 1, True)
                )
        return found

    return spans


def score(samples: Iterable[Labelled], spans: Callable[[str], Spans], by: Callable[[Labelled], str]) -> Score:
    total, block, whole = Counter(), Counter(), Counter()
    for sample in samples:
        found = [(a, b) for a, b, blocks in spans(sample.text) if blocks]
        inside = {n for a, b in found for n in range(a, b)}
        wanted = range(sample.start, sample.end)
        total[by(sample)] += 1
        block[by(sample)] += any(n in inside for n in wanted)
        whole[by(sample)] += inside.issuperset(wanted)
    return Score(total, block, whole)


def wrong(samples: Iterable[Labelled], spans: Callable[[str], Spans]) -> tuple[Counter[str], Counter[str]]:
    total, found = Counter(), Counter()
    for sample in samples:
        total[sample.kind] += 1
        found[sample.kind] += bool(spans(sample.text))
    return total, found


def share(part: int, of: int) -> str:
    return f"{100 * part / of:5.1f}"


def recall_table(names: list[str], scores: list[Score]) -> None:
    print(f"\n{'positives, %':14} {'n':>5}  " + "  ".join(f"{name:>21}" for name in names))
    print(f"{'':14} {'':>5}  " + "  ".join(f"{'block':>12} {'whole':>8}" for _ in names))
    for kind in [*scores[0].total, "all"]:
        n = sum(scores[0].total.values()) if kind == "all" else scores[0].total[kind]
        cells = []
        for s in scores:
            block, whole = (
                (sum(s.block.values()), sum(s.whole.values()))
                if kind == "all"
                else (s.block[kind], s.whole[kind])
            )
            cells.append(f"{share(block, n):>12} {share(whole, n):>8}")
        print(f"{kind:14} {n:>5}  " + "  ".join(cells))


def wrong_table(names: list[str], tables: list[tuple[Counter[str], Counter[str]]]) -> None:
    print(f"\n{'negatives, %':14} {'n':>5}  " + "  ".join(f"{name:>21}" for name in names))
    total = tables[0][0]
    for kind in total:
        print(
            f"{kind:14} {total[kind]:>5}  "
            + "  ".join(f"{share(t[1][kind], total[kind]):>21}" for t in tables)
        )
    print(
        f"{'all':14} {sum(total.values()):>5}  "
        + "  ".join(f"{share(sum(t[1].values()), sum(total.values())):>21}" for t in tables)
    )


def prose(folders: list[str], spans: dict[str, Callable[[str], Spans]]) -> None:
    texts = [
        p.read_text(encoding="utf-8", errors="replace")
        for folder in folders
        for p in sorted(Path(folder).rglob("*"))
        if (p.suffix in (".md", ".rst", ".txt") or p.name == "METADATA")
        and p.is_file()
        and p.stat().st_size < 2_000_000
    ]
    size = sum(map(len, texts)) / 1e6
    print(
        f"\nprose: {len(texts)} files, {size:.1f} MB of installed packages' texts (their example secrets count as findings here)"
    )
    for name, scan in spans.items():
        before = time.process_time()
        found = sum(len(scan(text)) for text in texts)
        print(
            f"  {name:22} {found:5} findings, {found / size:7.2f} a MB, {time.process_time() - before:7.1f} s"
        )


def times(scanner: SpanScanner) -> None:
    notes = [
        f"---\nid: 01K{n:023d}\ntitle: Note {n} on the cache\ncategory: fact\ntags: [frontend, cache]\n---\n"
        + sentence(n)
        for n in range(10_000)
    ]
    size = sum(map(len, notes)) / len(notes)
    before = time.process_time()
    for note in notes:
        scanner.scan(note, path="global/facts/a.md")
    cold = time.process_time() - before
    print(
        f"\ncold: {len(notes)} memories of {size:.0f} bytes in {cold:.2f} s of CPU, {cold / len(notes) * 1000:.3f} ms each"
    )
    files = [in_hand(f"global/facts/{n}.md", note.encode()) for n, note in enumerate(notes)]
    with tempfile.TemporaryDirectory() as folder:
        for name in ("first", "warm"):
            before = time.perf_counter()
            cache = VerdictCache(Path(folder, "verdicts.db"))
            sum(
                1
                for _ in inspect_all(
                    files, scanner=lambda: scanner, known=cache, rules=RULESET_VERSION, key=b"key"
                )
            )
            print(f"{name}: {len(files)} files through the cache in {time.perf_counter() - before:.2f} s")


def sentence(n: int) -> str:
    words = "we chose the query cache over a store of our own because keys are explicit and the token service may be slow on mondays so the build and the deploy wait for it until the login works".split()
    return (
        " ".join(
            words[(n * 7 + k * (1 + n % 3)) % len(words)] + ("." if k % 12 == 11 else "") for k in range(52)
        )
        + "\n"
    )


def imports() -> None:
    for module in ("memsync.core.gate", "memsync.edges.scanner", "memsync.edges.scanner.second"):
        shown = []
        for _ in range(5):
            before = time.perf_counter()
            subprocess.run([sys.executable, "-c", f"import {module}"], check=True, env=os.environ)
            shown.append(time.perf_counter() - before)
        print(f"import {module}: {min(shown) * 1000:.0f} ms with the interpreter")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--prose", action="append", default=[])
    options.add_argument("--no-prose", action="store_true")
    given = options.parse_args()
    own = SpanScanner(b"benchmark")
    scanners = {
        "memsync own": memsync_spans(own),
        "memsync full": memsync_spans(FullScanner(b"benchmark")),
        "detect-secrets": detect_secrets_spans(),
    }
    samples, hard = positives(), negatives()
    names = list(scanners)
    recall_table(names, [score(samples, spans, lambda s: s.kind) for spans in scanners.values()])
    wrong_table(names, [wrong(hard, spans) for spans in scanners.values()])
    vendors = score([s for s in samples if s.kind == "shaped"], scanners["memsync own"], lambda s: s.type)
    worst = defaultdict(list)
    for vendor, n in vendors.total.items():
        worst[vendors.block[vendor] / n].append(vendor)
    least = min(worst)
    print(
        f"\n{len(vendors.total)} vendor types; the worst is found in {100 * least:.0f} %: {', '.join(worst[least][:8])}{' …' if len(worst[least]) > 8 else ''}"
    )
    times(own)
    imports()
    if not given.no_prose:
        prose(
            given.prose or [sysconfig.get_path("purelib")],
            {k: v for k, v in scanners.items() if k != "memsync full"},
        )


if __name__ == "__main__":
    main()
