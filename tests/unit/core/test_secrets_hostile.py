"""Texts made to hurt: bombs, giants, and what is no text at all."""

from __future__ import annotations

import base64
import gzip
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from memsync.core.secrets import SHAPES, encoded, find
from secretshapes import make

# Pieces that a rule may begin with and never end: each is repeated to make a text.
PIECES = (
    "a", "A", "0", "aB3", "-", "_", ".", " ", "\n", "\r\n", '"', "'\"`", "*", "\\", "%41", "&#45;", "://a:", "https://a:b", "a@", "eyJ", "eyJhbGci.",
    "-----BEGIN " + "PRIVATE KEY-----\n", "-----END " + "PRIVATE KEY-----", "PuTTY-User-Key-File-2: x\n", "password ", "password: ", "password is ", "pass", "api_key=",
    "key", "auth", 'token="', "|a|b|\n|-|-|\n", "|", "| password |\n", "login a:", "cookie: a=", "authorization: bearer ", "x-a-key", "mysql -p", "machine ", "\u200b",
    "\uff47", "abcDEF12\n", '"a1B2c3" + ', "QUtJQUFBQUFBQUFBQUFBQUFBQUE", "6162", "<", "<!--", "-u a:", "https://aa.b/?sig=", "abc1Q~", "12345678:", "[REDACTED:jwt]",
    "[REDACTED:", "密码", "T3BlbkFJ", "//a/:_authToken=", "xoxb-1-", "A.", "otpauth://totp/", "jdbc:oracle:thin:a/", "--password ", "export ", 'password="a', '"x" ', "a;",
    "](", "](a", "](a(", "[[", "[[a|", "[a]: ", "[^a", '<a href="', "[password ", "a/b.", "[password]: /",
    "kind: Secret\ndata:\n", "kind: Secret\ndata:\n  a: d2ludGVyMjAyNA==\n", '"kind": "Secret", "data": {', "okta: ", "okta key ", " as the key ", "aB3dE6gH as the ", "a_b_", "xKey: ", "a.Key=",
    "<aToken>\n", 'token\\": \\"', "token string = ", "xToken,aB3dE6gH1jK4mN7pQ,", "ey.ey", "eyJhbGci.eyJ", "//a@b.c:d", "u123456-",
)  # fmt: skip
LITERALS = sorted({literal for row in SHAPES for literal in row.literals})


def seconds(text: str) -> float:
    """Return the processor time of a scan."""
    before = time.process_time()
    find(text)
    return time.process_time() - before


def assert_linear(piece: str) -> None:
    """Four times the text may take eight times as long: a quadratic rule takes sixteen. The better of two tries counts."""
    short, long = (piece * (size // len(piece) + 1) for size in (4_000, 16_000))
    once = min(seconds(short), seconds(short))
    if once > 0.003:  # below, the clock says nothing
        bound = 9 * once + 0.05
        assert seconds(long) < bound or seconds(long) < bound, f"{piece!r}: {once:.3f} s for 4 kB"


@pytest.mark.parametrize("piece", PIECES)
def test_time_grows_with_the_text(piece: str) -> None:
    """No repeated piece makes a scan take more than its length's share of time."""
    assert_linear(piece)


@pytest.mark.parametrize("row", SHAPES, ids=lambda row: row.rule)
def test_every_rule_takes_linear_time(row) -> None:
    """What a rule waits for, again and again and never whole, takes linear time."""
    for literal in row.literals[:2]:
        assert_linear(literal)
        assert_linear(literal + "aB3dE6gH")


@pytest.mark.slow
@pytest.mark.parametrize("piece", LITERALS)
def test_every_literal_takes_linear_time(piece: str) -> None:
    """The same for each literal of each rule, bare and within an assignment."""
    assert_linear(piece)
    assert_linear(f'{piece} = "')


@pytest.mark.slow
@pytest.mark.parametrize("repeats", [370_000])
def test_a_line_of_ten_megabytes_is_scanned_to_its_end(repeats: int) -> None:
    """A secret at the end of a 10 MB line is found."""
    text = "lorem ipsum dolor sit amet " * repeats + "the password is " + "Tr0ub4dor&3x"
    assert ["password"] == [span.rule for span in find(text)]


@given(st.text(alphabet=st.characters(), max_size=200))
@settings(max_examples=200)
def test_any_text_can_be_scanned(text: str) -> None:
    """No text makes a rule fail, lone surrogates and NUL among them."""
    assert all(0 <= s.start < s.end <= len(text) for s in find(text))


@given(st.text(alphabet=st.characters(categories=["Cs", "Cc", "Lu", "Ll", "Nd"]), max_size=40))
def test_odd_characters_hide_nothing(text: str) -> None:
    """A secret between NULs, surrogates and controls is found all the same."""
    assert any(s.level == "block" for s in find(f"{text}\n{SECRET}\n{text}"))


SECRET = "glpat" + "-" + "xK4mQz81vLw07RtYp2Ns"


def wrap(text: str, times: int) -> str:
    """Return base64 of base64 of … the text."""
    for _ in range(times):
        text = base64.b64encode(text.encode()).decode()
    return text


@pytest.mark.parametrize("depth", [1, 2, 3])
def test_base64_is_opened_to_depth_three(depth: int) -> None:
    """A secret in base64, up to three times over, is found; the span is the whole run."""
    text = f"kept: {wrap(SECRET, depth)} end"
    (span,) = find(text)
    assert (wrap(SECRET, depth), "gitlab-token") == (text[span.start : span.end], span.rule)


def test_gzip_in_base64_is_opened() -> None:
    """What a tool packs before it writes base64 is found as well."""
    packed = base64.b64encode(gzip.compress(f"token: {SECRET}\n".encode() * 3)).decode()
    assert any(s.rule == "gitlab-token" for s in find(f"release: {packed}"))


def test_a_packed_bomb_is_refused_in_bounded_space() -> None:
    """100 MB of zeros, packed to a few hundred kB, are not unpacked: they block."""
    bomb = base64.b64encode(gzip.compress(b"0" * 100_000_000, 9)).decode()
    assert ["encoded-too-large"] == [s.rule for s in find(bomb)]
    assert encoded.LARGEST < 10_000_000


def test_more_base64_than_is_opened_blocks() -> None:
    """More encoded text than the bound can't pass unseen."""
    assert any(
        s.rule == "encoded-too-large" for s in find(base64.b64encode(b"plain words, " * 165_000).decode())
    )


def test_binary_noise_is_no_secret() -> None:
    """Random bytes, read as text, have no finding."""
    import random

    rng = random.Random(3)
    for _ in range(20):
        assert not [s for s in find(rng.randbytes(4000).decode("utf-8", "replace")) if s.level == "block"]


def test_long_keys_are_covered_whole() -> None:
    """A private key of 16,384 bits is one span."""
    import random

    rng = random.Random(1)
    key = (
        "-----BEGIN "
        "RSA PRIVATE KEY-----\n"
        + "\n".join(make("{B:64}", rng) for _ in range(190))
        + "\n-----END "
        + "RSA PRIVATE KEY-----"
    )
    assert [(4, 4 + len(key))] == [(s.start, s.end) for s in find(f"key\n{key}\n")]
