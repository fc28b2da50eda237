"""Credentials in URLs, connection strings and HTTP headers."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from memsync.core.secrets.forms import is_basic
from memsync.core.secrets.judgement import is_placeholder, looks_random, strength
from memsync.core.secrets.rules import BLOCK, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

_WEAK_HOST = re.compile(
    r"(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1\]|(?:[\w-]+\.)*example\.(?:com|org|net)|host|hostname|server|db|\.\.\.)(?![\w.-])",
    re.IGNORECASE,
)
_PUBLIC_HOST = re.compile(
    r"[\w.-]*(?:sentry|ingest)[\w.-]*", re.IGNORECASE
)  # the key in a Sentry DSN is published
_SESSION = re.compile(r"sess|sid|auth|token|jwt|login|remember|csrf|secret", re.IGNORECASE)


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    lead = r"[\"'`]{0,2}\s{0,4}[:=]\s{0,4}[\"'`]{0,2}"
    return {
        "url": re.compile(
            r"://(?P<user>[^\s/?#:@\"'`<>|]{0,200}+(?:@[\w.-]{1,80}(?=:[^\s/\"'`<>|]{1,100}@))?+)(?::(?P<word>[^\s/\"'`<>|]{1,300}))?@(?P<host>[\w\[.-]{1,200})"
        ),
        "jdbc": re.compile(r"jdbc:oracle:[a-z]{2,5}:[\w$#]{1,40}/(?P<word>[^\s@\"'`]{3,100})@"),
        "authorization": re.compile(
            rf"authorization{lead}(?:bearer|token|apikey|api-key|ssws|bot|key|splunk|genie-?key|oauth|zoho-oauthtoken)[ ]{{1,4}}(?P<word>[^\s\"'`<>,;]{{8,4000}})"
        ),
        "alone": re.compile(rf"authorization{lead}(?P<word>[a-z0-9_.~+/=@-]{{20,4000}})(?=[\"'`\s,;}}]|$)"),
        "bearer": re.compile(r"bearer[ :=]{1,3}(?P<word>[a-z0-9_.~+/=-]{20,4000})"),
        "basic": re.compile(rf"authorization{lead}basic[ ]{{1,4}}(?P<word>[a-z0-9+/_-]{{8,1000}}={{0,2}})"),
        "digest": re.compile(
            r"authorization[^\n]{1,20}digest [^\n]{0,400}?response=[\"']?(?P<word>[0-9a-f]{32,128})"
        ),
        "field": re.compile(
            rf"(?:x-[a-z0-9-]{{0,40}}(?:key|token|secret|auth|signature)|private-token|job-token|deploy-token|api-?key|ocp-apim-subscription-key|dd-(?:api|application)-key|circle-token|fastly-key|auth-token|x-shopify-access-token){lead}(?P<word>[^\s\"'`<>,;]{{12,1000}})"
        ),
        "cookie": re.compile(r"cookie[\"']?:\s?[\"']?(?P<pairs>[^\n\"']{8,4000})"),
        "pair": re.compile(r"(?P<name>[\w.-]{2,60})=(?P<word>[^\s;,\"']{16,4000})"),
        "curl": re.compile(
            r"(?:^|(?<=[\s\"'`(\[,]))(?:-u|--user|--proxy-user)[ =]{0,2}[\"']?[\w.@%+-]{0,80}:(?P<word>[^\s\"'`<>|]{4,200})"
        ),
    }


def addresses(text: str, lower: str) -> Iterator[Span]:
    """Yield credentials that stand in a URL or a header; user and host stay outside of the span. `lower`: the text in lower case."""
    if "://" in text:
        yield from _urls(text)
    if "jdbc:" in lower:
        yield from _plain("jdbc", "url-password", text, lower)
    if "authorization" in lower:
        yield from _plain("authorization", "authorization-header", text, lower)
        yield from _plain("digest", "authorization-header", text, lower)
        yield from (s for s in _plain("alone", "authorization-header", text, lower) if looks_random(s.value))
        yield from (
            span for span in _plain("basic", "basic-auth-header", text, lower) if is_basic(span.value)
        )
    if "bearer" in lower:
        yield from (
            span for span in _plain("bearer", "authorization-header", text, lower) if looks_random(span.value)
        )
    if "-" in lower and ("key" in lower or "token" in lower or "secret" in lower or "auth" in lower):
        yield from (span for span in _plain("field", "key-header", text, lower) if looks_random(span.value))
    if "cookie" in lower:
        yield from _cookies(text, lower)
    if "-u" in lower:
        yield from (
            span
            for span in _plain("curl", "url-password", text, lower)
            if strength(span.value) >= 2 or looks_random(span.value)
        )


def _plain(name: str, rule: str, text: str, lower: str) -> Iterator[Span]:
    for match in _patterns()[name].finditer(lower):
        start, end = match.span("word")
        value = text[start:end].rstrip(".,;:)")
        if not is_placeholder(value):
            yield Span(rule, BLOCK, start, start + len(value), value)


def _urls(text: str) -> Iterator[Span]:
    for match in _patterns()["url"].finditer(text):
        user, word, host = match["user"], match["word"], match["host"]
        if word is not None and _is_password(word, user, host):
            yield Span("url-password", BLOCK, match.start("word"), match.end("word"), word)
        elif (word is None or word in ("x-oauth-basic", "x-token-auth", "")) and _is_token(user, host):
            yield Span("url-token", BLOCK, match.start("user"), match.end("user"), user)


def _is_password(word: str, user: str, host: str) -> bool:
    if re.match(r"\d{1,5}(?:[?#]|$)", word) and "@" not in word and not word[5:]:
        return False
    if (
        word in ("x-oauth-basic", "x-token-auth")
        or is_placeholder(word)
        or word.lower() == user.lower()
        or word.startswith(":")
    ):
        return False
    ordinary = word.isalpha() and word.islower()
    return not (ordinary and (len(word) < 5 or _WEAK_HOST.match(host))) and len(word) >= 3


def _is_token(user: str, host: str) -> bool:
    return (
        len(user) >= 16 and looks_random(user) and not is_placeholder(user) and not _PUBLIC_HOST.match(host)
    )


def _cookies(text: str, lower: str) -> Iterator[Span]:
    for line in _patterns()["cookie"].finditer(lower):
        for pair in _patterns()["pair"].finditer(text, line.start("pairs"), line.end("pairs")):
            if (
                _SESSION.search(pair["name"])
                and looks_random(pair["word"])
                and not is_placeholder(pair["word"])
            ):
                yield Span("cookie", BLOCK, pair.start("word"), pair.end("word"), pair["word"])
