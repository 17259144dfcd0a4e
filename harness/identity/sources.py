"""Identity of the sources of a target: every module that it imports, directly or indirectly, read and never run.

    source_digest("harness_plugins.benchmarks.contrast.benchmark:Contrast")

A module of the project, of a plugin or of the user's own counts by its source; a library counts by its version. Through a lazy
face (an `__init__.pyi` of names) one reaches the module that defines a name, and nothing else of the package.
"""

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from importlib import metadata
from importlib.machinery import EXTENSION_SUFFIXES
from importlib.util import find_spec
from pathlib import Path

from harness.checks import checked
from harness.errors import ArgumentError
from harness.identity._imports import Chain, Facts, facts_of, names_of_stub
from harness.identity._installed import site_packages
from harness.identity.digests import digest
from harness.identity.replaced import replaced_names, stated

_GROUP = "harness"
_INSTALLED = site_packages()
_DISTRIBUTIONS = {
    "PIL": "pillow",
    "sklearn": "scikit-learn",
    "yaml": "pyyaml",
    "skimage": "scikit-image",
    "cv2": "opencv-python",
}


@dataclass
class Closure:
    """The import closure of some targets.

    Attributes:
        sources: module -> SHA-256 of its source as it was when this process first read it; a file that a module names and that
            lies beside it counts as `module/file`.
        names: of every name taken from a lazy face, where it leads: (package, name, module, name there).
        libraries: libraries imported, by the name that is imported.
        loads: "load_stimuli" and its like -> names of what is loaded by them; None among them stands for a name that is computed.
        strings: texts without spaces in all of the sources, among which such names may be.
    """

    sources: dict[str, str] = field(default_factory=dict)
    names: set[tuple[str, str, str, str]] = field(default_factory=set)
    libraries: set[str] = field(default_factory=set)
    loads: dict[str, set[str | None]] = field(default_factory=dict)
    strings: set[str] = field(default_factory=set)
    _digest: str = field(default="", init=False, repr=False, compare=False)

    def changed(self) -> list[str]:
        """Modules whose source is no longer what this process first read."""
        paths = ((module, module_file(module)) for module, _ in self.sources.items() if "/" not in module)
        read = [(module, path) for module, path in paths if path and path.suffix == ".py"]
        return [module for module, path in read if sha256(path.read_bytes()).hexdigest() != self.sources[module]]

    def replaced(self) -> list[str]:
        """Functions and constants of these modules that are not those of their files, but were put there in this process."""
        return replaced_names([module for module in self.sources if "/" not in module], is_own)

    def digest(self) -> str:
        """Identity of all sources, and of the versions of all libraries; taken once, when all of them are known."""
        if not self._digest:
            libraries = {name: _version(name) for name in self.libraries}
            self._digest = digest("closure", self.sources, self.names, libraries)
        return self._digest


@checked(ArgumentError)
def source_digest(*targets: str, without: str | None = None) -> str:
    """Identity of what targets (`module:object`, or modules) import.

    Args:
        without: a top-level package whose modules do not count.
    """
    return source_closure(*sorted(set(targets)), without=without).digest()


@checked(ArgumentError)
@cache
def source_closure(*targets: str, without: str | None = None) -> Closure:
    """The import closure of targets (`module:object`, or modules). A module that cannot be found counts as missing."""
    return _Walk(without).from_targets(targets)


def forget() -> None:
    """Read all sources anew when they are asked for next. A process keeps what it read first: that is the code that it runs."""
    for remembered in (source_closure, module_file, names_of, _read, is_own, _plugins, _version, stated):
        remembered.cache_clear()


class _Walk:
    def __init__(self, without: str | None):
        self._without = without
        self._found = Closure()
        self._seen: set[tuple[str, Chain]] = set()
        self._waiting: list[tuple[str, Chain]] = []

    def from_targets(self, targets: Iterable[str]) -> Closure:
        for target in targets:
            module, _, name = target.partition(":")
            self._waiting.append((module, (name, "*") if name else ("*",)))
        while self._waiting:
            step = self._waiting.pop()
            if step not in self._seen:
                self._seen.add(step)
                self._follow(*step)
        return self._found

    def _follow(self, module: str, chain: Chain) -> None:
        """Go from a module along the attributes that are taken from it; "*" stands for all of them."""
        top = module.partition(".")[0]
        if top in sys.stdlib_module_names or top == self._without:
            return
        if not is_own(top):
            self._found.libraries.add(top)
            return
        for parent in _parents(module):
            if names_of(parent) is None:
                self._enter(parent)
        names = names_of(module)
        if names is None:
            self._enter(module)
            if chain and chain[0] != "*" and module_file(f"{module}.{chain[0]}"):
                self._waiting.append((f"{module}.{chain[0]}", chain[1:]))
            return
        for name in names if chain[:1] == ("*",) else chain[:1]:
            rest = chain[1:] if chain[0] != "*" else ("*",)
            self._take(module, name, names, rest)

    def _take(self, module: str, name: str, names: dict[str, tuple[str, str]], rest: Chain) -> None:
        if name in names:
            target, there = names[name]
            self._found.names.add((module, name, target, there))
            self._waiting.append((target, (there, *rest)) if there else (target, rest))
        elif module_file(f"{module}.{name}"):
            self._waiting.append((f"{module}.{name}", rest))
        else:  # what the face itself defines, such as a version
            self._enter(module)

    def _enter(self, module: str) -> None:
        if module in self._found.sources:
            return
        path = module_file(module)
        if path is None or path.is_dir():
            self._found.sources[module] = "missing" if path is None else "namespace"
            return
        self._found.sources[module], facts = _read(path)
        self._found.strings |= set(facts.strings)
        for load, named in facts.loads:
            self._found.loads.setdefault(load, set()).add(named)
        for name in facts.strings:
            self._enter_file(module, path.parent / name)
        self._waiting += _steps(module, path, facts)

    def _enter_file(self, module: str, path: Path) -> None:
        if path.suffix and path.suffix != ".py" and path.is_file():
            self._found.sources[f"{module}/{path.name}"] = sha256(path.read_bytes()).hexdigest()


