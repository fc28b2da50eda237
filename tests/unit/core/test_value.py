"""core.value makes what the standard library's dataclass makes."""

from __future__ import annotations

import dataclasses
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsync.core import value
from memsync.core.scope import Scope, ScopeKind

kinds = st.sampled_from(["needed", "default", "factory", "hidden"])
shapes = st.dictionaries(st.sampled_from("abcdef"), kinds, max_size=6)
given_values = st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 3))


def _made(library, shape):
    """Return a class of this shape, made by one of the two."""
    space = {"__annotations__": dict.fromkeys(shape, "object"), "__doc__": "A value."}
    for name, kind in shape.items():
        match kind:
            case "default":
                space[name] = 7
            case "factory":
                space[name] = library.field(default_factory=list)
            case "hidden":
                space[name] = library.field(repr=False, default=0)
    return library.dataclass(frozen=True, slots=True, kw_only=True)(type("Thing", (), space))


def _tried(call):
    try:
        return call()
    except TypeError:
        return TypeError


@given(shapes, given_values, given_values)
def test_both_make_the_same(shape, one, other):
    """Whatever is given, both refuse it or make a value that shows, compares, hashes and is replaced alike."""
    told = []
    for library in (value, dataclasses):
        cls = _made(library, shape)
        first, second = _tried(lambda c=cls: c(**one)), _tried(lambda c=cls: c(**other))
        if TypeError in (first, second):
            told.append((first is TypeError, second is TypeError))
            continue
        changed = _tried(lambda v=first, lib=library: lib.replace(v, **other))
        again = _tried(lambda v=first: dataclasses.replace(v, **other))
        told.append((repr(first), repr(second), first == second, repr(changed), repr(again), changed == again,
                     [(f.name, f.repr, f.kw_only) for f in dataclasses.fields(first)], dataclasses.asdict(first),
                     _tried(lambda v=first: hash(v)) is TypeError, first == object()))  # fmt: skip
    assert told[0] == told[1]


def test_a_value_is_frozen():
    """No field can be set or taken away, and there is room for no other."""
    scope = Scope(kind=ScopeKind.PROJECT, name="a")
    for change in (
        lambda: setattr(scope, "name", "b"),
        lambda: delattr(scope, "name"),
        lambda: setattr(scope, "x", 1),
    ):
        with pytest.raises(dataclasses.FrozenInstanceError):
            change()
    assert not hasattr(scope, "__dict__")


def test_a_value_takes_no_positions():
    """Fields are given by their names, from the first instance on."""
    cls = _made(value, {"a": "needed"})
    for _ in range(2):
        with pytest.raises(TypeError):
            cls(1)
    assert cls(a=1).a == 1


def test_equal_values_hash_alike_and_classes_differ():
    """Two classes of the same shape make values that are not equal."""
    one, other = _made(value, {"a": "needed"}), _made(value, {"a": "needed"})
    assert (hash(one(a=1)), one(a=1) == other(a=1)) == (hash(one(a=1)), False)


def test_a_value_survives_pickle():
    """What goes through pickle comes out equal."""
    scope = Scope(kind=ScopeKind.PROJECT, name="a")
    assert pickle.loads(pickle.dumps(scope)) == scope


def test_methods_and_properties_stay():
    """A class keeps what it defines itself, and its name."""
    scope = Scope(kind=ScopeKind.PROJECT, name="a")
    assert (scope.folder, Scope.__qualname__, scope.is_private) == ("projects/a", "Scope", False)
