"""Our models and benchmarks in Brain-Score's registries: in a process, and on its command line."""

from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import Any

from harness.assemblies import Benchmark as CoreBenchmark
from harness.assemblies import Score
from harness.brain_score._package import Kind, home, vision
from harness.brain_score.commitment import Commitment, to_brain_score
from harness.brain_score.theirs import from_brain_score
from harness.checks import checked
from harness.errors import ArgumentError, BenchmarkError
from harness.host import host, load_benchmark, load_model

PREFIX, SLASH = "harness--", "--"
"""What our identifiers begin with in Brain-Score, and what stands for a slash there: they become names of files."""
BRIDGE = "harness_bridge"
_KINDS: tuple[Kind, ...] = ("models", "benchmarks")
_LOADERS: dict[str, str] = {"models": "model", "benchmarks": "benchmark"}


def their_name(identifier: str) -> str:
    """`timm/resnet50` -> `harness--timm--resnet50`."""
    return PREFIX + identifier.replace("/", SLASH)


def our_name(identifier: str) -> str:
    """`harness--timm--resnet50` -> `timm/resnet50`."""
    return identifier.removeprefix(PREFIX).replace(SLASH, "/")


def model(identifier: str) -> Commitment:
    """One of our models as Brain-Score loads it, by the identifier that it has there."""
    commitment = to_brain_score(load_model(our_name(identifier)))
    commitment.layer_model.identifier = identifier
    return commitment


def benchmark(identifier: str) -> "OurBenchmark":
    """One of our benchmarks as Brain-Score loads it, by the identifier that it has there."""
    return OurBenchmark(identifier)


class OurBenchmark(CoreBenchmark):
    """A benchmark of the harness behind Brain-Score's interface, for its models and ours."""

    identifier = parent = bibtex = ""
    version = 0

    def __init__(self, identifier: str):
        self.identifier = identifier
        self._ours = load_benchmark(our_name(identifier))
        self.version, self.parent, self.bibtex = self._ours.version, self._ours.parent, self._ours.bibtex

    @property
    def ceiling(self) -> Score:
        """Ours."""
        return self._ours.ceiling

    def __call__(self, candidate: Any) -> Score:
        """Our score of a model of Brain-Score's, or of ours behind its interface."""
        return self._ours(from_brain_score(candidate))


def names(kind: Kind) -> list[str]:
    """Our models, or benchmarks, by the identifiers that they have in Brain-Score. Members of families have one, too, and are not
    listed."""
    return [their_name(spec.identifier) for spec in getattr(host(), kind) if spec.prefix is None]


def register() -> None:
    """Let `brainscore_vision.load_model`, `load_benchmark` and `score` of this process know ours.

    Ours stand in its registries as `harness--...`; members of families are found there when they are asked for.

    Raises:
        MissingPackage: if Brain-Score's package is not installed.
    """
    theirs = vision()
    for kind, load in zip(_KINDS, (model, benchmark), strict=True):
        registry = getattr(theirs, f"{_LOADERS[kind]}_registry")
        registry.update({name: partial(load, name) for name in names(kind)})
    if not hasattr(theirs.import_plugin, "of_harness"):
        theirs.import_plugin = _importing(theirs, theirs.import_plugin)


def _importing(theirs: Any, usual: Any) -> Any:
    def import_plugin(library_root: str, plugin_type: str, identifier: str, registry_prefix: str | None = None) -> None:
        if plugin_type not in _KINDS or not identifier.startswith(PREFIX):
            return usual(library_root, plugin_type, identifier, registry_prefix)
        registry = getattr(theirs, f"{_LOADERS[plugin_type]}_registry")
        registry.setdefault(identifier, partial(model if plugin_type == "models" else benchmark, identifier))
        return None

    import_plugin.of_harness = True  # type: ignore[attr-defined]
    return import_plugin


@checked(ArgumentError)
def link(identifiers: Iterable[str] = ()) -> list[Path]:
    """Write two files beside Brain-Score's plugins, so that its command line (`python -m brainscore_vision score`) knows ours.

    Args:
        identifiers: members of families to name besides all others, such as `timm/resnet50`.

    Returns:
        The files.

    Raises:
        MissingPackage: if Brain-Score's package is not installed.
        BenchmarkError: if its folder cannot be written to.
    """
    members = list(identifiers)
    files = []
    for kind in _KINDS:
        word, known = _LOADERS[kind], getattr(host(), kind)
        wanted = names(kind) + [their_name(name) for name in members if name in known]
        lines = [f"{word}_registry['{name}'] = partial({word}, '{name}')" for name in dict.fromkeys(wanted)]
        head = [
            f'"""{kind.capitalize()} of the harness; written by `harness brain-score link`, removed by `unlink`."""',
            "from functools import partial",
            f"from brainscore_vision import {word}_registry",
            f"from harness.brain_score.registry import {word}",
        ]
        file = home() / kind / BRIDGE / "__init__.py"
        try:
            file.parent.mkdir(exist_ok=True)
            file.write_text("\n".join([*head, "", *lines, ""]))
        except OSError as error:
            raise BenchmarkError(
                f"the bridge cannot be written beside Brain-Score's plugins ({error}); harness brain-score score needs none"
            ) from error
        files.append(file)
    return files


def unlink() -> list[Path]:
    """Remove what `link` wrote. Returns the folders that are gone."""
    import shutil

    folders = [home() / kind / BRIDGE for kind in _KINDS]
    gone = [folder for folder in folders if folder.is_dir()]
    for folder in gone:
        shutil.rmtree(folder)
    return gone


@checked(ArgumentError)
def score(model_identifier: str, benchmark_identifier: str) -> Score:
    """Brain-Score's own `score` of one of its models, or ours, on one of its benchmarks, or ours; names of ours need no prefix.

    Raises:
        MissingPackage: if Brain-Score's package is not installed.
    """
    register()
    named = [
        their_name(name) if name in getattr(host(), kind) else name
        for name, kind in ((model_identifier, "models"), (benchmark_identifier, "benchmarks"))
    ]
    found: Score = vision()._run_score(*named)
    return found
