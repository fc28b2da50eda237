"""Is a value a secret, or does it only stand where one would? Placeholders, identifiers, references, and chance."""

from __future__ import annotations

import itertools
import re

# Words nobody has in a random token; a value that holds one is an example. Short words are left out: chance makes them.
_EXAMPLE = re.compile(
    r"example|changeme|change[-_]me|placeholder|redacted|your[-_]|your(?:token|key|secret|api|password)|replace|insert[-_]|dummy[-_]|[-_]dummy"
    r"|fake[-_]|[-_]fake|notreal|not[-_]?a[-_]?real|[-_]here$|x{6,}|\*{3,}|\.{3,}|…|•{3,}|_{5,}|<[^<>]{1,60}>|\$\{|\{\{|\{[a-z_.]{2,30}\}|\}\}|\$\(|0{8,}|1234567890|0123456789|abcdefgh|deadbeef|123e4567-e89b|550e8400-e29b|f47ac10b-58cc|6ba7b810-9dad|aaaa-bbbb",
)
_REFERENCE = re.compile(
    r"(?:\$[A-Za-z_{(]|%[A-Za-z_]{2,40}%|<|\{|\[|@[A-Za-z]|&[a-z]{2,10};|op://|secret://|vault:|ENC\[|arn:|ssm:|env[:.(\[]|os\.(?:environ|getenv)|process\.env|System\.get|getenv|secrets\.|var\.|!|file://|[a-z][a-z0-9+]{1,9}://|~/|\.{1,2}/|/[a-z]+/)",
)
_CALL = re.compile(r"[A-Za-z_][\w.]{0,80}[(\[]")
_DOTTED = re.compile(
    r"(?:[a-z_][A-Za-z_]{0,40}|[A-Z][A-Za-z_]{1,40})(?:(?:\.|->|::?|\?\.)[A-Za-z_][A-Za-z0-9_]{0,40}){1,8}[,;)]*"
)
_WORDS = re.compile(r"[A-Za-z]+(?:[-_. ][A-Za-z]+)*")
_VERSION_OR_DATE = re.compile(
    r"[v^~<>=]{0,3}\d{1,4}(?:[.:/-]\d{1,4}){1,5}(?:[-+.]?(?:alpha|beta|rc|post|dev|[TZ])[\d.:Z]*)?|[<>]=?.*"
)
_FILE = re.compile(
    r"<?(?:[^\s/\\]{1,80}[/\\]){0,20}[^\s/\\]{1,120}\.(?:mdx?|markdown|rst|adoc|txt|html?|json[5c]?|ya?ml|toml|ini|cfg|conf|env|csv|tsv|xml|sql|pdf|docx?|xlsx?|png|jpe?g|gif|svg|log|lock|py|[cm]?[jt]sx?|go|rs|rb|php|java|kt|cs|cpp|hpp|[ch]|sh|pem|crt|cer|key|age|asc|gpg|zip|tar|gz|tf)[>)\]]{0,2}(?:[#:][^\s]{0,200})?[>)\]]{0,2}",
)
_REGEX = re.compile(r"\[[^\]]{2,40}\][*+{]|\\[swdbS][+*{]?|\(\?[:=!P<i]")
_UUID = re.compile(r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}")
UUID_KEYS = re.compile(
    r"heroku|postmark|codecov|railway|scaleway|snyk|doppler|confluent|sonatype|chef|unsplash|bitrise|cloudsmith|\bexa\b|exa_|kraken|hubspot|squarespace|opsgenie|pinecone|vapi|gladia|murf|wise|urlscan|coda|checkout"
    r"|api[_ -]?key|(?<!idempotency )secret(?!s?[_ -]?(?:id|name|version))|passw|(?:access|auth|api|bearer|personal|deploy|integration)[_ -]?token|private[_ -]?key|licen[sc]e[_ -]?key|subscription[_ -]?key",
    re.IGNORECASE,
)
"""Vendors whose keys are UUIDs, and words that leave no doubt; anywhere else a UUID is most likely a name."""
_HUMP = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")
_TYPE = re.compile(
    r"[a-z_][a-z0-9_]{0,40}(?:\.[a-z_][a-z0-9_]{0,40}){0,6}\.[A-Z][A-Za-z0-9]{0,12}[a-z]{3}[A-Za-z0-9]{0,40}[,;)]*"
)
_PIECES = re.compile(r"[^A-Za-z0-9]+")
_DIGITS = re.compile(r"[0-9]+")
_SAMPLE = 300  # characters of a long value that are judged
_CIPHERS = re.compile(r"[-+!]?[A-Z][A-Z0-9]+(?::[-+!]?[A-Z][A-Z0-9]+)+")
_HEX = re.compile(r"(?:0x)?(?:[0-9a-f]+|[0-9A-F]+)")
_COMMON = frozenset(
    "password passwd pass pwd secret token key apikey api_key true false none null nil undefined empty required optional string str text test testing"
    " test123 test1234 password1 pass123 abc abc123 abcd1234 12345 123456 1234567 12345678 foo bar baz foobar admin root user username postgres mysql guest redis mongo"
    " rabbitmq minioadmin example demo default passphrase passphrase1 passphrase2 sample anonymous anoncvs secret123 token123 mytoken my-token test-token your-token access-token a-very-secret-token mypassword my-password mysecret my-secret supersecret s3cret p@ssw0rd p@ssword hidden masked unset disabled enabled"
    " unknown todo tbd n/a na xxx xxxx yes no on off bearer basic digest todo: some-secret my_secret_key secret_key secretkey qwerty letmein tiger scott".split(),
)


