"""Secrets that people state in sentences, in many languages: “the staging password is …”, “Passwort: …”."""

from __future__ import annotations

import re
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING

from memsync.core.secrets.judgement import UUID_KEYS, is_placeholder, is_uuid, looks_drawn, strength
from memsync.core.secrets.rules import BLOCK, WARN, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

_PASSWORDS = (
    "password",
    "passwort",
    "kennwort",
    "passphrase",
    "passcode",
    "pass phrase",
    "mot de passe",
    "contraseña",
    "contrasena",
    "clave",
    "parola",
    "senha",
    "palavra-passe",
    "wachtwoord",
    "hasło",
    "haslo",
    "парол",
    "密码",
    "密碼",
    "口令",
    "パスワード",
    "비밀번호",
    "암호",
    "lösenord",
    "adgangskode",
    "kodeord",
    "passord",
    "salasana",
    "şifre",
    "heslo",
    "jelszó",
    "mật khẩu",
    "community string",
    "identifiants",
    "كلمة المرور",
    "סיסמה",
    "κωδικός",
    "pwd",
    "pw",
    "passwd",
)
_KEYS = (
    "api key",
    "api-key",
    "apikey",
    "access key",
    "secret key",
    "auth token",
    "token",
    "secret",
    "application key",
    "app key",
    "admin key",
    "account key",
    "private key",
    "license key",
    "signing key",
    "encryption key",
    "unseal key",
    "fernet key",
    "aes-256 key",
    "aes key",
    "master key",
    "root key",
    "deploy key",
    "openai key",
    "session key",
    "service key",
    "maps key",
    "pat",
    "api-schlüssel",
    "clé api",
    "clave api",
    "clave de api",
    "chiave api",
    "ключ api",
    "api密钥",
    "apiキー",
    "schlüssel",
    "credential",
    "webhook",
)
_LOGINS = (
    "login",
    "log in",
    "log on",
    "credential",
    "creds",
    "sign in",
    "anmelde",
    "zugang",
    "username",
    "identifiant",
    "credenzial",
    "credencial",
    "inloggegevens",
)
_LINKS = frozenset(
    "is was are be to as now equals becomes became remains with : = -> → => — – - ist lautet war auf wird est es era è é e' foi är er on je jest to это 是 为 為 は 는 은 입니다 mit avec con com met z с: olarak este là is: is, 是：".split(),
)
_CHANGES = ("chang", "set ", "reset", "updat", "rotat", "switch", "moved", "renew")
_TECH = re.compile(
    r"PKCS#?\d{1,2}|SOCKS\d|RFC-?\d{3,5}|(?:S?CRAM|DIGEST|AES|RSA|ECDSA|HMAC|NTLM|CHAP|MSCHAP|EAP|KRB)[-_A-Z0-9]{0,30}|(?:base|sha|utf|md|oauth|argon|pbkdf|x|ed|http|k|s|ec|i|ipv|win|es|rs|hs|aes|rsa|ecdsa|rc|tls|ssl|bcrypt|scrypt|log|web|py|python|node|java|go|php|v|q|p|h|step|phase|level|tier|part|chapter|day|week|issue|pr|gpt|claude|m|c|t|r|us|eu|ap|windows|ubuntu|debian|postgres|mysql|redis|db|host|server|vm|team)?"
    r"-?\d{1,4}(?:-?[a-z]{0,3}|fa|factor|password|s)(?:-(?:encoded|hashed|based|bit|byte|char|chars|character|characters|day|days|month|months|hour|hours|digit|digits|minute|minutes|factor|hex|urlsafe|only|style|salted|encrypted|compatible|signed|ish))*",
    re.IGNORECASE,
)
_NOT_A_KEY = re.compile(
    r"commit|sha-?\d|hash|digest|checksum|fingerprint|revision|etag|\bid\b|uuid", re.IGNORECASE
)
_NO_BORDER = frozenset(
    "abcdefghijklmnopqrstuvwxyz0123456789_+/=.{-"
)  # before a noun: then it is a part of something
_NO_VALUE = re.compile(r"https?:|s3:|[/~\[<]|[A-Za-z_:-]{2,30}=[\"']|:[a-z-]{1,30}$")
_LINKING_ENDS = (":", "=", "：", "是", "は", "为")
_QUOTES = {'"': '"', "'": "'", "`": "`", "„": "“", "“": "”", "«": "»", "「": "」", "”": "”"}


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    either = "|".join(re.escape(word) for word in sorted({*_PASSWORDS, *_KEYS}, key=len, reverse=True))
    return {
        "noun": re.compile(either),
        "entity": re.compile(r"&(?:quot|apos|lt|gt|nbsp|#[0-9]{1,5});?|\",|\\&"),
        "bracket": re.compile(r"\](?:[\](\[:]| \()"),
        "word": re.compile(r"[:=：]+(?=[\s\"'`“„«「*])|\S{1,300}"),
        "login": re.compile(
            r"(?:login|log in|log on|credentials?|creds|sign in|anmeld\w{0,6}|zugang\w{0,8}|username|identifiants?|credenzial\w{1,2}|credencial\w{1,3}|inloggegevens)[^\n]{0,60}?(?<![\w/.\[-])[a-z][\w.@-]{1,60}(?: / |/|: ?| - )[\"'`]?(?P<word>[^\s\"'`/][^\s\"'`/\]\[]{5,100})"
        ),
    }


