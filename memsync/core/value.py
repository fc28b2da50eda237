"""Values: what `@dataclass(frozen=True, slots=True, kw_only=True)` makes, at a twentieth of the price while a program starts.

The standard library writes and compiles six methods for each class as it is defined, half a millisecond to one each; a question
from a terminal defines some forty. Here `__init__` is compiled for the first instance, and the others are shared. Type checkers
see the standard library's own; its `fields` and `replace` work as ever, and a test holds both against each other.
"""

# ruff: noqa: ANN001, ANN002, ANN003, ANN201, ANN202, ANN204, SLF001, PLC0414  # type checkers see the standard library; the other half is for running alone

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass
    from dataclasses import field as field
    from dataclasses import replace as replace
else:
    from operator import attrgetter

    _MISSING = object()

    class _Field:
        """What `field(…)` said."""

        __slots__ = ("default", "factory", "shown")

        def __init__(self, default, factory, shown):
            self.default, self.factory, self.shown = default, factory, shown

    def field(*, default=_MISSING, default_factory=_MISSING, repr=True):  # noqa: A002  # the standard library's word
        """Say of a field what its annotation does not."""
        return _Field(default, default_factory, repr)

    def replace(value, /, **changes):
        """Return a value like this one with some fields changed."""
        return value.__class__(**{name: getattr(value, name) for name in value.__slots__} | changes)

    def dataclass(*, frozen, slots, kw_only):
        """Return a decorator; there is one kind of values, and it is spelled out so that readers and type checkers know it."""
        assert frozen, slots  # noqa: S101  # a class that wants another kind takes the standard library's
        assert kw_only  # noqa: S101  # the same
        return _made

    def _made(cls):
        names = tuple(cls.__annotations__)
        said = {name: _as_field(cls.__dict__[name]) for name in names if name in cls.__dict__}
        left_out = {*said, "__dict__", "__weakref__"}
        space = {
            "__init__": _first_init,
            "__repr__": _repr,
            "__eq__": _eq,
            "__hash__": _hash,
            **{name: thing for name, thing in cls.__dict__.items() if name not in left_out},
            "__annotations__": dict(cls.__annotations__),
            "__slots__": names,
            "__match_args__": (),
            "__setattr__": _frozen,
            "__delattr__": _frozen,
            "__getstate__": _state,
            "__setstate__": _restore,
            "__replace__": replace,
            "__dataclass_fields__": _Fields(),
            "_said": said,
            "_all": staticmethod(_reader(names)),
        }
        made = type(cls)(cls.__name__, cls.__bases__, space)
        made.__qualname__ = cls.__qualname__
        return made

    def _reader(names):
        """Return what gives all the values of an instance as a tuple."""
        return attrgetter(*names) if len(names) > 1 else lambda v: tuple(getattr(v, name) for name in names)

    def _as_field(said):
        return said if isinstance(said, _Field) else _Field(said, _MISSING, True)

    def _first_init(self, **given):
        """Compile the class's own `__init__` and begin anew with it."""
        cls = next(c for c in type(self).__mro__ if "_said" in c.__dict__)
        cls.__init__ = _compiled(cls)
        self.__init__(**given)

    def _compiled(cls):
        scope, parameters, lines = {"_MISSING": _MISSING}, [], []
        for name in cls.__slots__:
            scope[f"_set_{name}"] = cls.__dict__[name].__set__
            said = cls._said.get(name)
            value = name
            if said is None:
                parameters.append(name)
            elif said.factory is _MISSING:
                scope[f"_default_{name}"] = said.default
                parameters.append(f"{name}=_default_{name}")
            else:
                scope[f"_make_{name}"] = said.factory
                parameters.append(f"{name}=_MISSING")
                value = f"_make_{name}() if {name} is _MISSING else {name}"
            lines.append(f" _set_{name}(self, {value})\n")
        begin = f"def __init__(self, {'*, ' if parameters else ''}{', '.join(parameters)}):\n"
        exec(begin + ("".join(lines) or " pass\n"), scope)  # noqa: S102  # of the class's own field names, as the standard library does it
        made = scope["__init__"]
        made.__qualname__ = f"{cls.__qualname__}.__init__"
        return made

    def _repr(self):
        shown = (name for name in self.__slots__ if name not in self._said or self._said[name].shown)
        told = ", ".join(f"{name}={getattr(self, name)!r}" for name in shown)
        return f"{self.__class__.__qualname__}({told})"

    def _eq(self, other):
        if other.__class__ is self.__class__:
            return self._all(self) == self._all(other)
        return NotImplemented

    def _hash(self):
        return hash(self._all(self))

    def _frozen(_, name, *__):
        from dataclasses import FrozenInstanceError  # noqa: PLC0415  # only who is mistaken pays for it

        raise FrozenInstanceError(f"cannot change field {name!r}")

    def _state(self):
        return [getattr(self, name) for name in self.__slots__]

    def _restore(self, state):
        for name, value in zip(self.__slots__, state, strict=True):
            object.__setattr__(self, name, value)

    class _Fields:
        """What the standard library knows a dataclass by, made when it asks."""

        def __get__(self, instance, owner):
            import dataclasses  # noqa: PLC0415  # whoever asks has it already

            space = {"__annotations__": owner.__annotations__}
            for name, said in owner._said.items():
                given = (
                    {"default": said.default}
                    if said.factory is _MISSING
                    else {"default_factory": said.factory}
                )
                space[name] = dataclasses.field(repr=said.shown, **given)
            plain = dataclasses.dataclass(frozen=True, kw_only=True)(type(owner.__name__, (), space))
            owner.__dataclass_fields__ = plain.__dataclass_fields__
            return owner.__dataclass_fields__
