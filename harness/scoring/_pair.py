"""A pair of model and benchmark, named or given as objects: loaded when needed, with the identity of their score."""

import logging
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Self

from harness.checks import as_identifier, identifier_fault, shown
from harness.errors import ArgumentError, HarnessError
from harness.host import BenchmarkSpec, ModelSpec, host, is_model_file, load_benchmark, load_model
from harness.identity import digest, source_digest
from harness.results import HANDED_OVER, WeightsEntry, plain
from harness.scoring._files import noting_files
from harness.scoring._sources import Sources, sources_of
from harness.scoring.provenance import data_digests, dataset_specs, plugin_version

if TYPE_CHECKING:
    from harness.benchmarks import Benchmark
    from harness.brain_model import BrainModel
    from harness.models import Model

SOURCES = ("imagenet", "cifar10", "kinetics400", "moments_in_time")
"""Tags that name a published set, on which weights were trained or from which stimuli are: scores say where the two meet."""

_log = logging.getLogger(__name__)

Named = str | tuple[str, Mapping[str, Any]]
"""An identifier, or an identifier and arguments."""


@dataclass
class _Asked:
    """A model or benchmark asked for: an identifier with arguments, or a ready-made object."""

    registry: ClassVar[str]
    identifier: str
    arguments: dict[str, Any]
    given: Any = None

    @classmethod
    def of(cls, wanted: Any, arguments: Mapping[str, Any] | None = None) -> Self:
        """From an identifier, (identifier, arguments), or the object itself."""
        if isinstance(wanted, tuple):
            if len(wanted) != 2 or not isinstance(wanted[0], str) or not isinstance(wanted[1], Mapping):
                raise ArgumentError(f"a pair (identifier, arguments) names what is scored, not {shown(wanted)}")
            identifier, own = wanted
            return cls(identifier, {**own, **(arguments or {})})
        if isinstance(wanted, str):
            return cls(wanted, dict(arguments or {}))
        if isinstance(wanted, type) or not _is_named(wanted):
            raise ArgumentError(
                f"what is scored is an identifier, (identifier, arguments), or an object with an identifier, not {shown(wanted)}"
            )
        if arguments:
            raise HarnessError(f"arguments go with an identifier; '{wanted.identifier}' was handed over ready-made")
        return cls(wanted.identifier, dict(getattr(wanted, "arguments", {})), wanted)

    def check(self) -> None:
        """Raises UnknownIdentifier, with the nearest names, for a name that no plugin offers."""
        if self.given is None:
            getattr(host(), self.registry).get(self.identifier)

    @property
    def plain_arguments(self) -> dict[str, Any]:
        """The arguments as a result shows them."""
        try:
            return plain(self.arguments)
        except TypeError:
            return {name: str(value) for name, value in self.arguments.items()}

    @property
    def plugin(self) -> str:
        """Where it came from."""
        return plugin_version(self.registry, self.identifier) if self.given is None else HANDED_OVER


@dataclass
class ModelOfPair(_Asked):
    """The model of a pair; also any other candidate with Brain-Score's `look_at`."""

    registry = "models"

    @classmethod
    def of(cls, wanted: Any, arguments: Mapping[str, Any] | None = None) -> Self:
        """From an identifier, (identifier, arguments), `FILE.py:FUNCTION`, a plain torch module, or a model itself."""
        word, own = wanted if isinstance(wanted, tuple) and len(wanted) == 2 else (wanted, {})
        if is_model_file(word) and isinstance(own, Mapping):
            return super().of(load_model(word, **{**own, **(arguments or {})}))
        return super().of(_modelled(wanted), arguments)

    @cached_property
    def model(self) -> "Model | BrainModel":
        """The model, loaded; or the foreign candidate that was handed over, Brain-Score's as ours."""
        if self.given is not None:
            from harness.brain_score import from_brain_score, is_theirs

            given = _well_named(self.given, "a model")
            return from_brain_score(given) if is_theirs(given) else given
        with noting_files():
            return load_model(self.identifier, **self.arguments)

    @property
    def ours(self) -> "Model | None":
        """The model, if it is one of the harness's."""
        from harness.models import Model

        return self.model if isinstance(self.model, Model) else None

    @property
    def spec(self) -> ModelSpec | None:
        """Its description, if a plugin offers it."""
        return host().models.get(self.identifier) if self.identifier in host().models else None

    def key(self) -> str | None:
        """Identity of everything in the model that a score may depend on; None of a foreign candidate, or if it is not known."""
        model = self.ours
        identity = model.digest() if model else None
        if model is None or identity is None:
            return None
        face = (
            dict(model.regions),
            model.layers,
            model.visual_degrees,
            model.readout,
            model.classes,
            dict(model.layouts),
        )
        return digest("model", identity, face, source_digest(*_classes(model)))

    def provenance(self) -> dict[str, Any]:
        """Provenance of the model, for a score."""
        from harness.identity import weights_digest
        from harness.models import training_of

        model = self.ours
        if model is None:
            return {}
        training = training_of(model.weights.source) if model.weights.kind == "file" else None
        return {
            "model_digest": model.digest(),
            "weights_digest": weights_digest(model.network),
            "seed": model.weights.seed,
            "resample": model.resample,
            "trained_on": (training or {}).get("trained_on"),
        }

    def identity(self) -> dict[str, Any]:
        """The identity that tells a network that was handed over from others of its name, for the provenance of a failure."""
        if self.given is None or self.ours is None:
            return {}
        try:
            return {"plugins": {"model": HANDED_OVER}, "model_digest": self.ours.digest()}
        except Exception:  # what cannot be described may be why it failed
            return {}

    def facts(self) -> dict[str, Any]:
        """Facts for a result. Loads nothing: a model that could not be loaded is described by its plugin alone."""
        model, spec = vars(self).get("model", self.given), self.spec
        weights = getattr(model, "weights", None)
        return {
            "model": as_identifier(self.identifier),
            "model_arguments": self.plain_arguments,
            "weights": WeightsEntry(kind=weights.kind, source=weights.source, seed=weights.seed)
            if weights
            else WeightsEntry(kind="unknown"),
            "tags": list(spec.tags) if spec else [],
            "summary": spec.summary if spec else "",
            "bibtex": getattr(model, "citation", "") or (spec.bibtex if spec else ""),
        }


