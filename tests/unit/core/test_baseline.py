"""A `.secrets.baseline` is read strictly, and stands for a finding only where the text still holds the hashed value."""

from __future__ import annotations

import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsync.core.baseline import Known, matching, parse_baseline
from memsync.edges.scanner import SpanScanner
from memsync.errors import BadInput

TOKEN = "ghp_" + "a1B2c3D4e5F6g7H8i9J0" + "k1L2m3N4o5P6q7R8"
SCANNER = SpanScanner(b"key")


def sha1(value: str) -> str:
    return hashlib.sha1(value.encode(), usedforsecurity=False).hexdigest()


def known(value: str) -> Known:
    return Known(path="a.md", line=1, kind="any", sha1=sha1(value))


@pytest.mark.parametrize(
    "text", [f"token {TOKEN}\n", f"x\n\nGITHUB_TOKEN={TOKEN}\ny\n", f'"{TOKEN}", "other"\n']
)
def test_a_value_that_is_still_there_is_found(text):
    """Wherever it moved in the file, the finding with this value is the entry's."""
    findings = SCANNER.scan(text)

    assert [TOKEN] == [text[f.start : f.end] for f in matching(text, findings, known(TOKEN))]


def test_another_value_is_not():
    """A value that changed by one letter is no longer what was reviewed."""
    text = f"token {TOKEN}\n"

    assert () == matching(text, SCANNER.scan(text), known(TOKEN[:-1] + "x"))


def test_the_first_line_of_a_key_stands_for_no_key():
    """detect-secrets hashes the words BEGIN … PRIVATE KEY, which are the same in every key."""
    head = "BEGIN RSA " + "PRIVATE KEY"
    body = "\n".join(["MIIEpAIBAAKCAQEA" + "b7Xq" * 12] * 8)
    text = f"-----{head}-----\n{body}\n-----END RSA " + "PRIVATE KEY-----\n"
    findings = SCANNER.scan(text)

    assert findings
    assert () == matching(text, findings, known(head))


def test_entries_are_read():
    """Path, line, kind, hash, and what an audit said."""
    raw = json.dumps(
        {
            "version": "1.5.0",
            "results": {
                "./notes\\a.md": [
                    {
                        "type": "Secret Keyword",
                        "hashed_secret": sha1("x"),
                        "line_number": 3,
                        "is_secret": False,
                    }
                ],
                "b.md": [{"type": "AWS Access Key", "hashed_secret": sha1("y"), "is_secret": True}],
            },
        }
    ).encode()

    assert (
        Known(path="notes/a.md", line=3, kind="Secret Keyword", sha1=sha1("x")),
        Known(path="b.md", line=0, kind="AWS Access Key", sha1=sha1("y"), is_secret=True),
    ) == parse_baseline(raw)


@given(st.one_of(st.binary(max_size=200), st.text(max_size=100).map(str.encode), st.just(b"[" * 100_000)))
def test_no_bytes_are_more_than_refused(raw):
    """Whatever is given instead of a baseline is BadInput and nothing else."""
    with pytest.raises(BadInput):
        parse_baseline(raw)


@pytest.mark.parametrize(
    "results", [{"a": [{}]}, {"a": {"b": 1}}, {"a": [{"hashed_secret": "x"}]}, [], "x", {"a": 1}]
)
def test_a_broken_baseline_is_refused_whole(results):
    """An entry without a hash refuses the file: half a list may be one that somebody cut."""
    with pytest.raises(BadInput):
        parse_baseline(json.dumps({"results": results}).encode())
