"""The secret scanners: memsync's own rules alone (`SpanScanner`), and with detect-secrets beside them (`FullScanner`).

Importing this costs the standard library and a table; detect-secrets is imported by the first FullScanner.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from memsync.core.gate import Finding, Level
from memsync.core.secrets import RULESET_VERSION, Span, find
from memsync.errors import GateShut

if TYPE_CHECKING:
    from collections.abc import Iterable

SECOND_RULES = frozenset(
    f"ds-{name}"
    for name in (
        "artifactory",
        "aws",
        "azure",
        "basic-auth",
        "cloudant",
        "discord",
        "github",
        "gitlab",
        "ibm-iam",
        "ibm-cos",
        "jwt",
        "mailchimp",
        "npm",
        "openai",
        "pypi",
        "sendgrid",
        "slack",
        "softlayer",
        "square",
        "stripe",
        "telegram",
        "twilio",
    )
)
"""Rules that only detect-secrets has; a text may hold marks of them."""


class SpanScanner:
    """memsync's own rules. Standard library only, no state but the key: safe for threads."""

    def __init__(self, key: bytes) -> None:
        """`key` makes the fingerprints: a store's salt for allowances, or a secret of this machine for caches."""
        self._key = key

    def scan(self, text: str, *, path: str = "") -> tuple[Finding, ...]:
        """Return every finding, sorted by start. A finding in the path itself has line 0 and an empty span.

        Raises GateShut if the scan fails for any reason.
        """
        try:
            inside = [self._finding(span, text, path) for span in self._spans(text)]
            named = [self._named(span, path) for span in self._spans(path.replace("/", "\n"))] if path else []
        except Exception as error:  # noqa: BLE001 - whatever failed, the gate is shut; the text must not be in a traceback
            raise GateShut(f"{type(error).__name__} in a rule") from None
        return (*named, *inside)

    def _spans(self, text: str) -> Iterable[Span]:
        return find(text, marks=SECOND_RULES)

    def _finding(self, span: Span, text: str, path: str) -> Finding:
        line = text.count("\n", 0, span.start) + 1
        return Finding(
            path=path,
            rule=span.rule,
            level=Level(span.level),
            line=line,
            start=span.start,
            end=span.end,
            fingerprint=self._fingerprint(span),
        )

    def _named(self, span: Span, path: str) -> Finding:
        return Finding(
            path=path,
            rule=span.rule,
            level=Level(span.level),
            line=0,
            start=0,
            end=0,
            fingerprint=self._fingerprint(span),
        )

    def _fingerprint(self, span: Span) -> str:
        import hmac  # noqa: PLC0415 - 4 ms, and most texts have no finding

        message = span.rule.encode() + b"\0" + span.value.encode("utf-8", "surrogatepass")
        return hmac.digest(self._key, message, "sha256").hex()[:32]


class FullScanner(SpanScanner):
    """memsync's own rules and detect-secrets' structured plugins, whose hits pass memsync's placeholder filter."""

    def _spans(self, text: str) -> Iterable[Span]:
        from memsync.edges.scanner.second import second_opinion  # noqa: PLC0415 - 150 ms, and only where both are wanted

        own = find(text, marks=SECOND_RULES)
        return sorted((*own, *second_opinion(text, own)), key=lambda span: (span.start, span.end, span.rule))


__all__ = ["RULESET_VERSION", "SECOND_RULES", "FullScanner", "SpanScanner"]
