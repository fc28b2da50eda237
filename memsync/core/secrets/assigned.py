"""Values given to a name that says secret: in code, environments, YAML, JSON, XML, tables and command lines."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from memsync.core.secrets.judgement import (
    UUID_KEYS,
    is_code,
    is_placeholder,
    is_uuid,
    looks_drawn,
    looks_random,
    strength,
)
from memsync.core.secrets.rules import BLOCK, WARN, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

_TOKENS = ("token", "key", "credential", "auth", "salt", "cert", "account", "signature")
_PLAIN = r"pass(?:word|wort|wd|phrase|code)?s?|pwd|pw|secret|kennwort|contraseñ?n?a|mot[_ -]de[_ -]passe|senha|wachtwoord|hasło|haslo|пароль|heslo|salasana|密码|パスワード"
_KEYS = r"tokens?|credentials?|apikey|accountkey|sharedaccesskey|key"
_KEY_OF = (
    "api access auth subscription encrypt encryption sign signing private master admin app application account shared license licence"
    " deploy storage session cipher hmac aes jwt root service write ingest integration webhook host secret token unseal fernet client consumer customer server partner project push fcm openai maps mapbox google firebase stripe twilio github gitlab datadog recovery wallet"
).split()
"""What a key must be the key of: any other may be a key of a map, a table or a keyboard."""

_KEY_ENDS = tuple(_KEY_OF)
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
_LOOKS = 400  # characters of a bare value that a pattern looks at
_REST = re.compile(r"[A-Za-z0-9+/=_.~%-]{1,100000}+")
_TYPED = re.compile(r"[!#$%^&*?@]")
_HUMAN_END = re.compile(r"\s*(?:$|[,;)}\]|#&]|//|--|<|\\n|\(|and\b|until\b|und\b)", re.MULTILINE)


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    value = r"(?:\\{1,3}[\"'](?P<escaped>[^\"'\\\n]{1,400})\\{1,3}[\"']|(?P<quote>[\"'`])(?P<quoted>(?:\\.|(?!(?P=quote))[^\n\\]){1,400})(?P=quote)|[„“«「](?P<typeset>[^\n“”»」]{1,200})[“”»」]|(?P<bare>[^\s\"'`<>|][^\s`<>|]{0,400}))"
    return {
        "name": re.compile(rf"{_PLAIN}|{_KEYS}"),
        "rest": re.compile(
            rf"(?P<tail>[A-Za-z0-9_.-]{{0,40}}+)(?P<shut>[\\\"'`*\])]{{0,4}}+)(?:[ \t]{{0,4}}:?[ \t]{{0,4}}&?(?:'static )?(?:[sS]tring|str)\??(?=[ \t]{{0,4}}=))?+[ \t]{{0,8}}+(?P<sign>:{{1,3}}=|=>|[?+.|]?={{1,3}}|:|：|\||>|,(?=[^\s,]{{16,300}}+(?:,|$)))[*_]{{0,3}}+[ \t]{{0,12}}+{value}"
        ),
        "flag": re.compile(
            rf"--?(?:[a-z0-9]{{1,20}}-){{0,3}}[a-z0-9]{{0,12}}?(?P<key>password|passwd|passphrase|pass|token|secret|api-?key|access-?key|auth)(?P<tail>)(?P<shut>)(?P<sign>[ ]{{1,4}}|=){value}"
        ),
        "env": re.compile(
            rf"(?:ENV|ARG|SET|setx|export|set|-e) +[A-Z0-9_]{{0,40}}?(?P<key>PASSWORD|PASSWD|SECRET|TOKEN|API_?KEY|PASS|ACCESS_KEY|_KEY)(?P<tail>[A-Z0-9_]{{0,30}}+)(?P<shut>)(?P<sign> +){value}"
        ),
        "call": re.compile(
            rf"(?P<key>[Pp]assword|PASSWORD|[Pp]asswd|[Tt]oken|TOKEN|[Ss]ecret|SECRET|[Aa]pi_?[Kk]ey|API_KEY|login|authenticate)(?P<tail>[A-Za-z_]{{0,20}}+)(?P<shut>)(?P<sign>\(\s{{0,4}})(?:[\"'][\w.@-]{{1,60}}[\"'],\s{{0,4}})?{value}"
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
    end = 0
    for name in patterns["name"].finditer(lower):
        start = name.start()
        key = name[0]
        if key == "key":
            start = _key_of(lower, start)
            if start < 0:
                continue
        rest = patterns["rest"].match(text, name.end()) if name.end() >= end else None
        if rest is not None:
            found = list(_judge(rest, text, start, text[start : name.end()]))
            yield from found
            end = found[0].end if found else rest.start("sign")
    for form in _forms(lower):
        for match in patterns[form].finditer(text):
            yield from _judge(match, text, match.start("key"), match["key"])
    if "|" in text and "-|" in text.replace(" ", "").replace(":", ""):
        yield from _tables(text)


def _key_of(lower: str, position: int) -> int:
    """Return where the word begins that says what the key at `position` is the key of, or -1."""
    window = lower[max(0, position - 16) : position]
    word = window.rstrip("_- ")
    if not word.endswith(_KEY_ENDS):
        return -1
    return position - (len(window) - len(word)) - max(len(of) for of in _KEY_OF if word.endswith(of))


def _forms(lower: str) -> Iterator[str]:
    """Yield the other forms of assignment that may be in the text."""
    if not any(word in lower for word in ("pass", "secret", "token", "key", "login", "authenticate", "auth")):
        return
    if " -" in lower or lower.startswith("-"):
        yield "flag"
    if any(word in lower for word in ("env ", "arg ", "set ", "setx ", "export ", "-e ")):
        yield "env"
    if "('" in lower or '("' in lower:
        yield "call"
    if "machine" in lower or "default" in lower or "login" in lower:
        yield "netrc"


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
    for group in ("escaped", "quoted", "typeset"):
        if match[group] is not None:
            return match[group], match.start(group)
    bare = match["bare"]
    cut = re.search(
        r"[\"'`;]|&(?:quot|apos|lt|gt|nbsp);|,(?=$|\s|[\"'{\[])|\\[nr]|\*\*$|</|[)\]]{0,2}\]\(", bare
    )
    bare = bare[: cut.start()] if cut else bare
    while bare and bare[-1] in ".,:)}]>!?" and not (bare[-1] in "!?" and len(bare) > 6):
        bare = bare[:-1]
    return bare, match.start("bare")


def _judge(match: re.Match[str], text: str, at: int, named: str) -> Iterator[Span]:
    key, tail, sign = named.lower(), match["tail"], match["sign"].strip()
    before = _name_before(text, at)
    if sign == "|" and not (text[match.start("sign") - 1].isspace() and text[match.end("sign")].isspace()):
        return  # a bar without room is an alternative, not a table
    if sign == ">" and text[max(0, at - len(before) - 1)] != "<":
        return
    value, start = _value(match)
    if sign == ":" and match["bare"] is not None and value.startswith(":"):
        return  # a member: `pass_name::member`
    if named in ("PASS", "Pass") and not before and sign == ":" and not _TYPED.search(value[:-1]):
        return  # a test's result
    if sign == "=" and text[max(0, at - len(before) - 1)] in "?&":
        value = value.split("&")[0]
    if _wrong_name(before, key, tail, match["shut"]) or not value:
        return
    if sign.startswith("(") and match["bare"] is not None:
        return  # what a call is given without quotes is a name
    quoted = match["bare"] is None
    level = _level(
        key + tail.lower(),
        value,
        vendor=before,
        quoted=quoted,
        sign=sign,
        alone=quoted or bool(_HUMAN_END.match(text, start + len(value))),
        loud=named.isupper(),
    )
    if level:
        value = _reach(text, match, start, value)
        yield Span(
            "password" if _is_plain(key, tail) else "assigned-secret", level, start, start + len(value), value
        )


def _reach(text: str, match: re.Match[str], start: int, value: str) -> str:
    """Return the value with the rest of it, where it is longer than the pattern looks."""
    if match["bare"] is None or len(match["bare"]) < _LOOKS:
        return value
    more = _REST.match(text, start + len(value))
    return value + (more[0] if more else "")


def _wrong_name(before: str, key: str, tail: str, shut: str) -> bool:
    pieces = [piece.lower() for piece in _PIECE.findall(tail)]
    if any(piece in _AFTER for piece in pieces) or (
        tail[:1].islower()
        and not (tail == "s" and key != "token")
        and not (key == "secret" and tail.startswith(("accesskey", "access_key")))
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
    return "".join(_PIECE.findall(before)[-1:]).lower() in _BEFORE or shut.count(")") > 1


def _is_plain(key: str, tail: str) -> bool:
    return not any(word in key + tail.lower() for word in _TOKENS)


def _level(name: str, value: str, *, vendor: str, quoted: bool, sign: str, alone: bool, loud: bool) -> str:
    if is_placeholder(value) or (not quoted and is_code(value)) or (" " in value and len(value.split()) > 3):
        return ""
    if quoted and value.rstrip().endswith((":", "?")) and value.rstrip(" :?").isalpha():
        return ""  # a prompt
    if is_uuid(value):
        return BLOCK if UUID_KEYS.search(vendor + name) else WARN
    rated = strength(value)
    if not any(word in name for word in _TOKENS):
        enough = rated == 3 or (rated == 2 and (alone or sign == "="))
        return (
            BLOCK
            if enough
            else WARN
            if rated == 1
            and " " not in value
            and ((loud and sign == "=") or (quoted and value.islower() and value.isalnum()))
            else ""
        )
    if (looks_drawn(value) if sign != "," else looks_random(value)) and len(value) >= 16:
        return BLOCK
    human = (
        rated == 3
        and len(value) >= 8
        and (quoted or (sign == "=" and loud) or (alone and any(not c.isalnum() for c in value)))
    )
    return BLOCK if human else ""


def _tables(text: str) -> Iterator[Span]:
    wanted = re.compile(
        rf"(?i)(?:^|\W)(?:{_PLAIN}|tokens?|credentials?|(?:{'|'.join(_KEY_OF)})[_ -]?keys?)\W*$"
    )
    stated = re.compile(rf"(?i)(?:^|\W)(?:{_PLAIN}|credentials?)\W*$")
    for table in _patterns()["table"].finditer(text):
        heads = [head.strip() for head in table["head"].split("|")]
        columns = {n for n, head in enumerate(heads) if wanted.search(head)}
        plain = {n for n in columns if stated.search(heads[n])}
        position = table.start("rows")
        for row in table["rows"].splitlines(keepends=True) if columns else ():
            yield from _cells(row, position, columns, plain)
            position += len(row)


def _cells(row: str, position: int, columns: set[int], plain: set[int]) -> Iterator[Span]:
    """Yield a row's secrets: in a column of passwords what looks like one, in a column of tokens what only chance makes."""
    offset = row.index("|") + 1
    for number, cell in enumerate(row[offset:].rstrip("\n").split("|")):
        value = cell.strip(" \t`*\"'")
        typed = number in plain and strength(value) >= 2
        if number in columns and (typed or _is_drawn(value)) and " " not in value:
            start = position + offset + cell.index(value)
            yield Span("password", BLOCK, start, start + len(value), value)
        offset += len(cell) + 1


def _is_drawn(value: str) -> bool:
    return looks_drawn(value) and not is_placeholder(value)