def _steps(module: str, path: Path, facts: Facts) -> Iterator[tuple[str, Chain]]:
    """Where a module leads: its imports, the targets that it names, and all of its package where it computes what it imports."""
    package = module if path.stem == "__init__" else module.rpartition(".")[0]
    for level, name, chain in facts.imports:
        base = package.rsplit(".", level - 1)[0] if level > 1 else package
        yield (f"{base}.{name}" if level and name else base if level else name), chain
    for target in facts.targets:
        name, _, attribute = target.partition(":")
        if is_own(name.partition(".")[0]) and module_file(name):
            yield name, (attribute, "*")
    if facts.computes and module.partition(".")[0] != "harness":  # whose host imports what descriptions name
        for beside in sorted(path.parent.glob("*")):
            if beside.suffix == ".py" or (beside / "__init__.py").is_file():
                name = ".".join(filter(None, (package, beside.stem))).removesuffix(".__init__")
                if package or is_own(name):  # beside a module without a package may lie all that is installed
                    yield name, ("*",)


def _parents(module: str) -> list[str]:
    parts = module.split(".")
    return [".".join(parts[:depth]) for depth in range(1, len(parts))]


@checked(ArgumentError)
@cache
def module_file(module: str) -> Path | None:
    """The file of a module, or the folder of a package without one; nothing is imported. None if there is none."""
    top, *rest = module.split(".")
    try:
        spec = find_spec(top)
    except (ImportError, ValueError):
        return None
    if spec is None:
        return None
    folders = [Path(folder) for folder in spec.submodule_search_locations or ()]
    if not rest:
        return Path(spec.origin) if spec.has_location and spec.origin else next(iter(folders), None)
    for part in rest[:-1]:
        folders = [folder / part for folder in folders if (folder / part).is_dir()]
    return next(filter(None, (_in(folder, rest[-1]) for folder in folders)), None)


def _in(folder: Path, name: str) -> Path | None:
    candidates = [
        folder / name / "__init__.py",
        *(folder / f"{name}{suffix}" for suffix in (".py", *EXTENSION_SUFFIXES)),
    ]
    found = next((path for path in candidates if path.is_file()), None)
    return found or (folder / name if (folder / name).is_dir() else None)


@cache
def names_of(package: str) -> dict[str, tuple[str, str]] | None:
    """Name -> (module, name there) of a lazy face; None of any other module."""
    path = module_file(package)
    stub = path.with_suffix(".pyi") if path and path.name == "__init__.py" else None
    if path is None or stub is None or not stub.is_file() or "attach_stub" not in path.read_text(encoding="utf-8"):
        return None
    return names_of_stub(stub.read_text(encoding="utf-8"), package)


@cache
def _read(path: Path) -> tuple[str, Facts]:
    content = path.read_bytes()
    found = sha256(content).hexdigest()
    return found, facts_of(content) if path.suffix == ".py" else Facts()


@cache
def is_own(top: str) -> bool:
    """Whether a top-level module counts by its source: it belongs to a plugin's distribution, or is not installed at all."""
    if top in _plugins():
        return True
    path = module_file(top)
    return path is not None and not any(path.resolve().is_relative_to(folder) for folder in _INSTALLED)


@cache
def _plugins() -> frozenset[str]:
    """Top-level modules of all distributions that offer plugins."""
    tops = {"harness", "harness_plugins"}
    for entry_point in metadata.entry_points(group=_GROUP):
        tops.add(entry_point.value.partition(":")[0].partition(".")[0])
        files = (
            entry_point.dist.files if entry_point.dist and entry_point.dist.name != "vision-dynamics-harness" else None
        )
        tops |= {file.parts[0].removesuffix(".py") for file in files or () if file.suffix == ".py"}
    return frozenset(tops)


@cache
def _version(top: str) -> str:
    """Of the distribution that a library belongs to; "missing" if it is not installed."""
    for name in _distributions(top):
        try:
            return metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return "missing"


def _distributions(top: str) -> Iterator[str]:
    yield _DISTRIBUTIONS.get(top, top)
    if module_file(top) is not None:
        yield from metadata.packages_distributions().get(top, ())  # takes a second, and is seldom needed
