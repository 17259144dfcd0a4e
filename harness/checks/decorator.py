"""The decorator of public functions and classes: what cannot be meant is refused in one sentence that names the argument."""

import ast
import contextlib
import inspect
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, wraps
from typing import Any, TypeVar

from harness.checks.rules import ANYTHING, Rule, rule_of
from harness.checks.showing import shown
from harness.errors import HarnessError, legible, said

F = TypeVar("F", bound=Callable[..., Any])
LONGEST_REASON = 300
"""Characters of what a library said."""


def checked(error: type[HarnessError], *, pure: bool = False, own: Sequence[str] = ()) -> Callable[[F], F]:
    """Check the arguments of a function, or of a class's `__init__`, against their type hints at each call.

    `float` means a finite number, `int` a whole one, `Annotated` kinds (`harness.checks.Positive`, ...) a range; a list or a tensor
    in place of an array becomes one. What a hint does not tell, the function itself has to check.

    Args:
        error: what is raised, with one sentence that names the argument, what it must be and what it is.
        pure: the function only computes with its arguments, so that whatever goes wrong in it lies with them: it is raised as
            `error`, with their shapes, which are what does not fit.
        own: arguments that it checks itself, in words of its own.
    """

    def decorate(target: F) -> F:
        if not isinstance(target, type):
            return _wrapped(target, target.__qualname__.rpartition("<locals>.")[2], error, pure, tuple(own))
        kind: Any = target
        kind.__init__ = _wrapped(kind.__init__, target.__name__, error, pure, tuple(own))
        return kind

    return decorate


def _wrapped(function: Any, name: str, error: type[HarnessError], pure: bool, own: tuple[str, ...]) -> Any:
    @wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        parameters = _parameters(function, own)
        if not parameters.hold(args, kwargs):
            try:
                bound = parameters.signature.bind(*args, **kwargs)
            except TypeError:  # the wrong number of arguments, which Python says best
                return function(*args, **kwargs)
            for argument, value, rule in parameters.refused(bound.arguments):
                bound.arguments[argument] = _meant(value, rule, argument, name, error)
            args, kwargs = bound.args, bound.kwargs
        if not pure:
            return function(*args, **kwargs)
        try:
            return function(*args, **kwargs)
        except HarnessError:
            raise
        except Exception as fault:  # libraries have errors of all kinds for arrays that do not fit each other
            raise error(_unfit(name, parameters.named(args, kwargs), fault)) from fault

    for part in ("cache_clear", "cache_info"):
        if hasattr(function, part):
            setattr(call, part, getattr(function, part))
    return call


@dataclass(frozen=True)
class _Parameters:
    """The parameters of a function, and the rules of those that may not be anything.

    Attributes:
        placed: of each rule the position of its parameter, its name and its default, which is meant whatever the hint says; None if
            any number of arguments has a rule.
    """

    signature: inspect.Signature
    rules: Mapping[str, Rule]
    placed: tuple[tuple[int, str, Rule, Any], ...] | None

    def hold(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> bool:
        """Whether all arguments are what they must be, found without binding them: functions are called often, mistakes rare."""
        if self.placed is None:
            return False
        for place, name, rule, default in self.placed:
            value = args[place] if place < len(args) else kwargs.get(name, default)
            if value is not default and not rule.holds(value):
                return False
        return True

    def refused(self, given: Mapping[str, Any]) -> list[tuple[str, Any, Rule]]:
        """Bound arguments that are not what they must be."""
        parameters = self.signature.parameters
        return [
            (name, given[name], rule)
            for name, rule in self.rules.items()
            if name in given and given[name] is not parameters[name].default and not rule.holds(given[name])
        ]

    def named(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> dict[str, Any]:
        """Arguments by their names."""
        try:
            return dict(self.signature.bind(*args, **kwargs).arguments)
        except TypeError:
            return dict(kwargs)


@cache
def _parameters(function: Any, own: tuple[str, ...]) -> _Parameters:
    """Made when a function is first called, as hints may name what is defined later."""
    signature, hints = inspect.signature(function), _hints(function)
    rules, placed = dict[str, Rule](), list[tuple[int, str, Rule, Any]]()
    variadic = False
    for place, (name, parameter) in enumerate(signature.parameters.items()):
        rule = _rule(parameter, Any if name in own else hints.get(name, Any))
        if rule is not ANYTHING:
            rules[name] = rule
            placed.append(
                (sys.maxsize if parameter.kind is parameter.KEYWORD_ONLY else place, name, rule, parameter.default)
            )
            variadic |= parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD)
    return _Parameters(signature, rules, None if variadic else tuple(placed))


def _rule(parameter: inspect.Parameter, hint: Any) -> Rule:
    if hint is Any:
        return ANYTHING
    if parameter.kind is parameter.VAR_KEYWORD:
        return rule_of(Mapping[str, hint])
    return rule_of(tuple[hint, ...] if parameter.kind is parameter.VAR_POSITIONAL else hint)


def _hints(function: Any) -> dict[str, Any]:
    """Type hints of the parameters, those included whose types are imported for type checkers alone."""
    plain = inspect.unwrap(function)
    annotations = inspect.get_annotations(plain)
    unknown = dict[str, Any]()
    if any(isinstance(hint, str) for name, hint in annotations.items() if name != "return"):
        unknown = _for_checkers(plain.__module__)
    found = dict[str, Any]()
    for name, hint in annotations.items():
        with contextlib.suppress(Exception):  # a plugin's hint may be anything
            if name != "return":
                found[name] = eval(hint, unknown | plain.__globals__) if isinstance(hint, str) else hint
    return found


@cache
def _for_checkers(module: str) -> dict[str, Any]:
    """Names that a module imports for type checkers alone, where they are here: most are, as somebody hands such objects over."""
    found: dict[str, Any] = {"__name__": module, "__package__": module.rpartition(".")[0]}
    for node in ast.parse(inspect.getsource(sys.modules[module])).body:
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            for statement in node.body:
                with contextlib.suppress(ImportError):
                    exec(compile(ast.Module([statement], []), module, "exec"), found)
    return found


def unmeant(function: Any, arguments: Mapping[str, Any]) -> tuple[str, str] | None:
    """The first of some keyword arguments that is not what the type hints of a function say, and what they say it must be.

    A default stands for itself, and a whole number may be written as a float: it comes from a file or a command line.
    """
    for name, value, rule in _parameters(function, ()).refused(arguments):
        whole = isinstance(value, float) and value.is_integer() and rule.holds(int(value))
        if not whole and not (rule.array and _array(value) is not None):
            return name, rule.wants
    return None


def _meant(value: Any, rule: Rule, argument: str, name: str, error: type[HarnessError]) -> Any:
    """The array that a value stands for; anything else that a rule does not hold for raises."""
    if rule.array and (array := _array(value)) is not None:
        return array
    raise error(f"{argument} of {name} must be {rule.wants}, not {shown(value)}")


def _array(value: Any) -> Any:
    """An array of a list, tensor or column; None of what is not one."""
    import numpy as np

    try:
        array = np.asarray(value)
    except Exception:  # ragged, on another device, with a gradient
        return None
    return array if array.dtype.kind in ("fiubUSMm" if array.ndim else "fiub") else None


def _unfit(name: str, arguments: Mapping[str, Any], fault: Exception) -> str:
    reason = " ".join(said(fault).split())[:LONGEST_REASON]
    given = ", ".join(f"{argument} = {shown(value)}" for argument, value in arguments.items() if argument != "self")
    return legible(
        f"{name} cannot be computed from {given} ({type(fault).__name__}: {reason}); give it what its description says"
    )
