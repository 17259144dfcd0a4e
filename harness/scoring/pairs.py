"""The two sides of a pair to be scored: named or handed over, loaded when needed, with what identifies them."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

from harness.benchmarks import Benchmark
from harness.errors import HarnessError
from harness.host import BenchmarkSpec, ModelSpec, host, load_benchmark, load_model
from harness.identity import digest, weights_digest
from harness.models import Model
from harness.results import HANDED_OVER, WeightsEntry, plain
from harness.scoring.provenance import data_digests, plugin_version, source_digest

Named = str | tuple[str, Mapping[str, Any]]
"""An identifier, or an identifier and arguments."""


@dataclass
class _Side:
    registry: ClassVar[str]
    identifier: str
    arguments: dict[str, Any]
    given: Any = None

    @classmethod
    def of(cls, wanted: Any, arguments: Mapping[str, Any] | None = None) -> Any:
        """From an identifier, (identifier, arguments), or the thing itself."""
        if isinstance(wanted, tuple):
            identifier, own = wanted
            return cls(identifier, {**own, **(arguments or {})})
        if isinstance(wanted, str):
            return cls(wanted, dict(arguments or {}))
        if arguments:
            raise HarnessError(f"arguments go with an identifier; '{wanted.identifier}' was handed over ready-made")
        return cls(str(wanted.identifier), dict(getattr(wanted, "arguments", {})), wanted)

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


@dataclass
class ModelSide(_Side):
    """A model, by name or as an object; also any other subject with Brain-Score's `look_at`."""

    registry = "models"

    @cached_property
    def thing(self) -> Any:
        """The `Model`, or the foreign subject."""
        return load_model(self.identifier, **self.arguments) if self.given is None else self.given

    @property
    def spec(self) -> ModelSpec | None:
        """Its description, if a plugin offers it."""
        return host().models.get(self.identifier) if self.identifier in host().models else None

    @property
    def key(self) -> str | None:
        """Identity of everything in the model that a score may depend on; None for a foreign subject."""
        model = self.thing
        if not isinstance(model, Model):
            return None
        face = (
            dict(model.regions),
            model.layers,
            model.visual_degrees,
            model.readout,
            model.classes,
            dict(model.layouts),
        )
        return digest("model", model.digest(), face)

    def facts(self) -> dict[str, Any]:
        """What a result says about it. Loads nothing: what could not be loaded is described by its plugin alone."""
        model, spec = vars(self).get("thing"), self.spec
        weights = getattr(model, "weights", None)
        return {
            "model": self.identifier,
            "model_arguments": self.plain_arguments,
            "weights": WeightsEntry(kind=weights.kind, source=weights.source, seed=weights.seed)
            if weights
            else WeightsEntry(kind="unknown"),
            "tags": list(spec.tags) if spec else [],
            "summary": spec.summary if spec else "",
            "bibtex": getattr(model, "citation", "") or (spec.bibtex if spec else ""),
        }

    def provenance(self) -> dict[str, Any]:
        """What a score's provenance says about it."""
        model = self.thing
        if not isinstance(model, Model):
            return {}
        return {
            "model_digest": model.digest(),
            "weights_digest": weights_digest(model.network),
            "seed": model.weights.seed,
        }

    def identity(self) -> dict[str, Any]:
        """What tells a network that was handed over from others of its name, for the provenance of a failure."""
        if not isinstance(self.given, Model):
            return {}
        try:
            return {"plugins": {"model": HANDED_OVER}, "model_digest": self.given.digest()}
        except Exception:  # what cannot be described may be why it failed
            return {}

    @property
    def plugin(self) -> str:
        """Where it came from."""
        return plugin_version("models", self.identifier) if self.given is None else HANDED_OVER


@dataclass
class BenchmarkSide(_Side):
    """A benchmark, by name or as an object."""

    registry = "benchmarks"

    def __post_init__(self) -> None:
        if self.given is None:
            self.identifier = host().benchmarks.current(self.identifier)

    @cached_property
    def thing(self) -> Any:
        """The benchmark."""
        return load_benchmark(self.identifier, **self.arguments) if self.given is None else self.given

    @property
    def spec(self) -> BenchmarkSpec | None:
        """Its description, if a plugin offers it."""
        return host().benchmarks.get(self.identifier) if self.identifier in host().benchmarks else None

    @cached_property
    def data(self) -> dict[str, str]:
        """Identity of the recorded data that it declares. Raises MissingData where they are not at hand."""
        declared = data_digests(self.spec.data_of(self.identifier)) if self.spec else {}
        chosen = self.thing.data_sets if isinstance(self.thing, Benchmark) else ()
        return declared | data_digests(chosen)

    @cached_property
    def key(self) -> str | None:
        """Identity of everything that its scores depend on besides the model; None if that is not known."""
        if self.given is not None or self.spec is None:
            return None
        try:
            arguments = plain(self.arguments)
        except TypeError:
            return None
        return digest(
            "benchmark",
            self.identifier,
            str(self.thing.version),
            arguments,
            source_digest(self.spec.load),
            self.data,
        )

    def facts(self) -> dict[str, Any]:
        """What a result says about it; loads nothing."""
        benchmark, spec = vars(self).get("thing"), self.spec
        ours = benchmark if isinstance(benchmark, Benchmark) else None
        return {
            "benchmark": self.identifier,
            "benchmark_arguments": self.plain_arguments,
            "benchmark_version": getattr(benchmark, "version", None),
            "parent": str(getattr(benchmark, "parent", "") or ""),
            "chance": float(ours.chance if ours else spec.chance if spec else 0.0),
            "benchmark_summary": spec.summary if spec else "",
            "benchmark_bibtex": str(getattr(benchmark, "bibtex", "") or (spec.bibtex if spec else "")),
        }

    @property
    def plugin(self) -> str:
        """Where it came from."""
        return plugin_version("benchmarks", self.identifier) if self.given is None else HANDED_OVER
