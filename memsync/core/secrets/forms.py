"""Further forms in which people and programs write secrets down: pairs, headings, SQL, commands, phrases, password files."""

from __future__ import annotations

import base64
import binascii
import re
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from memsync.core.secrets.judgement import is_code, is_placeholder, is_uuid, looks_random, strength
from memsync.core.secrets.rules import BLOCK, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

_NAME = r"(?:password|passwort|passwd|passphrase|pwd|pass|secret|token|credential|api[_-]?key|access[_-]?key|auth[_-]?key|private[_-]?key|secret[_-]?key|_key)"
_QUOTED = r"(?:\"(?P<a>[^\"\n]{4,300})\"|'(?P<b>[^'\n]{4,300})')"
_TYPED = frozenset("!#$%^&*?+=@")  # a sign that only a password has within a word


class _Form(NamedTuple):
    hints: tuple[str, ...]  # one of them, in lower case, is in every text of this form
    pattern: str  # in lower case text; its groups a, b or c are the value
    least: int  # the strength the value must have; 4: 3, and with a sign
    rule: str = "password"


_FORMS = (
    # a name and a value as two arguments, or as two members
    _Form(("define", "setenv", "putenv", "environ", "setq"), rf"(?:define|setenv|putenv|setq|setdefault|setproperty)\W{{1,4}}[\w.-]{{0,40}}?{_NAME}[\w.-]{{0,20}}[\"']?[\s,]{{1,6}}{_QUOTED}", 2),
    _Form(("auth_key", "_salt", "auth_key", "logged_in_key", "nonce_key"), r"define\W{1,4}(?:secure_auth|auth|logged_in|nonce)_(?:key|salt)[\"'],\s{0,8}'(?P<a>[^'\n]{20,120})'", 1, "assigned-secret"),
    _Form(("value",), rf"{_NAME}[\w.-]{{0,20}}[\"']?\s{{0,3}},?\s{{1,40}}[\"']?value[\"']?\s{{0,3}}[:=]\s{{0,3}}(?:{_QUOTED}|(?P<c>[^\s\"'<>{{}}]{{4,300}}))", 2),
    # Password:⏎ …, ## Password⏎⏎`…`, password: >-⏎ …
    _Form(("pass", "pwd", "secret", "token", "pw", "kennwort"), r"(?:password|passwort|passwd|passphrase|kennwort|pwd|pw|secret|api key|token)(?:[*_]{0,3}:|[*_]{0,3}: ?[*_]{0,3}[|>][+-]?|[*_]{0,3})[ \t]{0,4}\n(?:[ \t]{0,8}\n)?[ \t>]{0,12}[`\"']?(?P<c>[^\s`\"'<>]{6,200})[`\"']?[ \t]{0,4}(?=\n|$)", 4),
    _Form(("'''", '"""'), rf"{_NAME}[\w.-]{{0,20}}\s{{0,4}}[:=]\s{{0,4}}(?:'''|\"\"\")\s{{0,4}}(?P<c>[^\s\"']{{4,300}})", 2),
    _Form(("identified by", "with password"), r"(?:identified (?:with \S{1,40} )?by|with (?:encrypted )?password)\s{1,4}(?:password\s)?'(?P<a>[^'\n]{4,200})'", 2),
    _Form(("requirepass", "masterauth"), r"(?:requirepass|masterauth)\s{1,8}[\"']?(?P<c>[^\s\"']{4,300})", 2),
    _Form(("psk", "wpa", "wifi:"), r"(?:(?<![a-z])psk|wpa[_-]?key|sae_password|pre-shared key)[\"']?\s{0,4}[:=]\s{0,4}(?:\"(?P<a>[^\"\n]{8,63})\"|(?P<c>[^\s\"]{8,64}))|wifi:[^\n]{0,80}?p:(?P<b>[^;\n]{8,63});", 2),
    # clients that take a password as a word
    _Form(("docker", "podman", "helm", "az ", "oc ", "npm ", "skopeo"), r"(?:docker|podman|helm registry|az|oc|skopeo|nerdctl|buildah) login[^\n]{0,120}?(?<![\w-])(?:-p|--password)[ =]{1,3}[\"']?(?P<c>[^\s\"'$][^\s\"']{3,300})", 2),
    _Form(("--password-stdin", "--with-token", "chpasswd", "sudo -s", "passwd --stdin"), r"echo\s{1,4}(?:-n\s)?[\"']?(?:[\w.-]{1,40}:)?(?P<c>[^\s\"'$|][^\s\"'|]{3,300})[\"']?\s{0,4}\|\s{0,4}(?:[\w./-]{1,40} ){0,5}?(?:[\w./-]{1,40} )?(?:login[^\n]{0,80}--password-stdin|chpasswd|sudo -s|gh auth|passwd)", 2),
    _Form(("net use",), r"net use [^\n]{1,120}?/user:\S{1,80}\s{1,4}(?P<c>[^\s/][^\s]{3,127})|net use [^\n]{1,80}?\s(?P<b>[^\s/\\*]{4,127})\s{1,4}/user:", 2),
    _Form(("htpasswd",), r"htpasswd\s{1,4}(?:-\w{1,6}\s{1,4}){0,4}\S{1,120}\s{1,4}[\w.@-]{1,60}\s{1,4}(?P<c>[^\s-][^\s]{3,127})", 2),
    # a user and a password in one call
    _Form(("auth", "credential"), rf"(?:auth|basicauth|httpdigestauth|networkcredential|usernamepasswordcredentials|passwordauthentication|basic_auth|setbasicauth|credentials?)\s{{0,3}}=?\s{{0,3}}\(\s{{0,4}}[\"'][\w.@+-]{{1,80}}[\"'],\s{{0,4}}{_QUOTED}", 2),
    # XML with attributes
    _Form(("<",), r"<(?:[\w.-]{0,30}:)?[\w.-]{0,40}?(?:password|passwd|pass|pwd|secret|token|apikey|api_key)[\w.-]{0,20}\s[^<>\n]{1,120}>(?P<c>[^<>\s]{4,300})</", 2),
    _Form(("<",), rf"<(?:[\w.-]{{0,30}}:)?[\w.-]{{0,40}}?{_NAME}>\s{{0,4}}\n\s{{0,40}}(?P<c>[^<>\s]{{6,300}})(?=\s{{1,40}}</|</)", 3),
    # sentences that name a user first
    _Form(("pass", "pw"), r"(?:user(?:name)?|login|account)\s{0,2}[:=]?\s{0,2}[`\"']?[\w.@-]{2,60}[`\"']?\s{0,2}(?:,|;|/|and|with|und|y|et)\s{0,2}(?:the )?(?:pass|pw|pwd|password)\s{0,2}(?:is|:|=)?\s{0,2}[`\"']?(?P<c>[^\s`\"',;]{4,200})", 3),
    _Form(("in as", "in with"), r"(?:log|logged|login|sign|signed) in(?: to \S{1,60})? (?:as [`\"']?[\w.@-]{1,60}[`\"']? )?(?:with|using) [`\"']?(?P<c>[^\s`\"']{6,200})", 4),
    _Form(("root", "admin", "sa/", "sa:", "postgres", "ubuntu", "pi/", "pi:"), r"(?:^|[\s(`\"'])(?:root|admin|administrator|sa|postgres|ubuntu|pi)(?: ?/ ?|:)(?P<c>(?!(?:[0-9a-f]{40}|[0-9a-f]{64})\b)[^\s/`\"']{6,100})", 4),
    # ~/.pgpass
    _Form((":",), r"(?:^|\n)(?:[\w.*-]{1,100}):(?:[0-9]{2,5}|\*):[\w*-]{1,60}:[\w.-]{1,60}:(?P<c>[^\s:]{4,200})(?=\n|$)", 2),
)  # fmt: skip