def stated(text: str, lower: str) -> Iterator[Span]:
    """Yield values that a sentence calls a password or a key. `lower` is the text in lower case."""
    for noun in _patterns()["noun"].finditer(lower):
        if lower[noun.start() - 1 : noun.start()] not in _NO_BORDER or noun.start() == 0:
            yield from _after(noun, text)
    if any(word in lower for word in _LOGINS):
        for match in _patterns()["login"].finditer(lower):
            start, end = match.span("word")
            value = text[start:end].rstrip(".,;)")
            if strength(value) == 3 and not _TECH.fullmatch(value):
                yield Span("password", BLOCK, start, start + len(value), value)


def _after(noun: re.Match[str], text: str) -> Iterator[Span]:
    """Look at the words that follow in the same line: the first that is linked to the noun and looks like a secret."""
    position = _end_of_noun(noun, text)
    if position < 0 or text[max(0, noun.start() - 2) : noun.start()] == "$(":
        return  # a command's name
    plain = noun[0] in _PASSWORDS
    stop = text.find("\n", position, position + 160)
    stop = position + 160 if stop < 0 else stop
    within = _end_of_brackets(text, noun.start(), position, stop)
    stop, last = (within, within) if within >= 0 else (stop, min(len(text), stop + 100))
    linked = near = True
    for word in islice(_patterns()["word"].finditer(text, position, last), 12):
        if word.start() >= stop:
            return
        raw = word[0]
        if near and raw[0] in "=:" and word.start() == position and len(raw) > 1:
            return  # an assignment, judged as such
        start, value = _unquote(text, word.start(), raw)
        said = text[max(0, noun.start() - 24) : start]
        level = (
            _rate(value, plain=plain, quoted=text[start - 1] in _QUOTES, near=near, said=said)
            if linked
            else ""
        )
        if level:
            yield Span("password" if plain else "stated-secret", level, start, start + len(value), value)
            return
        linked = _links(raw, linked=linked) and _fits(
            raw, noun[0], text[max(0, noun.start() - 40) : word.start()]
        )
        near = False


def _fits(link: str, noun: str, said: str) -> bool:
    """Return whether a linking word of one language links after what was said: Finnish “on”, Polish “to”, “changed … to”."""
    match link:
        case "on":
            return noun == "salasana"
        case "to":
            return noun in ("hasło", "haslo") or any(word in said.lower() for word in _CHANGES)
        case _:
            return True