def _is_named(given: Any) -> bool:
    """Whether an object has an identifier, which its own code may have to find."""
    try:
        return isinstance(given.identifier, str)
    except Exception:
        return False


def _modelled(wanted: Any) -> Any:
    """A plain torch module as a model; anything else as it is."""
    torch = sys.modules.get("torch")
    if torch is None or not isinstance(wanted, torch.nn.Module) or hasattr(wanted, "look_at"):
        return wanted
    from harness.models import as_model

    return as_model(wanted)


def _well_named(given: Any, whose: str) -> Any:
    """An object that was handed over. Raises ArgumentError unless its identifier is valid."""
    if fault := identifier_fault(given.identifier, whose):
        raise ArgumentError(fault)
    return given


def _classes(model: "Model") -> list[str]:
    """Modules of the harness that the network's classes are from: the model's own identity leaves the harness out."""
    modules = {type(part).__module__ for part in model.network.modules()}
    return sorted(name for name in modules if name.partition(".")[0] == "harness")


@dataclass
class BenchmarkOfPair(_Asked):
    """The benchmark of a pair."""

    registry = "benchmarks"

    def __post_init__(self) -> None:
        if self.given is None:
            self.identifier = host().benchmarks.current(self.identifier)

    @cached_property
    def benchmark(self) -> "Benchmark":
        """The benchmark, loaded."""
        if self.given is not None:
            return _well_named(self.given, "a benchmark")
        with noting_files():
            return load_benchmark(self.identifier, **self.arguments)

    @property
    def spec(self) -> BenchmarkSpec | None:
        """Its description, if a plugin offers it."""
        return host().benchmarks.get(self.identifier) if self.identifier in host().benchmarks else None

    @cached_property
    def data_sets(self) -> tuple[str, ...]:
        """The data sets that it declares, and those that its arguments choose."""
        declared = self.spec.data_of(self.identifier) if self.spec else ()
        return tuple(dict.fromkeys((*declared, *getattr(self.benchmark, "data_sets", ()))))

    @cached_property
    def data(self) -> dict[str, str]:
        """Identity of its recorded data. Raises MissingData where they are not at hand."""
        if self.spec:
            data_digests(self.spec.data_of(self.identifier))  # what is missing is said before anything is loaded
        return data_digests(self.data_sets)

    @cached_property
    def sources(self) -> Sources | None:
        """The code that computes its scores; None of one that was handed over."""
        if self.given is not None or self.spec is None:
            return None
        words = [self.arguments, self.spec.arguments, self.identifier.removeprefix(self.spec.prefix or "")]
        return sources_of(self.spec.load, words, dataset_specs(self.data_sets))

    @cached_property
    def key(self) -> str | None:
        """Identity of everything that its scores depend on besides the model; None if that is not known."""
        if self.sources is None or self.spec is None:
            return None
        try:
            arguments = plain(self.arguments), plain(self.spec.arguments)
        except TypeError:
            return None
        version = str(self.benchmark.version)
        if replaced := self.sources.closure.replaced():
            _log.warning(
                "results of '%s' are not cached: %s was replaced in this process", self.identifier, replaced[0]
            )
            return None
        return digest("benchmark", self.identifier, version, arguments, self.sources.digest, self.data)

    def facts(self) -> dict[str, Any]:
        """Facts for a result; loads nothing."""
        benchmark, spec = vars(self).get("benchmark", self.given), self.spec
        return {
            "benchmark": as_identifier(self.identifier),
            "benchmark_arguments": self.plain_arguments,
            "benchmark_version": getattr(benchmark, "version", None),
            "parent": str(getattr(benchmark, "parent", "") or ""),
            "chance": float(getattr(benchmark, "chance", spec.chance if spec else 0.0)),
            "benchmark_summary": spec.summary if spec else "",
            "benchmark_bibtex": str(getattr(benchmark, "bibtex", "") or (spec.bibtex if spec else "")),
        }


@dataclass(frozen=True)
class Pair:
    """A model and a benchmark to be scored."""

    model: ModelOfPair
    benchmark: BenchmarkOfPair

    def key(self) -> str | None:
        """Identity of the score, with all data checked to be there; None if its cache could not be trusted."""
        data = self.benchmark.data
        model, benchmark = self.model.key(), self.benchmark.key
        return None if model is None or benchmark is None else "/".join([model, benchmark, *data])

    def common_sources(self, kind: str) -> list[str]:
        """Published sets that weights of a kind were trained on and stimuli are from."""
        model, benchmark = self.model.spec, self.benchmark.spec
        if not model or not benchmark or kind not in ("pretrained", "file"):
            return []
        return [name for name in SOURCES if name in model.tags and name in benchmark.tags]

    def __str__(self) -> str:
        return f"{self.model.identifier} on {self.benchmark.identifier}"
