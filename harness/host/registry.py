"""Registries of models, stimuli, benchmarks, data sets and suites, by identifier."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Generic, Literal, TypeVar

from harness.errors import UnknownIdentifier, renamed
from harness.host.specs import DatasetSpec, Spec, SuiteSpec

S = TypeVar("S", bound=Spec | DatasetSpec | SuiteSpec)


@dataclass
class Plugin:
    """An entry point of the group `harness` and what became of it.

    Attributes:
        name: of the entry point.
        distribution, version: of the package that it came with.
        target: what the entry point refers to.
        status: "left out" plugins were excluded by `HARNESS_PLUGINS`.
        reason: why it is broken or left out.
    """

    name: str
    distribution: str
    version: str
    target: str
    status: Literal["loaded", "broken", "left out"] = "loaded"
    reason: str = ""

    def __str__(self) -> str:
        return f"plugin '{self.name}' ({self.distribution} {self.version})"


class Registry(Generic[S]):
    """Descriptions of one kind, in the order of their identifiers.

    Attributes:
        kind: what one is called, as in "unknown model".
        command: the argument of `harness list` that shows them.
        loads: `module:class` of what their `load` returns, resolved when the first is loaded: the host imports nothing of it.
        remark: added to the message about an unknown identifier.
        aliases: identifiers of earlier releases -> today's.
    """

    def __init__(self, kind: str, command: str, loads: str):
        self.kind, self.command, self.loads, self.remark = kind, command, loads, ""
        self.aliases: dict[str, str] = {}
        self._entries: dict[str, tuple[S, Plugin]] = {}

    def add(self, spec: S, plugin: Plugin) -> None:
        """Take in a description; the host has made sure that its identifier is new."""
        self._entries[spec.identifier] = spec, plugin
        for old in getattr(spec, "aliases", ()):
            self.aliases.setdefault(old, spec.identifier)

    def get(self, identifier: str) -> S:
        """The description of an identifier; for a member of a family, that of the family.

        Raises:
            UnknownIdentifier: if nobody registered it; the message holds the nearest names.
        """
        return self._entry(identifier)[0]

    def current(self, identifier: str) -> str:
        """The identifier of today for one of an earlier release, with a notice; any other as it is."""
        if identifier in self._entries or identifier not in self.aliases:
            return identifier
        renamed(identifier, self.aliases[identifier])
        return self.aliases[identifier]

    def plugin(self, identifier: str) -> Plugin:
        """The plugin that offers an identifier."""
        return self._entry(identifier)[1]

    def _entry(self, identifier: str) -> tuple[S, Plugin]:
        identifier = self.current(identifier)
        if identifier in self._entries:
            return self._entries[identifier]
        families = [f for f in self._families() if identifier.startswith(f) and identifier != f]
        if families:
            return self._entries[max(families, key=len) + "*"]
        raise UnknownIdentifier(self._unknown(identifier))

    def _families(self) -> list[str]:
        return [spec.prefix for spec in self if isinstance(spec, Spec) and spec.prefix]

    def _unknown(self, identifier: str) -> str:
        near = self.near(identifier)
        if near:
            hint = f"did you mean {either(near)}?"
        else:
            known = [spec.identifier for spec in self]
            hint = f"there are {', '.join(known[:8])}{', ...' if len(known) > 8 else ''}" if known else "there are none"
        remark = f"; {self.remark}" if self.remark else ""
        return f"unknown {self.kind} '{identifier}'; {hint} (harness list {self.command}{remark})"

    def near(self, identifier: str) -> list[str]:
        """The nearest registered names; a misspelt family is put right and its member kept."""
        head, slash, member = identifier.partition("/")
        names = {name.casefold(): name for name in self._entries if not name.endswith("/*")}
        near = [names[name] for name in get_close_matches(identifier.casefold(), names, n=3, cutoff=0.7)]
        families = [family[:-1] for family in self._families() if slash and member]
        return near or [f"{family}/{member}" for family in get_close_matches(head.casefold(), families, n=1)]

    def __contains__(self, identifier: object) -> bool:
        try:
            self._entry(str(identifier))
        except UnknownIdentifier:
            return False
        return True

    def __iter__(self) -> Iterator[S]:
        return iter(self._entries[name][0] for name in sorted(self._entries, key=str.casefold))

    def __len__(self) -> int:
        return len(self._entries)


def either(names: list[str]) -> str:
    """`a, b or c`."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"
