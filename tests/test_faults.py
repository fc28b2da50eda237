"""docs/faults.md names tests that there are, and leaves out no row of the design's matrix."""

from __future__ import annotations

import pathlib
import re

import pytest

ROOT = pathlib.Path(__file__).parents[1]
ROWS = [
    line.split("|")[1:-1]
    for line in (ROOT / "docs/faults.md").read_text(encoding="utf-8").splitlines()
    if re.match(r"\| (?:\d|-)", line) and "---" not in line
]
DEFINED = {
    name
    for file in (ROOT / "tests").rglob("test_*.py")
    for name in re.findall(r"(?m)^def (test_\w+)", file.read_text(encoding="utf-8"))
}


def test_every_row_is_there():
    """Rows 1 to 74, each once."""
    numbers: list[int] = []
    for row in ROWS:
        first, _, last = row[0].strip().partition("-")
        if first:
            numbers += range(int(first), int(last or first) + 1)

    assert list(range(1, 75)) == sorted(numbers)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[1].strip()[:40])
def test_every_test_is_there(row):
    """What a row names as its test is one; a benchmark is a file."""
    named = re.findall(r"`(test_\w+)`", row[3])
    files = re.findall(r"`(benchmarks/\S+)`", row[3])

    assert named or files
    assert [] == [name for name in named if name not in DEFINED]
    assert [] == [name for name in files if not (ROOT / name).is_file()]
