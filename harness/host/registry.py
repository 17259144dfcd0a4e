"""Registries of models, stimuli, benchmarks, data sets and suites, by identifier."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Generic, Literal, TypeVar

from harness.checks import checked
from harness.errors import ArgumentError, UnknownIdentifier, renamed
from harness.host._isolation import quiet_stdout
from harness.host._loading import resolve
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


@checked(ArgumentError)
class Registry(Generic[S]):
    """Descriptions of one kind, in the order of their identifiers.

    Attributes:
        kind: what one is called, as in "unknown model".
        command: the argument of `harness list` that shows them.
        loads: `module:class` of what their `load` may return, resolved when one is loaded: the host imports nothing of it.
        remark: added to the message about an unknown identifier.
        aliases: identifiers of earlier releases -> today's.
    """

    def __init__(self, kind: str, command: str, *loads: str):
        self.kind, self.command, self.loads, self.remark = kind, command, loads, ""
        self.aliases: dict[str, str] = {}
        self._entries: dict[str, tuple[S, Plugin]] = {}
        self._lines: dict[str, Mapping[str, str]] = {}  # of families that say what their members are

    @checked(ArgumentError)
    def add(self, spec: S, plugin: Plugin) -> None:
        """Take in a description; the host has made sure that its identifier is new."""
        self._entries[spec.identifier] = spec, plugin
        for old in getattr(spec, "aliases", ()):
            self.aliases.setdefault(old, spec.identifier)

    @checked(ArgumentError)
    def get(self, identifier: str) -> S:
        """The description of an identifier; for a member of a family, that of the family.

        Raises:
            UnknownIdentifier: if nobody registered it; the message holds the nearest names.
        """
        return self._entry(identifier)[0]

    @checked(ArgumentError)
    def current(self, identifier: str) -> str:
        """The identifier of today for one of an earlier release, with a notice; any other as it is."""
        if identifier in self._entries or identifier not in self.aliases:
            return identifier
        renamed(identifier, self.aliases[identifier])
        return self.aliases[identifier]

    @checked(ArgumentError)
    def plugin(self, identifier: str) -> Plugin:
        """The plugin that offers an identifier."""
        return self._entry(identifier)[1]

    def _entry(self, identifier: str) -> tuple[S, Plugin]:
        identifier = self.current(identifier)
        entry = self._found(identifier)
        if entry is None:
            raise UnknownIdentifier(self._unknown(identifier))
        return entry

    def _found(self, identifier: str) -> tuple[S, Plugin] | None:
        if identifier in self._entries:
            return self._entries[identifier]
        families = [f for f in self._families() if identifier.startswith(f) and identifier != f]
        if families:
            return self._entries[max(families, key=len) + "*"]
        bare = (spec for spec in self if isinstance(spec, Spec) and spec.bare and identifier in self._named(spec))
        return next((self._entries[spec.identifier] for spec in bare), None)

    def _named(self, spec: Spec) -> Collection[str]:
        """The members of a family, as far as it can name them: a mapping, where it says what they are."""
        if not (spec.prefix and spec.members):
            return ()
        with quiet_stdout():
            found: Collection[str] = resolve(spec.members, f"{self.kind} family '{spec.identifier}'")()
        return found

    @checked(ArgumentError)
    def names(self, identifier: str) -> bool:
        """Whether an identifier is known by name, and not by its beginning alone, as where a family cannot list its members."""
        spec, _ = self._found(identifier) or (None, None)
        if identifier in self._entries or not isinstance(spec, Spec) or not spec.prefix:
            return spec is not None
        try:
            return identifier.removeprefix(spec.prefix) in self._named(spec)
        except ImportError:
            return False

    @checked(ArgumentError)
    def summary(self, identifier: str) -> str:
        """One line about an identifier: of a member of a family what the family says about it, if it does."""
        spec = self.get(identifier)
        if not isinstance(spec, Spec) or not spec.prefix or identifier == spec.identifier:
            return spec.summary
        if spec.identifier not in self._lines:
            members = self._named(spec)
            self._lines[spec.identifier] = members if isinstance(members, Mapping) else {}
        return self._lines[spec.identifier].get(identifier.removeprefix(spec.prefix), spec.summary)

    def _families(self) -> list[str]:
        return [spec.prefix for spec, _ in self._entries.values() if isinstance(spec, Spec) and spec.prefix]

    def _unknown(self, identifier: str) -> str:
        near = self.near(identifier)
        if near:
            hint = f"did you mean {either(near)}?"
        else:
            known = [spec.identifier for spec in self]
            hint = f"there are {', '.join(known[:8])}{', ...' if len(known) > 8 else ''}" if known else "there are none"
        remark = f"; {self.remark}" if self.remark else ""
        return f"unknown {self.kind} '{identifier}'; {hint} (harness list {self.command}{remark})"

    @checked(ArgumentError)
    def near(self, identifier: str) -> list[str]:
        """The nearest names. A misspelt family is put right and its member kept; a member is found without its family's name,
        for which the libraries that define the families may be imported; else what has the word in its summary.
        """
        head, slash, member = identifier.partition("/")
        if slash and member:
            families = {family[:-1]: family for family in self._families()}
            if near := get_close_matches(head.casefold(), families, n=1):
                return [f"{near[0]}/{member}"]
        single = {old.casefold(): new for old, new in self.aliases.items()}
        single |= {name.casefold(): name for name in self._entries if not name.endswith("/*")}
        close = get_close_matches(identifier.casefold(), single, n=3, cutoff=0.7)
        if slash or (close and _plain(close[0]) == _plain(identifier)):
            return [single[name] for name in close]
        members = [{_plain(name.rpartition("/")[2]): name for name in family} for family in self.members()]
        same = [names[key] for names in members for key in (_plain(identifier),) if key in names][:3]
        if same or close:
            return list(dict.fromkeys([*same, *(single[name] for name in close)]))[:3]
        alike = [
            names[key] for names in members for key in get_close_matches(_plain(identifier), names, n=2, cutoff=0.8)
        ]
        return (alike or self._described(identifier))[:3]

    def _described(self, word: str) -> list[str]:
        """Identifiers whose own words or summary hold a word of three letters or more."""
        plain = _plain(word)
        entries = [spec for spec in self if len(plain) > 2]
        return [spec.identifier for spec in entries if plain in _plain(f"{spec.identifier} {spec.summary}")]

    def members(self) -> list[list[str]]:
        """Of each family that can name its members, their identifiers; the libraries that define the families may be imported."""
        found = []
        for spec in self:
            if isinstance(spec, Spec) and spec.prefix and spec.members:
                try:
                    names = self._named(spec)
                except Exception:  # whose library is not installed
                    continue
                found.append([spec.prefix + name for name in names])
        return found

    def __contains__(self, identifier: object) -> bool:
        return self._found(self.current(str(identifier))) is not None

    def __iter__(self) -> Iterator[S]:
        return iter(self._entries[name][0] for name in sorted(self._entries, key=str.casefold))

    def __len__(self) -> int:
        return len(self._entries)


def _plain(name: str) -> str:
    """A name without case and separators: `ResNet-18` and `resnet18` are the same."""
    return re.sub(r"[\W_]", "", name).casefold()


@checked(ArgumentError, pure=True)
def either(names: list[str]) -> str:
    """`a, b or c`."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"
