"""One contract for every scanner: memsync's own, the full one, and the fake; then what holds between them."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsync.core.gate import Level, redact_clean
from memsync.core.secrets import find, rule_names
from memsync.edges.scanner import SECOND_RULES, FullScanner, SpanScanner
from memsync.edges.scanner.second import second_opinion
from memsync.errors import GateShut
from memsync.testing import PatternScanner
from secretkit import negatives, positives

KEY = b"a store's salt"
PLANTED = {
    "own": "glpat" + "-" + "xK4mQz81vLw07RtYp2Ns",
    "full": "glpat" + "-" + "xK4mQz81vLw07RtYp2Ns",
    "fake": "SECRET-4711",
}
SET = positives()


@pytest.fixture(params=["own", "full", "fake"])
def case(request: pytest.FixtureRequest):
    """Give a scanner and a secret that it knows."""
    scanner = {"own": SpanScanner(KEY), "full": FullScanner(KEY), "fake": PatternScanner()}[request.param]
    return scanner, PLANTED[request.param]


def test_a_finding_says_where(case) -> None:
    """Path, line and the whole span of the secret."""
    scanner, secret = case
    (found,) = scanner.scan(f"first\nuse {secret} now\n", path="facts/a.md")
    assert ("facts/a.md", 2, 10, 10 + len(secret), Level.BLOCK) == (
        found.path,
        found.line,
        found.start,
        found.end,
        found.level,
    )


def test_findings_are_sorted(case) -> None:
    """Findings come in the order of the text."""
    scanner, secret = case
    found = scanner.scan(f"{secret}\n" * 3)
    assert [0, len(secret) + 1, 2 * len(secret) + 2] == [f.start for f in found]


def test_a_clean_text_has_no_finding(case) -> None:
    """An ordinary note, and an empty one, are clean."""
    scanner, _ = case
    assert ((), ()) == (scanner.scan("We use pnpm, not npm.\n", path="a.md"), scanner.scan(""))


def test_the_same_secret_has_the_same_fingerprint(case) -> None:
    """A fingerprint is 32 hexadecimal digits and follows the value, not the place."""
    scanner, secret = case
    (one,), (two,) = scanner.scan(f"a {secret}"), scanner.scan(f"other\ntext {secret}\n")
    assert one.fingerprint == two.fingerprint
    assert re.fullmatch("[0-9a-f]{32}", one.fingerprint)


def test_redacting_leaves_nothing(case) -> None:
    """Redact, scan again: clean; and no part of the secret is left."""
    scanner, secret = case
    clean, _ = redact_clean(f"use {secret} now", scanner.scan)
    assert (True, (), False) == (
        clean.startswith("use [REDACTED:"),
        scanner.scan(clean),
        secret[-8:] in clean,
    )


@pytest.fixture(params=[SpanScanner, FullScanner])
def real(request: pytest.FixtureRequest):
    """Give each real scanner's class."""
    return request.param


def test_another_key_gives_another_fingerprint(real) -> None:
    """Fingerprints of two stores can't be compared."""
    (one,), (two,) = (real(key).scan(PLANTED["own"]) for key in (b"one", b"two"))
    assert one.fingerprint != two.fingerprint


def test_a_secret_in_a_name_is_found(real) -> None:
    """A finding in the path has line 0 and an empty span."""
    (found,) = real(KEY).scan("clean", path=f"facts/{PLANTED['own']}.md")
    assert (0, 0, 0, Level.BLOCK) == (found.line, found.start, found.end, found.level)


def test_no_finding_holds_the_secret(real) -> None:
    """Nothing a finding carries or prints holds any part of the secret's text."""
    for sample in SET[::40]:
        secret = sample.text[sample.start : sample.end]
        for found in real(KEY).scan(sample.text):
            assert secret not in repr(found) + str(found.to_json())


def test_every_redaction_of_the_set_is_clean(real) -> None:
    """For the whole set: what is left after redaction scans clean, also by the other scanner, and again is the same."""
    scanner, other = real(KEY), SpanScanner(KEY)
    for sample in SET[::3]:
        clean, _ = redact_clean(sample.text, scanner.scan)
        assert ((), (), clean) == (
            scanner.scan(clean),
            other.scan(clean),
            redact_clean(clean, scanner.scan)[0],
        )


