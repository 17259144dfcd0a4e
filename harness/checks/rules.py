"""From a type hint to what a value must be: in words, and as a test."""

import types
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin

from harness.checks.kinds import Within, is_array, is_number, is_whole

LONGEST_NAME, LONGEST_PATH = 255, 4096
"""Bytes of a part of a path, and of a whole one, on the file systems in use."""


@dataclass(frozen=True)
class Rule:
    """A condition on a value.

    Attributes:
        wants: in words.
        holds: whether a value is that.
        array: whether what can be made into an array is one.
    """

    wants: str
    holds: Callable[[Any], bool]
    array: bool = False


ANYTHING = Rule("anything", lambda value: True)
_GENERAL = ("builtins", "collections.abc", "typing")
"""Where containers are defined of which any other of the kind may take the place."""
_SIMPLE = (str, int, float, bool, bytes, type(None))


def rule_of(hint: Any) -> Rule:
    """The rule of a type hint; what no rule is known for may be anything."""
    if isinstance(hint, TypeVar) and hint.__bound__ is not None:
        return rule_of(hint.__bound__)
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return _annotated(arguments[0], arguments[1:])
    if origin in (Union, types.UnionType):
        return _union(arguments)
    if origin is Literal:
        return Rule(f"one of {', '.join(map(repr, arguments))}", lambda value: _is_word(value, arguments))
    if origin in (tuple, list, set, frozenset) or (isinstance(origin, type) and issubclass(origin, Iterable)):
        return _container(origin, arguments)
    if origin is type:
        return Rule("a class", callable)
    if origin is Callable or hint is Callable:
        return _function(arguments[-1] if arguments else Any)
    return _plain(hint if origin is None else origin)


@cache
def _plain(hint: Any) -> Rule:
    if hint in (Any, object) or isinstance(hint, (TypeVar, str)) or not isinstance(hint, type):
        return Rule("None", lambda value: value is None) if hint is None else ANYTHING
    known: dict[Any, Rule] = {
        type(None): Rule("None", lambda value: value is None),
        bool: Rule("True or False", lambda value: type(value).__name__ in ("bool", "bool_")),
        int: Rule("a whole number", is_whole),
        float: Rule("a finite number", is_number),
        str: Rule("text", lambda value: isinstance(value, str)),
        bytes: Rule("bytes", lambda value: isinstance(value, bytes)),
        Path: Rule("a path", lambda value: isinstance(value, Path) and _is_path(value)),
    }
    if hint in known:
        return known[hint]
    if hint.__module__ == "numpy" and hint.__name__ == "ndarray":
        return Rule("an array of real numbers or labels", _is_real_array, array=True)
    if getattr(hint, "_is_protocol", False):
        members = [name for name, member in vars(hint).items() if callable(member) and not name.startswith("_")]
        return Rule(f"a {hint.__name__}", lambda value: any(hasattr(type(value), name) for name in members))
    if hint is Iterable or (issubclass(hint, (Mapping, Sequence, AbstractSet)) and hint.__module__ in _GENERAL):
        return _container(hint, ())
    article = "an" if hint.__name__[0] in "AEIOU" else "a"
    return Rule(f"{article} {hint.__name__}", lambda value: isinstance(value, hint))


def _annotated(hint: Any, notes: tuple[Any, ...]) -> Rule:
    rule = rule_of(hint)
    for within in (note for note in notes if isinstance(note, Within)):
        return _ranged(within, whole=hint is int)
    return rule


def _ranged(within: Within, whole: bool) -> Rule:
    def holds(value: Any) -> bool:
        return (is_whole(value) if whole else is_number(value, within.finite)) and within.holds(value)

    return Rule(within.wants, holds)


def _union(hints: tuple[Any, ...]) -> Rule:
    paths = Path in hints and str in hints
    rules = [rule_of(hint) for hint in hints if not (paths and hint is str)]
    if paths:
        rules.append(Rule("text", lambda value: isinstance(value, str) and _is_path(value)))
    if any(rule is ANYTHING for rule in rules):
        return ANYTHING
    wants = " or ".join(dict.fromkeys(rule.wants for rule in rules))
    several = sum(not rule.array and rule.wants != "None" for rule in rules)
    array = any(rule.array for rule in rules) and not several
    return Rule(wants, lambda value: any(rule.holds(value) for rule in rules), array)


def _container(kind: Any, arguments: tuple[Any, ...]) -> Rule:
    if isinstance(kind, type) and issubclass(kind, Mapping):
        key, value = (rule_of(hint) for hint in (arguments or (Any, Any)))
        if key is ANYTHING and value is ANYTHING:
            return Rule("a mapping", lambda given: isinstance(given, Mapping))
        wants = "a mapping" if value is ANYTHING else f"a mapping whose values are each {value.wants}"
        return Rule(
            wants,
            lambda given: (
                isinstance(given, Mapping)
                and all(key.holds(k) for k in given)
                and (value is ANYTHING or all(value.holds(v) for v in given.values()))
            ),
        )
    if kind is tuple and arguments and Ellipsis not in arguments:
        rules = [rule_of(hint) for hint in arguments]
        return Rule(
            f"{len(rules)} values, each {' or '.join(dict.fromkeys(rule.wants for rule in rules))}",
            lambda given: (
                _is_several(given, Sequence)
                and len(given) == len(rules)
                and all(rule.holds(one) for rule, one in zip(rules, given, strict=True))
            ),
        )
    element = rule_of(arguments[0]) if arguments else ANYTHING
    several = Sequence if kind in (tuple, list) else kind
    wants = "several values" if element is ANYTHING else f"several values, each {element.wants}"
    return Rule(wants, lambda given: _is_several(given, several) and _each(given, element))


def _function(gives: Any) -> Rule:
    """Of what a hint says a function gives: a class gives its own objects, and no others."""
    gives = get_origin(gives) or gives
    free = not isinstance(gives, type) or gives in (Any, object, *_SIMPLE) or getattr(gives, "_is_protocol", False)

    def holds(value: Any) -> bool:
        return callable(value) and (free or not isinstance(value, type) or issubclass(value, gives))

    return Rule("a function" if free else f"a function that gives {_plain(gives).wants}", holds)


def _is_several(value: Any, kind: Any) -> bool:
    if isinstance(value, (str, bytes)):
        return False
    if is_array(value) or type(value).__name__ in ("Series", "Index", "DataArray"):
        return bool(value.ndim)
    return isinstance(value, kind if isinstance(kind, type) else Iterable)


def _each(values: Any, rule: Rule) -> bool:
    """Whether all hold; what can be gone through only once is taken as it is."""
    if rule is ANYTHING or not (isinstance(values, Collection) or is_array(values)):
        return True
    return all(rule.holds(value) for value in values)


def _is_word(value: Any, words: tuple[Any, ...]) -> bool:
    return (isinstance(value, _SIMPLE) and any(type(value) is type(word) and value == word for word in words)) or (
        isinstance(value, str) and str(value) in words
    )


def _is_path(value: str | Path) -> bool:
    try:
        whole = str(value).encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return False
    return b"\0" not in whole and len(whole) < LONGEST_PATH and all(len(p) <= LONGEST_NAME for p in whole.split(b"/"))


def _is_real_array(value: Any) -> bool:
    return is_array(value) and value.dtype.kind not in "cV"
