"""Secrets that people state in sentences, in many languages: “the staging password is …”, “Passwort: …”."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from memsync.core.secrets.judgement import is_placeholder, is_uuid, looks_random, strength
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
_LOGINS = ("login", "log in", "log on", "credential", "creds", "sign in", "anmelde", "zugang", "username")
_LINKS = frozenset(
    "is was are be to as now equals becomes became remains with : = -> → => — – - ist lautet war auf wird est es era è é e' foi är er on je jest to это 是 为 為 は 는 은 입니다 mit avec con com met z с: olarak is: is, 是：".split(),
)
_TECH = re.compile(
    r"(?:base|sha|utf|md|oauth|argon|pbkdf|x|ed|http|k|s|ec|i|ipv|win|es|rs|hs|aes|rsa|ecdsa|rc|tls|ssl|bcrypt|scrypt|log|web|py|python|node|java|go|php|v|q|p|h|step|phase|level|tier|part|chapter|day|week|issue|pr|gpt|claude|m|c|t|r|us|eu|ap|windows|ubuntu|debian|postgres|mysql|redis|db|host|server|vm|team)?"
    r"-?\d{1,4}(?:-?[a-z]{0,3}|fa|factor|password|s)(?:-(?:encoded|hashed|based|bit|byte|char|chars|character|characters|day|days|month|months|hour|hours|digit|digits|minute|minutes|factor|hex|urlsafe|only|style|salted|encrypted|compatible|signed|ish))*",
    re.IGNORECASE,
)
_NOT_A_KEY = re.compile(
    r"commit|sha-?\d|hash|digest|checksum|fingerprint|revision|etag|\bid\b|uuid", re.IGNORECASE
)
_QUOTES = {'"': '"', "'": "'", "`": "`", "„": "“", "“": "”", "«": "»", "「": "」", "”": "”"}


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    either = "|".join(re.escape(word) for word in sorted({*_PASSWORDS, *_KEYS}, key=len, reverse=True))
    return {
        "noun": re.compile(rf"(?i:(?<![a-z])({either}))"),
        "word": re.compile(r"[:=：]|[^\s:=：]+(?:[:=][^\s:=：]+)*"),
        "login": re.compile(
            r"(?i:(?<![a-z])(?:login|log in|log on|credentials?|creds|sign in|anmeld\w{0,6}|zugang\w{0,8}|username|user))[^\n]{0,60}?(?<![\w/.])[A-Za-z][\w.@-]{1,60}(?: / |/|: ?| - )[\"'`]?(?P<word>[^\s\"'`/][^\s\"'`]{5,100})"
        ),
    }


def stated(text: str, lower: str) -> Iterator[Span]:
    """Yield values that a sentence calls a password or a key. `lower` is the text in lower case."""
    if any(word in lower for word in _PASSWORDS) or any(word in lower for word in _KEYS):
        for noun in _patterns()["noun"].finditer(text):
            yield from _after(noun, text)
    if any(word in lower for word in _LOGINS):
        for match in _patterns()["login"].finditer(text):
            value = match["word"].rstrip(".,;)")
            if strength(value) == 3 and not _TECH.fullmatch(value):
                yield Span("password", BLOCK, match.start("word"), match.start("word") + len(value), value)


def _after(noun: re.Match[str], text: str) -> Iterator[Span]:
    """Look at the words that follow in the same line: the first that is linked to the noun and looks like a secret."""
    plain = noun[0].lower() in _PASSWORDS
    stop = text.find("\n", noun.end(), noun.end() + 160)
    stop = noun.end() + 160 if stop < 0 else stop
    linked, quiet, count = True, True, 0
    position = noun.end()
    if text[position : position + 1].isalpha() and text[position].isascii():  # the rest of an inflected noun
        position = _end_of_word(text, position)
    for word in _patterns()["word"].finditer(text, position, min(len(text), stop + 100)):
        if word.start() >= stop or count > 12:
            return
        raw = word[0]
        start, value = _unquote(text, word.start(), raw)
        linked_by_form = start > word.start()
        if linked and (
            found := _rate(
                value, plain=plain, quoted=linked_by_form, quiet=quiet, between=text[noun.start() : start]
            )
        ):
            yield Span("password" if plain else "stated-secret", found, start, start + len(value), value)
            return
        linked = (
            raw.lower().strip("*_,|") in _LINKS
            or raw.endswith((":", "=", "：", "是", "は", "：", "为"))
            or (raw.lower() in ("still", "now", "jetzt", "`", "also") and linked)
        )
        quiet = False
        count += 1


def _end_of_word(text: str, position: int) -> int:
    end = position
    while end < len(text) and end - position < 8 and text[end].isalpha():
        end += 1
    return end


def _unquote(text: str, start: int, raw: str) -> tuple[int, str]:
    lead = len(raw) - len(raw.lstrip("*_(是は："))
    raw, start = raw[lead:], start + lead
    if raw[:1] in _QUOTES:
        end = text.find(_QUOTES[raw[0]], start + 1, start + 200)
        if end > 0 and "\n" not in text[start:end]:
            return start + 1, text[start + 1 : end]
        raw, start = raw[1:], start + 1
    while raw and (raw[-1] in ".,;:)*\"'`”“»」。、" or (raw[-1] in "!?" and strength(raw[:-1]) == 0)):
        raw = raw[:-1]
    return start, raw


def _rate(value: str, *, plain: bool, quoted: bool, quiet: bool, between: str) -> str:
    if (
        is_placeholder(value)
        or len(value) < 4
        or value.startswith(("http:", "https:", "/", "~", "-", "#", "@", "[", "<", "s3:"))
    ):
        return ""
    if plain:
        return _rate_password(value, quoted=quoted, quiet=quiet)
    if is_uuid(value):
        return (BLOCK if "heroku" in between.lower() else WARN) if not _NOT_A_KEY.search(between) else ""
    return BLOCK if len(value) >= 16 and looks_random(value) and not _NOT_A_KEY.search(between) else ""


def _rate_password(value: str, *, quoted: bool, quiet: bool) -> str:
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
    return BLOCK if rated == 3 or quoted or not quiet else WARN
