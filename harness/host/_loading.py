"""Loading a description: import `module:object`, check the user's arguments, call."""

import inspect
import math
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any, get_args

from pydantic import ValidationError

from harness.checks import checked, shown, unmeant
from harness.errors import ArgumentError, HarnessError, PluginError, legible, said
from harness.host._isolation import quiet_stdout


@checked(ArgumentError)
def resolve(target: str, whose: str) -> Any:
    """The object of `module:object`.

    Raises:
        PluginError: if it cannot be imported; `whose` names the description and its plugin.
    """
    module_name, _, name = target.partition(":")
    try:
        with quiet_stdout():
            return getattr(import_module(module_name), name)
    except HarnessError:
        raise
    except AttributeError as error:
        reason = f"{module_name} has no '{name}'" if error.name == name else one_line(error)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # also one that would end the program
        reason = f"importing {module_name} failed: {one_line(error)}"
    raise PluginError(f"{whose} cannot be loaded: {reason}")


@checked(ArgumentError)
def check_arguments(load: Callable[..., Any], arguments: Mapping[str, Any], taken: int, what: str, name: str) -> None:
    """Refuse arguments that `load` does not have, name missing ones, and refuse fractions of what is counted (its annotation is
    `int`), before it is called.

    Args:
        taken: how many of its first parameters are filled already (the name of a family's member).
        what: kind and identifier for the message.
        name: what `harness describe` knows it by.

    Raises:
        ArgumentError: with the names that exist.
    """
    try:
        parameters = list(inspect.signature(load).parameters.values())[taken:]
    except ValueError:
        raise ArgumentError(
            f"{what} is made by {shown(load)}, which does not say what it takes; name a function"
        ) from None
    named = {p.name: p for p in parameters if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)}
    see = f"(harness describe {name})"
    unknown = sorted(arguments.keys() - named.keys())
    if unknown and not any(p.kind is p.VAR_KEYWORD for p in parameters):
        has = f"it takes {', '.join(named)}" if named else "it takes none"
        raise ArgumentError(f"{what} has no argument '{unknown[0]}'; {has} {see}")
    missing = [key for key, p in named.items() if p.default is p.empty and key not in arguments]
    if missing:
        raise ArgumentError(f"{what} needs the argument '{missing[0]}' {see}")
    for key, value in arguments.items():
        if isinstance(value, float) and math.isnan(value):
            raise ArgumentError(f"the argument '{key}' of {what} is not a number; leave it out, or give one {see}")
        if key in named and _counts(named[key].annotation) and isinstance(value, float) and not value.is_integer():
            raise ArgumentError(f"the argument '{key}' of {what} is a whole number, not {value} {see}")
    if wrong := unmeant(load, {key: value for key, value in arguments.items() if key in named}):
        key, wants = wrong
        raise ArgumentError(f"the argument '{key}' of {what} must be {wants}, not {shown(arguments[key])} {see}")


def _counts(annotation: Any) -> bool:
    """Whether a parameter takes whole numbers and no others."""
    kinds = {annotation, *get_args(annotation)}
    return int in kinds and float not in kinds


@checked(ArgumentError)
def with_own_arguments(own: Mapping[str, Any], given: Mapping[str, Any], what: str) -> dict[str, Any]:
    """The arguments of a description joined with the user's.

    Raises:
        ArgumentError: for an argument of the user's that the description sets itself.
    """
    if fixed := sorted(own.keys() & given.keys()):
        raise ArgumentError(f"{what} sets the argument '{fixed[0]}' itself; leave it out")
    return {**own, **given}


@checked(ArgumentError)
def one_line(error: BaseException) -> str:
    """The message of an exception, in one line, with its type."""
    if isinstance(error, ValidationError):  # whose text is a page
        faults = [f"{'.'.join(map(str, p['loc']))}: {p['msg']}" for p in error.errors()]
        return legible(f"{error.title}: {'; '.join(faults)}")
    text = " ".join(said(error).split())
    return legible(f"{type(error).__name__}: {text}" if text else type(error).__name__)