_LATER = re.compile(
    r"(?:^|(?<=[\s(\"'`]))(?P<c>[^\s\"'`(){}<>\[\]]{8,300})[\"'`]? (?:as|is|=) (?P<of>(?:the|our|my|your|an?|its|their|der|das|mein|unser)? ?(?:[\w.&-]{1,30} ){0,4}?)(?P<noun>api key|token|secret|password|passphrase|passwort|key|credential)(?![\w-])"
)
_NOT_OF = re.compile(
    r"cache|primary|sort|partition|hash|commit|idempot|lookup|dedup|routing|foreign|public|index|object|map |host|order|id |version"
)
_HEX = re.compile(r"(?:0x)?[0-9a-f]{7,128}", re.IGNORECASE)
_SEED = re.compile(
    r"(?:seed|mnemonic|recovery|backup|wallet|secret)(?: (?:seed|recovery|backup|phrase|words?|mnemonic)){0,4}\b[^a-z\n]{0,6}(?:is|are|was|lautet|:|=)?[^a-z\n]{0,6}(?P<words>(?:[a-z]{3,8}[ ,]{1,2}){11,23}[a-z]{3,8})(?![a-z])"
)
_QUERY = re.compile(
    r"[?&](?:key|api[_-]?key|apikey|token|access[_-]?token|auth|secret|client[_-]?secret|code|sig|signature|password|pwd|subscription-key|x-amz-signature)=(?P<c>[^\s&#\"'<>`)\]]{16,2000})"
)
_DOCKER = re.compile(r"\"auth\"\s{0,4}:\s{0,4}\"(?P<c>[a-z0-9+/]{8,400}={0,2})\"")
_OWN_KEY = re.compile(
    r"(?<![A-Za-z0-9])(?P<name>[A-Za-z][A-Za-z0-9_.-]{1,60}?(?:_KEY|[a-z0-9]Key|[_-]?key)(?:_?[0-9]{1,2})?)[\"'`]?\s{0,2}(?:=>|:?=|:)\s{0,2}[\"'`]?(?:base64:)?(?P<c>[A-Za-z0-9+/_=-]{20,400})(?![A-Za-z0-9])"
)
_PUBLIC = re.compile(
    r"PUBLIC|CACHE|PRIMARY|FOREIGN|SORT|PARTITION|GROUP|COMMIT|INDEX|HASH|HOST|ROUTING|OBJECT|S3_?KEY|LOOKUP|UNIQUE|DEDUP|IDEMPOTENCY|REGISTRY|PUB_?KEY|SITE_?KEY|PUBLISHABLE|FINGERPRINT|SSH|GPG|PGP|DSN|MEASUREMENT|QUERY|REACT|ROW|FILE|BLOB|DOCUMENT|CONTENT|VERSION|TRANSLATION|CHUNK|BUCKET|PATH|MESSAGE|TRACE|EVENT|ORDER|ITEM|USER_?KEY|CLIENT_?KEY|SHORT|HOT|MONKEY|TURKEY|DONKEY|HOCKEY|JOCKEY|KNOWN",
    re.IGNORECASE,
)


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def forms(text: str, lower: str) -> Iterator[Span]:
    """Yield secrets in the forms above. `lower` is the text in lower case."""
    for form in _FORMS:
        if any(hint in lower for hint in form.hints):
            for match in _compiled(form.pattern).finditer(lower):
                yield from _judge(form, match, text)
    if " as " in lower or " is " in lower:
        yield from _named_later(text, lower)
    if "seed" in lower or "mnemonic" in lower or "phrase" in lower or "wallet" in lower:
        for match in _SEED.finditer(lower):
            yield Span(
                "seed-phrase",
                BLOCK,
                match.start("words"),
                match.end("words"),
                text[match.start("words") : match.end("words")],
            )
    if '"auth"' in lower:
        yield from (
            span for span in _values(_DOCKER, "basic-auth-header", text, lower) if is_basic(span.value)
        )
    if "key" in lower:
        yield from _own_keys(text)