def is_placeholder(value: str) -> bool:
    """Return whether the value stands for a secret: an example word, a reference, a sequence, one letter again and again."""
    value = value[:_SAMPLE]
    if _EXAMPLE.search(value.lower()) or _REFERENCE.match(value) or _REGEX.search(value):
        return True
    if "." in value and _FILE.fullmatch(value):
        return True  # a link's target: where the secret is, not what it is
    if value.count("\ufffd") * 4 >= len(value):
        return True  # bytes that are no text
    if value.lower().strip("\"'`.,;:!()") in _COMMON:
        return True
    letters = [c for c in value if c.isalnum()]
    return not letters or len(set(letters)) < min(8, max(3, len(letters) // 2)) or _sequence(letters)


def _sequence(letters: list[str]) -> bool:
    steps = sum(ord(b) - ord(a) in (0, 1) for a, b in itertools.pairwise(letters))
    return len(letters) >= 6 and steps * 10 > len(letters) * 7


def is_code(value: str) -> bool:
    """Return whether the value is an expression, a path, a version or a name, rather than a literal."""
    return bool(
        _CALL.match(value)
        or _DOTTED.fullmatch(value)
        or _TYPE.fullmatch(value)
        or _CIPHERS.fullmatch(value)
        or _VERSION_OR_DATE.fullmatch(value)
        or value.startswith(("/", "./", "~", "$", "&", "*", "(", "self.", "this."))
    )


def is_uuid(value: str) -> bool:
    """Return whether the value is a UUID and nothing else."""
    return _UUID.fullmatch(value) is not None


def looks_random(value: str) -> bool:
    """Return whether chance rather than a person chose these letters: many kinds, mixed all along, few repeats."""
    value = value[:_SAMPLE]
    letters = [c for c in value if c.isalnum()]
    count = len(letters)
    if count < 12 or len(set(letters)) < min(8, count // 2) or _sequence(letters):
        return False
    kinds = ["d" if c.isdigit() else "u" if c.isupper() else "l" for c in letters]
    digits, upper = kinds.count("d"), kinds.count("u")
    changes = sum(a != b for a, b in itertools.pairwise(kinds)) / count
    if _HEX.fullmatch(value):
        return min(digits, count - digits) >= 3
    if digits == 0:  # letters alone: a camel-case name changes case twice a word, chance every other letter
        return 0.2 <= upper / count <= 0.8 and changes >= 0.28 and count < 3.6 * len(_HUMP.findall(value))
    return digits < count and changes >= (0.2 if digits > 1 else 0.3)


def looks_drawn(value: str) -> bool:
    """Return whether chance may have chosen these letters. Weaker than `looks_random`: for values that a name calls a key."""
    if looks_random(value):
        return True
    piece = max(_PIECES.split(value[:_SAMPLE]), key=len)
    if len(piece) < 16 or len(_DIGITS.findall(piece)) < 2 or _sequence(list(piece)):
        return False
    return piece.upper() == piece or piece.lower() == piece or len(piece) < 3.6 * len(_HUMP.findall(piece))


def strength(value: str) -> int:
    """Return how much a stated value looks like a password: 0 no, 1 an ordinary word or number, 2 likely, 3 certainly."""
    value = value[:_SAMPLE]
    bare = value.rstrip(".,;:!?)")
    if len(bare) < 4 or is_placeholder(value) or is_code(value):
        return 0
    digit, lower = any(c.isdigit() for c in bare), any(c.islower() for c in bare)
    upper = any(c.isupper() for c in bare[1:])
    sign = any(not c.isalnum() and c not in " '’-_./," for c in bare[:-1] + value[-1])
    if _WORDS.fullmatch(bare):
        return 2 if looks_random(bare) else 1 if len(bare) >= 6 else 0
    if bare.replace("-", "").replace(" ", "").isdigit():
        return 1 if len(bare) >= 6 else 0
    if digit and (lower or upper or any(c.isupper() for c in bare)):
        kinds = digit + lower + any(c.isupper() for c in bare) + sign
        return 3 if kinds >= 3 or len(bare) >= 12 else 2 if len(bare) >= 6 else 1
    return 2 if sign and len(bare) >= 6 and not bare.isalpha() else 1
