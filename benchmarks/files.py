"""How long the memory files take: listing, writing one, writing many, and importing 10,000 (benchmarks/files.py [NUMBER])."""

from __future__ import annotations

import sys
import tempfile
import time
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from memsync.core.scope import GLOBAL
from memsync.edges.checkout import look
from memsync.edges.scanner import SpanScanner
from memsync.edges.source import Source
from memsync.edges.tree import MemoryTree
from memsync.flows.importing import take_in

if TYPE_CHECKING:
    from collections.abc import Iterator

NOW = datetime(2026, 1, 21, tzinfo=UTC)

BODY = (
    "We talked about the retry policy of the fetch client on {n} and kept exponential backoff with jitter, because the "
    "gateway answers 429 in bursts. The limit is {n} tries; `src/client/retry.ts` has it.\n\n## Why\n\nLinear waits made "
    "the bursts worse: see the graphs of week {n}.\n\n- measured with 40 clients\n- default stays off for uploads\n"
)


@contextmanager
def timed(what: str, *, each: int = 1) -> Iterator[None]:
    before, cpu = time.perf_counter(), time.process_time()
    yield
    wall, own = time.perf_counter() - before, time.process_time() - cpu
    print(f"{what}: {wall * 1000 / each:.2f} ms ({own * 1000 / each:.2f} ms of processor)")


def main(number: int) -> None:
    with tempfile.TemporaryDirectory() as top:
        root, source = Path(top) / "store", Path(top) / "source"
        root.mkdir()
        tree = MemoryTree(root, lock=root / ".git/memsync/write.lock", trash=root / ".git/memsync/trash")
        for n in range(number):
            folder = source / f"topic-{n // 200}"
            folder.mkdir(parents=True, exist_ok=True)
            (folder / f"note-{n}.md").write_text(f"# Retry policy {n}\n\n{BODY.format(n=n)}")

        def bring() -> int:
            done = take_in(Source(source), scope=GLOBAL, tree=tree, scanner=SpanScanner(b"k" * 16), now=NOW)
            return len(done.imported)

        with timed(f"import of {number:,} memories"):
            assert number == bring()
        with timed("the same again, nothing new"):
            assert not bring()
        with timed("listing", each=5):
            for _ in range(5):
                assert number == len(tree.listing())
        with timed("create", each=200):
            for n in range(200):
                tree.create(f"global/fact/{n}.md", b"x" * 1000)
        with timed("replace", each=200):
            for n in range(200):
                tree.replace(f"global/fact/{n}.md", b"y" * 1000, expected=b"x" * 1000)
        with timed("look at a checkout", each=20):
            for _ in range(20):
                look(Path(__file__).parent, root=False)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
