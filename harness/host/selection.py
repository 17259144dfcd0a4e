"""Selections: several models or benchmarks by one word, as in `cordsnet*`, `tag:temporal`, `suite:core-v1` or `all`."""

from typing import TYPE_CHECKING, Any

from harness.checks import checked
from harness.errors import ArgumentError, UnknownIdentifier
from harness.host.model_files import is_model_file
from harness.host.plugin_host import host, list_benchmarks, list_models
from harness.host.registry import either
from harness.host.tags import TAGS, nearest

if TYPE_CHECKING:
    from harness.host.registry import Registry

TAG, SUITE, ALL = "tag:", "suite:", "all"
Selected = list[tuple[str, dict[str, Any]]]
"""Identifiers and the arguments that the selection gives them."""


@checked(ArgumentError)
def is_selection(wanted: str) -> bool:
    """Whether a word may stand for several entries, rather than being the identifier of one."""
    return wanted == ALL or wanted.startswith((TAG, SUITE)) or any(wildcard in wanted for wildcard in "*?[")


@checked(ArgumentError)
def select_models(wanted: str) -> list[str]:
    """Identifiers of the models that are meant.

    Args:
        wanted: an identifier; a pattern (`cordsnet*`; `timm/resnet*` opens a family); `tag:recurrent`; `all`; or
            `FILE.py:FUNCTION`. Families count only where a pattern opens them, or fits nothing else.

    Raises:
        UnknownIdentifier: if that is no model; the message holds the nearest names.
    """
    if is_model_file(wanted):
        return [wanted]
    if wanted.startswith(SUITE):
        raise UnknownIdentifier(f"a suite is a list of benchmarks; no model is called '{wanted}' (harness list models)")
    return _select(host().models, wanted, list_models)


@checked(ArgumentError)
def select_benchmarks(wanted: str) -> Selected:
    """Identifiers of the benchmarks that are meant, with the arguments that a suite gives them.

    Args:
        wanted: as for `select_models`; also `suite:core-v1`.

    Raises:
        UnknownIdentifier: if that is no benchmark, tag or suite; the message holds the nearest names.
    """
    if wanted.startswith(SUITE):
        suite = host().suites.get(wanted.removeprefix(SUITE))
        return [(name, dict(suite.arguments.get(name, {}))) for name in suite.benchmarks]
    return [(name, {}) for name in _select(host().benchmarks, wanted, list_benchmarks)]


def _select(registry: "Registry[Any]", wanted: str, listed: Any) -> list[str]:
    if not is_selection(wanted):
        registry.get(wanted)
        return [wanted]
    singles = [spec for spec in registry if not spec.prefix]
    if wanted.startswith(TAG):
        tag = wanted.removeprefix(TAG)
        found = [spec.identifier for spec in singles if tag in spec.tags]
    elif wanted == ALL:
        found = [spec.identifier for spec in singles]
    else:
        found = [name for name in listed(wanted) if not name.endswith("/*")]
    if not found:
        raise UnknownIdentifier(_nothing(registry, wanted, singles))
    return found


def _nothing(registry: "Registry[Any]", wanted: str, singles: list[Any]) -> str:
    where = f"harness list {registry.command}"
    if not wanted.startswith(TAG):
        return f"no {registry.kind} matches '{wanted}' ({where})"
    tag = wanted.removeprefix(TAG)
    near = nearest(tag, {*TAGS, *(word for spec in singles for word in spec.tags)} - {tag})
    return f"no {registry.kind} has the tag '{tag}'" + (f"; did you mean {either(near)}?" if near else f" ({where})")
