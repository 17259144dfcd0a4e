"""The sources of a benchmark's score besides the model: found in the code, and checked against the modules loaded."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from harness.host import DatasetSpec, host
from harness.identity import Closure, digest, source_closure

_LOADS = {"load_stimuli": "stimuli", "load_model": "models", "load_benchmark": "benchmarks"}
Loaded = tuple[str, str]
"""Registry and identifier, see `harness.host.loads_noted`."""


@dataclass(frozen=True)
class Sources:
    """The code of a benchmark or model, with that of what it loads by name.

    Attributes:
        closure: the modules.
        loads: what the sources load by name.
        digest: identity of both.
    """

    closure: Closure
    loads: frozenset[Loaded]
    digest: str

    def unforeseen(self, noted: Iterable[Loaded]) -> list[Loaded]:
        """Things loaded by a name that the sources do not spell out."""
        return sorted(set(noted) - self.loads)


def sources_of(target: str, arguments: Mapping[str, Any] | Iterable[Any], data: Iterable[DatasetSpec] = ()) -> Sources:
    """The code behind `module:object`: what it imports, the loaders of its data sets, the stimulus sets (and models, and
    benchmarks) that it loads by name.

    A name that is computed may be any text of these sources or of the arguments that is the name of something registered.
    """
    words = set(_words(arguments))
    targets, loads = {target, *(spec.load for spec in data if spec.load)}, set[Loaded]()
    while True:
        closure = source_closure(*sorted(targets))
        loads = set(_loads(closure, words))
        more = {_spec(*loaded).load for loaded in loads}
        if more <= targets:
            break
        targets |= more
    own = [(*loaded, _spec(*loaded).load, repr(sorted(_spec(*loaded).arguments.items()))) for loaded in loads]
    return Sources(closure, frozenset(loads), digest(closure.digest(), sorted(own)))


def _loads(closure: Closure, words: set[str]) -> Iterator[Loaded]:
    for function, names in closure.loads.items():
        command = _LOADS[function]
        registry = getattr(host(), command)
        known = {spec.identifier for spec in registry if not spec.prefix}
        families = tuple(spec.prefix for spec in registry if spec.prefix)
        for name in names if None not in names else closure.strings | words:
            current = registry.aliases.get(name, name)
            if current in known or (current and current.startswith(families) and current not in families):
                yield command, current


def _spec(registry: str, name: str) -> Any:
    return getattr(host(), registry).get(name)


def _words(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from _words(list(value.values()))
    elif isinstance(value, (list, tuple, set, frozenset)):
        for item in value:
            yield from _words(item)
