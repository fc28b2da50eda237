"""Values given to a name that says secret: in code, environments, YAML, JSON, XML, tables and command lines."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from memsync.core.secrets.judgement import is_code, is_placeholder, is_uuid, looks_random, strength
from memsync.core.secrets.rules import BLOCK, WARN, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

_TOKENS = ("token", "key", "credential", "auth", "salt", "cert", "account", "signature")
_PLAIN = r"passwords?|passwort|passwd|passphrase|passcode|pwd|pass|pw|secret|kennwort|contrase(?:ñ|n)a|mot[_ -]de[_ -]passe|senha|wachtwoord|has[łl]o|пароль|heslo|salasana|密码|パスワード"
_KEYS = (
    r"api[_ -]?key|apikey|api[_ -]?token|access[_ -]?key|auth[_ -]?key|accountkey|sharedaccesskey|subscription[_ -]?key|token|credentials?"
    r"|(?:encryption|encrypt|signing|sign|private|master|admin|app|application|account|shared|license|deploy|storage|session|cipher|hmac|aes|jwt|root|service|write|ingest|integration|webhook|host)[_ -]?key"
)
HINTS = (
    "pass",
    "pwd",
    "pw",
    "secret",
    "token",
    "key",
    "credential",
    "kennwort",
    "contrase",
    "senha",
    "wachtwoord",
    "has",
    "пароль",
    "heslo",
    "salasana",
    "密码",
    "パスワード",
)
"""One of these is in every text (in lower case) that an assignment can be found in."""

_AFTER = frozenset(
    "path file files filename field fields name names url uri id ids length len policy hash hashes hashed digest count type types expire expires expiry expiration timeout ttl minutes hours"
    " days seconds regex pattern limit budget var label input prompt manager ref reference hint reset endpoint format index size status state store strategy usage version rotation required"
    " confirmation confirm placeholder algorithm algo env arn location header prefix suffix mode class provider validator strength min max error errors message help text title column"
    " protected sensitive exists valid enabled at by in on age date time iter iterations rounds rule rules template link page form generator izer ization izers ing ed er ers".split(),
)
_BEFORE = frozenset(
    "hashed encrypted public max min num total no without reset forgot missing invalid expired next prev page cancellation stop eos bos pad unk sep cls mask primary foreign sort partition cache".split()
)
_PIECE = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
_HUMAN_END = re.compile(r"\s*(?:$|[,;)}\]|#&]|//|--|<|\\n|\(|and\b|until\b|und\b)", re.MULTILINE)


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    value = r"(?:(?P<quote>[\"'`])(?P<quoted>(?:\\.|(?!(?P=quote))[^\n\\]){1,400})(?P=quote)|[„“«「](?P<typeset>[^\n“”»」]{1,200})[“”»」]|(?P<bare>[^\s\"'`<>|][^\s`<>|]{0,400}))"
    keyword = rf"(?P<key>(?i:{_PLAIN}|{_KEYS}))"
    return {
        "assign": re.compile(
            rf"{keyword}(?P<tail>[A-Za-z0-9_.-]{{0,40}}+)(?P<shut>[\"'`*\])]{{0,4}}+)[ \t]{{0,8}}+(?P<sign>:=|=>|={{1,3}}|:|：|\||>)[*_]{{0,3}}+[ \t]{{0,12}}+{value}"
        ),
        "flag": re.compile(
            rf"(?<![\w-])--?(?:[a-z0-9]{{1,20}}-){{0,3}}(?P<key>(?i:password|passwd|pass|token|secret|api-?key|access-?key|auth))(?P<tail>)(?P<shut>)(?P<sign>[ ]{{1,4}}|=){value}"
        ),
        "env": re.compile(
            rf"(?<![A-Za-z0-9])(?:ENV|ARG|SET|setx|export|set|-e|unset -v) +[A-Z0-9_]{{0,40}}?(?P<key>PASSWORD|PASSWD|SECRET|TOKEN|API_?KEY|PASS|ACCESS_KEY|_KEY)(?P<tail>[A-Z0-9_]{{0,30}}+)(?P<shut>)(?P<sign> +){value}"
        ),
        "call": re.compile(
            rf"(?i:(?P<key>password|passwd|token|secret|api_?key|login|authenticate))(?P<tail>[A-Za-z_]{{0,20}}+)(?P<shut>)(?P<sign>\(\s{{0,4}})(?:[\"'][\w.@-]{{1,60}}[\"'],\s{{0,4}})?{value}"
        ),
        "netrc": re.compile(
            rf"(?:machine|default|login)[^\n]{{1,120}}?\s(?P<key>password|passwd)(?P<tail>)(?P<shut>)(?P<sign>\s{{1,4}}){value}"
        ),
        "client": re.compile(
            rf"(?P<key>mysql|mysqldump|mysqladmin|mariadb|sshpass|redis-cli|mongosh?|ldapsearch|smbclient|psql|sqlcmd|htpasswd|7z|zip|unzip|openssl)(?P<tail>)(?P<shut>)(?P<sign>[ ][^\n]{{0,100}}?(?<![\w-])(?:-p|-a|-w|-P|-pass pass:|--pass(?:word)?[ =])[ ]{{0,2}}){value}"
        ),
        "table": re.compile(
            r"^[ \t>]{0,8}\|(?P<head>[^\n]{3,600})\|?[ \t]*\n[ \t>]{0,8}\|?[ \t:|-]{3,600}\n(?P<rows>(?:[ \t>]{0,8}\|[^\n]{1,2000}(?:\n|$)){1,400})",
            re.MULTILINE,
        ),
    }


def assigned(text: str, lower: str) -> Iterator[Span]:
    """Yield values that are assigned to names of secrets. `lower` is the text in lower case."""
    patterns = _patterns()
    for match in patterns["assign"].finditer(text):
        yield from _judge(match, text, _name_before(text, match.start("key")))
    for name, hint in (("flag", "-"), ("env", " "), ("call", "("), ("netrc", "password")):
        if hint in text:
            for match in patterns[name].finditer(text):
                yield from _judge(match, text, "")
    if "|" in text and "-|" in text.replace(" ", "").replace(":", ""):
        yield from _tables(text)


def commands(text: str, lower: str) -> Iterator[Span]:
    """Yield passwords in the options of well-known clients, whose option names say nothing (`mysql -pX`)."""
    if " -" in lower and any(
        word in lower
        for word in (
            "mysql",
            "maria",
            "sshpass",
            "redis-cli",
            "mongo",
            "psql",
            "sqlcmd",
            "openssl",
            "zip",
            "7z",
            "smbclient",
            "ldapsearch",
        )
    ):
        for match in _patterns()["client"].finditer(text):
            value, start = _value(match)
            if strength(value) >= 2:
                yield Span("password", BLOCK, start, start + len(value), value)


def _name_before(text: str, position: int) -> str:
    start = position
    while start > 0 and position - start < 40 and (text[start - 1].isalnum() or text[start - 1] in "_.-"):
        start -= 1
    return text[start:position]


def _value(match: re.Match[str]) -> tuple[str, int]:
    for group in ("quoted", "typeset"):
        if match[group] is not None:
            return match[group], match.start(group)
    bare = match["bare"]
    cut = re.search(r"[\"'`;]|,(?=$|\s|[\"'{\[])|\\[nr]|\*\*$|</", bare)
    bare = bare[: cut.start()] if cut else bare
    while bare and bare[-1] in ".,:)}]!?" and not (bare[-1] in "!?" and len(bare) > 6):
        bare = bare[:-1]
    return bare, match.start("bare")


def _judge(match: re.Match[str], text: str, before: str) -> Iterator[Span]:
    key, tail, sign = match["key"].lower(), match["tail"], match["sign"].strip()
    if sign == ">" and not (before == "" and text[max(0, match.start("key") - 1)] == "<"):
        return
    value, start = _value(match)
    if sign == "=" and text[max(0, match.start("key") - len(before) - 1)] in "?&":
        value = value.split("&")[0]
    if _wrong_name(before, key, tail, match["shut"]) or not value:
        return
    quoted = match["bare"] is None
    level = _level(
        key + tail.lower(),
        value,
        quoted=quoted,
        sign=sign,
        alone=quoted or bool(_HUMAN_END.match(text, start + len(value))),
        loud=match["key"].isupper(),
    )
    if level:
        yield Span(
            "password" if _is_plain(key, tail) else "assigned-secret", level, start, start + len(value), value
        )


def _wrong_name(before: str, key: str, tail: str, shut: str) -> bool:
    pieces = [piece.lower() for piece in _PIECE.findall(tail)]
    if any(piece in _AFTER for piece in pieces) or (
        tail[:1].islower() and not (tail == "s" and key != "token")
    ):
        return True
    if (
        key in ("pass", "pw", "pwd", "token")
        and before[-1:].isalpha()
        and key == "pass"
        and before[-1:].islower()
        and not before.lower().endswith(("db", "smtp", "user", "root", "mail", "ssh", "sudo", "my"))
    ):
        return True
    if key == "pw" and before[-1:].isalpha():
        return True
    return any(piece.lower() in _BEFORE for piece in _PIECE.findall(before)) or shut.count(")") > 1


def _is_plain(key: str, tail: str) -> bool:
    return not any(word in key + tail.lower() for word in _TOKENS)


def _level(name: str, value: str, *, quoted: bool, sign: str, alone: bool, loud: bool) -> str:
    if is_placeholder(value) or (not quoted and is_code(value)) or (" " in value and len(value.split()) > 3):
        return ""
    if is_uuid(value):
        return WARN
    rated = strength(value)
    if not any(word in name for word in _TOKENS):
        enough = rated == 3 or (rated == 2 and (alone or sign == "="))
        return (
            BLOCK
            if enough
            else WARN
            if rated == 1
            and " " not in value
            and (loud and sign == "=" or quoted and value.islower() and value.isalnum())
            else ""
        )
    if looks_random(value) and len(value) >= 16:
        return BLOCK
    human = (
        rated == 3
        and len(value) >= 8
        and (quoted or (sign == "=" and loud) or (alone and any(not c.isalnum() for c in value)))
    )
    return BLOCK if human else ""


def _tables(text: str) -> Iterator[Span]:
    wanted = re.compile(rf"(?i)(?:^|\W)(?:{_PLAIN}|{_KEYS})s?\W*$")
    for table in _patterns()["table"].finditer(text):
        columns = {n for n, head in enumerate(table["head"].split("|")) if wanted.search(head.strip())}
        position = table.start("rows")
        for row in table["rows"].splitlines(keepends=True) if columns else ():
            yield from _cells(row, position, columns)
            position += len(row)


def _cells(row: str, position: int, columns: set[int]) -> Iterator[Span]:
    offset = row.index("|") + 1
    for number, cell in enumerate(row[offset:].rstrip("\n").split("|")):
        value = cell.strip(" \t`*\"'")
        if number in columns and (strength(value) >= 2 or looks_random(value)) and " " not in value:
            start = position + offset + cell.index(value)
            yield Span("password", BLOCK, start, start + len(value), value)
        offset += len(cell) + 1
