"""detect-secrets' structured plugins as a second opinion. Called by name on text: no settings, no filters, no network.

The plugins' `analyze_string` reads none of the library's process-wide settings, so that a program around memsync may use
detect-secrets as it likes. `verify` is never called: it would send the secret to its vendor. No entropy, no keyword and no
public-address plugin: they can't tell a secret in prose. PrivateKey is left out too: it reports the first line of a key,
also where only the line is quoted; memsync's own rule has the whole block.
"""

from __future__ import annotations

import re
from functools import cache
from importlib import import_module
from threading import Lock
from typing import TYPE_CHECKING, Any, NamedTuple

from memsync.core.secrets import Span
from memsync.core.secrets.judgement import is_code, is_placeholder, strength
from memsync.core.secrets.rules import BLOCK, WARN

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_CHUNK, _OVERLAP = (
    1000,
    200,
)  # characters of a line given to a plugin at once: some of their patterns are quadratic
_LOADING = Lock()


class _Plugin(NamedTuple):
    rule: str
    module: str
    name: str
    literals: tuple[str, ...]  # one of them, in lower case, is in every text the plugin can find something in
    level: str
    whole: bool = False  # its patterns have a group that is not the secret


_PLUGINS = (
    _Plugin("ds-artifactory", "artifactory", "ArtifactoryDetector", ("akc",), BLOCK),
    _Plugin("ds-aws", "aws", "AWSKeyDetector", ("a3t", "abia", "acca", "akia", "asia", "aws"), BLOCK),
    _Plugin("ds-azure", "azure_storage_key", "AzureStorageKeyDetector", ("accountkey=",), BLOCK),
    _Plugin("ds-basic-auth", "basic_auth", "BasicAuthDetector", ("://",), WARN),
    _Plugin("ds-cloudant", "cloudant", "CloudantDetector", ("cl",), WARN),
    _Plugin("ds-discord", "discord", "DiscordBotTokenDetector", (".",), BLOCK),
    _Plugin(
        "ds-github",
        "github_token",
        "GitHubTokenDetector",
        ("ghp_", "gho_", "ghu_", "ghs_", "ghr_"),
        BLOCK,
        whole=True,
    ),
    _Plugin("ds-gitlab", "gitlab_token", "GitLabTokenDetector", ("gl", "gr1348941"), BLOCK, whole=True),
    _Plugin("ds-ibm-iam", "ibm_cloud_iam", "IbmCloudIamDetector", ("key", "pwd", "pass", "token"), WARN),
    _Plugin("ds-ibm-cos", "ibm_cos_hmac", "IbmCosHmacDetector", ("secret",), WARN),
    _Plugin("ds-jwt", "jwt", "JwtTokenDetector", ("eyj",), BLOCK),
    _Plugin("ds-mailchimp", "mailchimp", "MailchimpDetector", ("-us",), BLOCK),
    _Plugin("ds-npm", "npm", "NpmDetector", ("_authtoken=",), BLOCK),
    _Plugin("ds-openai", "openai", "OpenAIDetector", ("t3blbkfj",), BLOCK),
    _Plugin("ds-pypi", "pypi_token", "PypiTokenDetector", ("pypi-age",), BLOCK),
    _Plugin("ds-sendgrid", "sendgrid", "SendGridDetector", ("sg.",), BLOCK),
    _Plugin("ds-slack", "slack", "SlackDetector", ("xox", "hooks.slack"), BLOCK),
    _Plugin("ds-softlayer", "softlayer", "SoftlayerDetector", ("sl", "softlayer"), WARN),
    _Plugin("ds-square", "square_oauth", "SquareOAuthDetector", ("sq0csp-",), BLOCK),
    _Plugin("ds-stripe", "stripe", "StripeDetector", ("k_live_",), BLOCK),
    _Plugin("ds-telegram", "telegram_token", "TelegramBotTokenDetector", (":",), BLOCK),
    _Plugin("ds-twilio", "twilio", "TwilioKeyDetector", ("sk",), BLOCK),
)


@cache
def _loaded() -> tuple[tuple[_Plugin, Any], ...]:
    return tuple(
        (row, getattr(import_module(f"detect_secrets.plugins.{row.module}"), row.name)()) for row in _PLUGINS
    )


def second_opinion(text: str, own: Sequence[Span]) -> Iterator[Span]:
    """Yield what detect-secrets finds and memsync's rules, whose findings are `own`, do not."""
    with _LOADING:  # two threads importing at once would make two sets of plugins
        plugins = _loaded()
    seen = [(span.start, span.end) for span in own]
    for offset, chunk in _chunks(text):
        lower = chunk.lower()
        for row, plugin in plugins:
            if any(literal in lower for literal in row.literals):
                for span in _hits(row, plugin, chunk, offset):
                    if not any(start < span.end and span.start < end for start, end in seen):
                        seen.append((span.start, span.end))
                        yield span


def _chunks(text: str) -> Iterator[tuple[int, str]]:
    for line in re.finditer(r"[^\n]{8,}", text):
        for start in range(line.start(), line.end(), _CHUNK - _OVERLAP):
            yield start, text[start : min(start + _CHUNK, line.end())]
            if start + _CHUNK >= line.end():
                break


def _hits(row: _Plugin, plugin: Any, chunk: str, offset: int) -> Iterator[Span]:
    parts = _addresses(chunk) if row.rule == "ds-basic-auth" else [(0, chunk)]
    for shift, part in parts:
        for value in {str(found).strip(' \t"=:') for found in _values(row, plugin, part)}:
            at = part.find(value) + shift
            if value and _counts(row, value, chunk[at - 1 : at]):
                yield Span(row.rule, row.level, offset + at, offset + at + len(value), value)


def _values(row: _Plugin, plugin: Any, part: str) -> Iterator[str]:
    if row.whole:
        return (match[0] for pattern in plugin.denylist for match in pattern.finditer(part))
    values: Iterator[str] = plugin.analyze_string(part)
    return values


def _addresses(chunk: str) -> list[tuple[int, str]]:
    """Return the part behind each `://`: the plugin's pattern is cubic over many of them."""
    return [(m.start(), m[0]) for m in re.finditer(r"://(?:(?!://)[^\s]){1,200}", chunk) if "@" in m[0]]


def _counts(row: _Plugin, value: str, before: str) -> bool:
    if len(value) < 8 or is_placeholder(value) or (before.isalnum() and row.rule != "ds-basic-auth"):
        return False
    if row.rule == "ds-twilio":
        return value.startswith("SK")  # AC… is the account's public name
    if row.level == WARN:
        return strength(value) >= 2 and not is_code(value)
    return True