def _own_keys(text: str) -> Iterator[Span]:
    """Yield what is assigned to a name that ends in “key”, where chance made it and the name does not say what else it is."""
    for match in _OWN_KEY.finditer(text):
        value, name = match["c"], match["name"]
        if is_uuid(value) or is_placeholder(value) or _PUBLIC.search(name) or not looks_random(value):
            continue
        if name.isupper() or (len(value) >= 24 and not _HEX.fullmatch(value)):
            yield Span("assigned-secret", BLOCK, match.start("c"), match.end("c"), value)


def _named_later(text: str, lower: str) -> Iterator[Span]:
    """Yield values whose name comes after them: “use … as the staging password”, “… is our Stripe key”."""
    for match in _LATER.finditer(lower):
        start, end = match.span("c")
        value, noun = text[start:end].rstrip(".,;:"), match["noun"]
        word = noun in ("password", "passphrase", "passwort")
        sure = word or noun in ("api key", "secret", "credential") or not _HEX.fullmatch(value)
        typed = word and strength(value) == 3 and any(c in _TYPED for c in value[:-1])
        drawn = len(value) >= 16 and looks_random(value) and sure and not _NOT_OF.search(match["of"])
        if (typed or drawn) and not is_uuid(value) and not is_placeholder(value) and not is_code(value):
            yield Span("password" if word else "stated-secret", BLOCK, start, start + len(value), value)


def queries(text: str, lower: str) -> Iterator[Span]:
    """Yield tokens in the query of an address."""
    if "?" in text and "=" in text:
        yield from (span for span in _values(_QUERY, "url-token", text, lower) if looks_random(span.value))


def _judge(form: _Form, match: re.Match[str], text: str) -> Iterator[Span]:
    group = next(name for name in ("a", "b", "c") if name in match.re.groupindex and match[name] is not None)
    start = match.start(group)
    value = text[start : match.end(group)]
    value = value.rstrip(".,;)'`") if group == "c" else value
    rated = strength(value)
    enough = rated >= 3 and any(c in _TYPED for c in value[:-1]) if form.least == 4 else rated >= form.least
    if (
        (enough or (looks_random(value) and len(value) >= 20))
        and not is_uuid(value)
        and not is_placeholder(value)
    ):
        yield Span(form.rule, BLOCK, start, start + len(value), value)


def _values(pattern: re.Pattern[str], rule: str, text: str, lower: str) -> Iterator[Span]:
    for match in pattern.finditer(lower):
        value = text[match.start("c") : match.end("c")].rstrip(".,;:")
        if not is_placeholder(value):
            yield Span(rule, BLOCK, match.start("c"), match.start("c") + len(value), value)


def is_basic(value: str) -> bool:
    """Return whether this is base64 of `user:password`, with a password that stands for itself."""
    try:
        plain = base64.b64decode(
            value + "=" * (-len(value) % 4), altchars=b"-_" if "-" in value or "_" in value else None
        )
    except (binascii.Error, ValueError):
        return False
    user, colon, word = plain.partition(b":")
    return bool(colon and word) and not is_placeholder(word.decode("utf-8", "replace")) and word != user
