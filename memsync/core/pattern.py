"""Regular expressions that are compiled when they are first used: of some fifty, a question from a terminal uses a dozen.

Type checkers see `re.compile` itself. Only for patterns whose methods are called, not for those that are handed to `re`.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from re import compile as pattern
else:
    import re

    _METHODS = ("match", "fullmatch", "search", "sub", "split", "findall", "finditer")

    class _Later:
        """A pattern that is not compiled yet."""

        def __init__(self, source: str, flags: int) -> None:
            self._source, self._flags = source, flags

        def __getattr__(self, name: str) -> object:
            """Compile, and keep the methods: from then on they are found without this."""
            made = re.compile(self._source, self._flags)
            self.__dict__.update({method: getattr(made, method) for method in _METHODS})
            return getattr(made, name)

    def pattern(source: str, flags: int = 0) -> _Later:
        """Return a pattern, to be used as re.compile's."""
        return _Later(source, flags)


__all__ = ["pattern"]