def _end_of_brackets(text: str, noun: int, position: int, stop: int) -> int:
    """Return where the text of a link that holds the noun ends, or -1: what follows it is where the link leads to."""
    line = max(0, noun - 120, text.rfind("\n", 0, noun))
    if text.rfind("[", line, noun) <= text.rfind("]", line, noun):
        return -1
    end = _patterns()["bracket"].search(text, position, stop)
    return end.start() if end else -1


def _links(raw: str, *, linked: bool) -> bool:
    """Return whether what follows this word is what the noun is said to be."""
    word = raw.lower().strip("*_,|")
    return (
        word in _LINKS
        or raw.endswith(_LINKING_ENDS)
        or (linked and word in ("still", "now", "jetzt", "also", "`"))
    )


def _end_of_noun(noun: re.Match[str], text: str) -> int:
    """Return where the noun with its inflection ends, or -1 where it is a part of another word, a name or a path."""
    end = noun.end()
    while end - noun.end() < 5 and text[end : end + 1].isalpha() and ord(text[end]) < 0x2E80:
        end += 1
    short = len(noun[0]) < 4
    if end - noun.end() > (0 if short else 4):
        return -1
    after = text[end : end + 1]
    if after in "\"'" and after and text[noun.start() - 1 : noun.start()] == after:
        return end + 1  # the noun itself is quoted
    if after == ")" and text[end + 1 : end + 2] in set(".}]`;,"):
        return -1  # an argument
    return (
        -1 if after and after in "_-./\\([{$@&;?0123456789" and not text[end + 1 : end + 2].isspace() else end
    )


def _unquote(text: str, start: int, raw: str) -> tuple[int, str]:
    lead = len(raw) - len(raw.lstrip("*_(是は：为"))
    raw, start = raw[lead:], start + lead
    raw = _patterns()["entity"].split(raw, maxsplit=1)[0]
    if raw[:1] in _QUOTES:
        end = text.find(_QUOTES[raw[0]], start + 1, start + 200)
        if end > 0 and "\n" not in text[start:end] and text[start + 1 : end] == text[start + 1 : end].strip():
            return start + 1, text[start + 1 : end]
        raw, start = raw[1:], start + 1
    while raw and (raw[-1] in ".,;:)*\"'`”“»」。、" or (raw[-1] in "!?" and strength(raw[:-1]) == 0)):
        raw = raw[:-1]
    return start, raw


def _rate(value: str, *, plain: bool, quoted: bool, near: bool, said: str) -> str:
    if (
        not 4 <= len(value) <= 200
        or "|" in value
        or _is_ordinary(value.rstrip("&\\"))
        or _NO_VALUE.match(value)
        or not any(c.isascii() and c.isalnum() for c in value)
    ):
        return ""  # an ordinary word: most are; nobody types a password in ideographs
    rated = strength(value)
    if is_placeholder(value) or (value[0] in "-#@" and rated < 3) or value[0] in ")]},;":
        return ""
    if plain:
        return _rate_password(value, quoted=quoted, near=near)
    if _NOT_A_KEY.search(said):
        return ""
    if is_uuid(value):
        return BLOCK if UUID_KEYS.search(said) else WARN
    typed = rated == 3 and len(value) >= 10 and any(c in "!#$%^*?@" for c in value) and not near
    return BLOCK if typed or (len(value) >= 16 and looks_drawn(value)) else ""


def _is_ordinary(word: str) -> bool:
    return word.isalpha() and (word.islower() or word[1:].islower())


def _rate_password(value: str, *, quoted: bool, near: bool) -> str:
    words = value.split()
    if len(words) > 1:
        return (
            WARN
            if quoted
            and 3 <= len(words) <= 12
            and all(w.isalpha() and w.islower() and len(w) > 2 for w in words)
            else ""
        )
    rated = strength(value)
    if rated < 2 or _TECH.fullmatch(value):
        return ""
    return BLOCK if rated == 3 or quoted or not near else WARN