def test_what_passes_the_quick_scanner_is_not_blocked_by_the_full_one() -> None:
    """Over the sets: no text passes SpanScanner and is blocked by FullScanner, so nothing acknowledged is held later."""
    own, full = SpanScanner(KEY), FullScanner(KEY)
    for sample in (*SET, *positives(seed=5), *negatives()):
        if not any(f.level is Level.BLOCK for f in own.scan(sample.text)):
            assert not [f.rule for f in full.scan(sample.text) if f.level is Level.BLOCK], sample.kind


VENDORS = (
    "AKIA",
    "ghp_",
    "glpat-",
    "xoxb-1-",
    "sk_live_",
    "SG.",
    "AKC",
    "SK",
    "eyJ",
    "pypi-AgEIcHlwaS5vcmc",
    "sk-",
    "T3BlbkFJ",
    "sq0csp-",
    "-us1",
    ":AA",
    "M",
    ".",
    "AccountKey=",
    "://a:",
    "@h",
    " ",
    "\n",
    "=",
)
PIECES = st.lists(
    st.sampled_from(VENDORS) | st.text(alphabet="aB3dE6gH9kZq7-_", min_size=4, max_size=45), max_size=8
).map("".join)


@given(PIECES)
def test_odd_mixtures_pass_both_or_none(text: str) -> None:
    """The same for texts mixed of vendors' prefixes and letters."""
    own = find(text, marks=SECOND_RULES)
    if not any(span.level == "block" for span in own):
        assert not [s for s in second_opinion(text, own) if s.level == "block"]


def test_the_second_opinion_is_asked() -> None:
    """detect-secrets' plugins do run: without memsync's findings, they report what they know."""
    found = {span.rule for sample in SET for span in second_opinion(sample.text, ())}
    assert {
        "ds-aws",
        "ds-github",
        "ds-gitlab",
        "ds-slack",
        "ds-stripe",
        "ds-sendgrid",
        "ds-jwt",
        "ds-openai",
        "ds-telegram",
        "ds-twilio",
        "ds-basic-auth",
        "ds-azure",
    } <= found


def test_marks_of_either_are_clean_to_both() -> None:
    """A mark that one scanner's redaction leaves is no finding to the other."""
    text = " ".join(f"password: [REDACTED:{rule}]" for rule in sorted(rule_names() | SECOND_RULES))
    assert ((), ()) == (SpanScanner(KEY).scan(text), FullScanner(KEY).scan(text))


def test_threads_agree() -> None:
    """Eight threads find what one finds."""
    scanner = FullScanner(KEY)
    texts = [sample.text for sample in SET[::9]]
    alone = [scanner.scan(text) for text in texts]
    with ThreadPoolExecutor(8) as pool:
        assert all(
            alone == list(got) for got in pool.map(lambda _: [scanner.scan(text) for text in texts], range(8))
        )


def test_no_scan_opens_a_socket(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither scanner ever uses the network: verifying a secret would send it away."""

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    assert all(FullScanner(KEY).scan(sample.text) for sample in SET[::50])


def test_a_scan_that_fails_shuts_the_gate(real, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever a rule does, the caller gets GateShut, and no text in it or behind it."""

    def fail(self, text: str):
        raise RecursionError(text)

    monkeypatch.setattr(real, "_spans", fail)
    with pytest.raises(GateShut) as caught:
        real(KEY).scan("a text")
    assert (None, True, False) == (
        caught.value.__cause__,
        caught.value.__suppress_context__,
        "a text" in str(caught.value),
    )


def test_the_quick_scanner_needs_the_standard_library_only() -> None:
    """A process that scans with SpanScanner imports neither detect-secrets nor anything else from outside."""
    program = (
        "import sys; from memsync.edges.scanner import SpanScanner; SpanScanner(b'k').scan('password: x');"
        "print(sorted({m.split('.')[0] for m in sys.modules} - set(sys.stdlib_module_names) - {'memsync', '__main__', 'sitecustomize', 'usercustomize'}))"
    )
    shown = subprocess.run(
        [sys.executable, "-S", "-c", f"import sys; sys.path[:0] = {sys.path!r}; {program}"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "[]" == shown.stdout.strip()
