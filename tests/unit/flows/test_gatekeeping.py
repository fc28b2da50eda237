"""The one way through the gate: bytes under a name."""

from __future__ import annotations

import pytest

from memsync.core.gate import Allowance, Level
from memsync.core.marks import mark_of
from memsync.edges.scanner import SpanScanner
from memsync.flows import gatekeeping
from memsync.flows.gatekeeping import as_text, in_hand, inspect, inspect_all, redacted, refused

SCANNER = SpanScanner(b"key")
SECRET = "glpat" + "-" + "xK4mQz81vLw07RtYp2Ns"


class Book:
    """Remembers marks in memory and counts what it is asked."""

    def __init__(self) -> None:
        self.marks: set[bytes] = set()

    def clean(self, marks):
        return frozenset(m for m in marks if m in self.marks)

    def keep(self, marks):
        self.marks.update(marks)


class Counting:
    """A scanner that counts its scans."""

    def __init__(self) -> None:
        self.scans = 0

    def scan(self, text: str, *, path: str = ""):
        self.scans += 1
        return SCANNER.scan(text, path=path)


@pytest.mark.parametrize(
    "raw",
    [
        f"use {SECRET}".encode(),
        b"\xff\xfe bad \xc3 bytes " + SECRET.encode() + b" \x80",
        b"\x00\x01\x02" * 200 + SECRET.encode() + b"\x00" * 9,
        f"use {SECRET}".encode("utf-16"),
        f"use {SECRET} now".encode("utf-16-le"),
        b"\xef\xbb\xbf" + SECRET.encode(),
        f"a\r\nb {SECRET}\r\n".encode(),
        f"caf\xe9 {SECRET}".encode("latin-1"),
    ],
    ids=[
        "plain",
        "bad bytes",
        "binary",
        "utf-16",
        "utf-16 without a mark",
        "byte order mark",
        "crlf",
        "latin-1",
    ],
)
def test_no_encoding_hides_a_secret(raw: bytes) -> None:
    """Whatever stands around it, a secret blocks, and its offsets count the text that was scanned."""
    verdict = inspect("a.md", raw, scanner=SCANNER)
    assert (True, SECRET) == (
        verdict.blocks,
        as_text(raw)[verdict.findings[0].start : verdict.findings[0].end].replace("\0", ""),
    )


def test_a_secret_in_the_name_blocks() -> None:
    """A file name that holds a secret keeps the file back."""
    assert inspect(f"notes/{SECRET}.md", b"clean", scanner=SCANNER).blocks


def test_what_is_too_large_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that is larger than what is scanned can't pass, and is not scanned."""
    monkeypatch.setattr(gatekeeping, "LARGEST", 10)
    counting = Counting()
    verdict = inspect("a.md", b"x" * 11, scanner=counting)
    assert (True, 0, "too-large-to-scan") == (verdict.blocks, counting.scans, verdict.findings[0].rule)


def test_an_allowance_lets_its_secret_pass(when) -> None:
    """A reviewed exception counts here as everywhere."""
    (found,) = inspect("a.md", SECRET.encode(), scanner=SCANNER).findings
    allowance = Allowance(
        rule=found.rule, fingerprint=found.fingerprint, reason="sample", who="kim", when=when
    )
    assert not inspect("b.md", SECRET.encode(), scanner=SCANNER, allowances=[allowance]).blocks


@pytest.fixture
def when():
    from datetime import UTC, datetime

    return datetime(2026, 1, 21, tzinfo=UTC)


def test_redacted_takes_out_everything_but_what_is_allowed() -> None:
    """A redacted text is clean; the findings say what was taken out."""
    text, found = redacted(f"a {SECRET}\nb", scanner=SCANNER)
    assert ("a [REDACTED:gitlab-token]\nb", 1, ()) == (text, len(found), SCANNER.scan(text))


def test_refused_names_what_blocks_and_nothing_else() -> None:
    """Of a set of files, the findings that keep it from passing."""
    found = refused([("a.md", b"clean"), ("b.md", SECRET.encode())], scanner=SCANNER)
    assert [("b.md", Level.BLOCK)] == [(f.path, f.level) for f in found]


def test_what_is_known_to_be_clean_is_not_scanned_again() -> None:
    """The second pass scans only what was found dirty."""
    book, scanner = Book(), Counting()
    files = [in_hand(f"{n}.md", f"note {n}".encode()) for n in range(450)]
    files.append(in_hand("bad.md", SECRET.encode()))
    for _ in range(2):
        verdicts = dict(inspect_all(files, scanner=lambda: scanner, known=book, rules="1", key=b"k"))
        assert (451, True) == (len(verdicts), verdicts["bad.md"].blocks)
    assert 452 == scanner.scans


def test_other_rules_scan_anew() -> None:
    """A verdict made under other rules is void."""
    book, scanner = Book(), Counting()
    for rules in ("1", "2"):
        list(
            inspect_all(
                [in_hand("a.md", b"note")], scanner=lambda: scanner, known=book, rules=rules, key=b"k"
            )
        )
    assert 2 == scanner.scans


def test_a_mark_follows_name_text_rules_and_key() -> None:
    """Each of the four makes another mark, and no two can be shifted into one another."""
    marks = {
        mark_of("a", b"b", rules="c", key=b"d"),
        mark_of("ab", b"", rules="c", key=b"d"),
        mark_of("a", b"b", rules="cd", key=b"d"),
        mark_of("a", b"b", rules="c", key=b"e"),
        mark_of("", b"ab", rules="c", key=b"d"),
    }
    assert 5 == len(marks)
