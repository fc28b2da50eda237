"""memsync's rules as plugins of detect-secrets: `detect-secrets scan -n -p <this file>`; one class for each rule.

`-n` matters: without it detect-secrets sends what its own plugins find to the vendors, to see whether it is live.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from detect_secrets.plugins.base import BasePlugin

from memsync.core.secrets import OTHER_RULES, SHAPES, find

if TYPE_CHECKING:
    from collections.abc import Generator


class _Rule(BasePlugin):
    """A rule of memsync's, given one line at a time."""

    rule = ""  # no secret_type here: it stays abstract, so that detect-secrets does not take this class for a plugin

    def analyze_string(self, string: str) -> Generator[str, None, None]:
        """Yield what this rule finds in a line."""
        yield from (span.value for span in find(string) if span.rule == self.rule)


class MemsyncPrivateKey(_Rule):
    """The first line of a private key: detect-secrets sees single lines, so that no plugin can see the block."""

    secret_type = "memsync: private-key"  # noqa: S105 - a title

    def analyze_string(self, string: str) -> Generator[str, None, None]:
        """Yield the line if it begins a private key."""
        if "PRIVATE KEY" in string and "BEGIN" in string:
            yield string.strip()


def _classes() -> dict[str, type[_Rule]]:
    rules = dict.fromkeys([*(row.rule for row in SHAPES), *OTHER_RULES])
    rules.pop("private-key")
    made = {}
    for rule in rules:
        name = "Memsync" + "".join(word.capitalize() for word in rule.split("-"))
        made[name] = type(
            name,
            (_Rule,),
            {
                "rule": rule,
                "secret_type": f"memsync: {rule}",
                "__doc__": f"memsync's rule {rule}.",
                "__module__": __name__,
            },
        )
    return made


globals().update(_classes())
