"""The result of a (model, benchmark) pair: scored, not measurable or failed, with its provenance."""

import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, ValidationError, field_validator, model_validator

from harness.checks import LONGEST_IDENTIFIER, Seed, Strict, checked, first_fault, identifier_fault, is_number, shown
from harness.errors import ArgumentError, legible, printable
from harness.host import BenchmarkSpec, host
from harness.identity import digest
from harness.notebooks import facts_table
from harness.results.plain_content import is_deeper
from harness.results.samples import PerSample


class WeightsEntry(Strict, BaseModel):
    """Where the model's parameters came from; see `harness.models.Weights`."""

    kind: Literal["pretrained", "file", "random", "given", "none", "unknown"]
    source: str = ""
    seed: Seed | None = None


class Provenance(Strict, BaseModel):
    """The provenance of a score.

    Attributes:
        versions: distribution -> version.
        revision: git revision of the harness's checkout, with "-dirty" if files differ from it; None for an installed package.
        plugins: "model" and "benchmark" -> distribution, version and git revision of the plugin each came from.
        model_digest, weights_digest: identity of the model and of its parameters.
        stimulus_digests: stimulus set shown -> identity of its content.
        data_digests: data set used -> identity of its content.
        split_digest: identity of the cross-validation splits, where the benchmark states it.
        seed: of the random weights.
        trained_on: what the weights were trained on, where their file says so.
        resample: "nearest" if a movie of a higher rate was subsampled for the model.
        device: on which the network ran.
        duration: seconds that the benchmark took.
        platform: operating system, processor and Python.
        host: name of the machine.
        job: of a cluster, in which the process ran.
        attempt: how often the pair was tried until this outcome.
        peak_memory: the most that the process had in memory until then, in bytes.
        created: when the score was finished (ISO 8601, UTC).
    """

    versions: dict[str, str] = {}
    revision: str | None = None
    plugins: dict[str, str] = {}
    model_digest: str | None = None
    weights_digest: str | None = None
    stimulus_digests: dict[str, str] = {}
    data_digests: dict[str, str] = {}
    split_digest: str | None = None
    seed: int | None = None
    trained_on: str | None = None
    resample: str = ""
    device: str | None = None
    duration: float | None = None
    platform: str = ""
    host: str = ""
    job: str = ""
    attempt: int = 1
    peak_memory: int | None = None
    created: str = Field(default_factory=lambda: datetime.now(UTC).isoformat(timespec="seconds"))


INDISCRIMINATE = "does not discriminate"
CAVEATS = {
    "subset": "part of the published stimuli: not comparable with published scores",
    "leaks": "test samples are not independent of training samples: for comparison within one protocol only, in no mean",
    INDISCRIMINATE: "does not tell noise, untrained and trained models, or static and dynamic ones, apart: part of no mean",
}
"""Words that mark a score wherever it is shown, and what they say: entries of its details, and what its benchmark declares."""
UNCOUNTED = frozenset({"leaks", INDISCRIMINATE})
"""Those of them that keep a score out of means."""


DEEPEST = 100
"""Levels of lists and mappings within the details of a score."""
NUMBERS = ("attainable", "degrees_of_freedom")
"""Entries of a score's details that are read as numbers."""
Status = Literal["scored", "not measurable", "failed"]

HANDED_OVER = "handed over"
"""The origin of a model or benchmark that is an object, of which its name says nothing."""


class Result(Strict, BaseModel):
    """The result of one (model, benchmark) pair.

    Attributes:
        model, benchmark: identifiers.
        model_arguments, benchmark_arguments: what each was loaded with.
        status: "scored"; "not measurable" or "failed", with the reason in `message`. What is not measurable has no number.
        score, error: the ceiled score and its standard error; None where it is unknown, as is one of exactly 0.
        ceiling, ceiling_error: what the score was divided by, and its standard error, None as above.
        raw: before the ceiling; a list where the benchmark keeps one number per unit or subject.
        chance: the score of a model that knows nothing.
        details: what the benchmark's figure is drawn from, and `per_sample`, see `PerSample`.
        cached: whether the score was served from the cache this time; not part of the file.
        transient: whether it failed by what can pass: memory, reading or writing; not part of the file.
    """

    schema_version: Literal[2] = 2
    model: str
    model_arguments: dict[str, Any] = {}
    benchmark: str
    benchmark_arguments: dict[str, Any] = {}
    benchmark_version: int | Annotated[str, Field(max_length=LONGEST_IDENTIFIER)] | None = None
    parent: str = ""
    status: Status
    message: str | None = None
    score: float | None = None
    error: float | None = None
    ceiling: float | None = None
    ceiling_error: float | None = None
    raw: Any = None
    chance: float = 0.0
    weights: WeightsEntry = WeightsEntry(kind="unknown")
    details: dict[str, Any] = {}
    provenance: Provenance = Field(default_factory=Provenance)
    tags: list[str] = []
    summary: str = ""
    benchmark_summary: str = ""
    bibtex: str = ""
    benchmark_bibtex: str = ""
    cached: bool = Field(default=False, exclude=True)
    transient: bool = Field(default=False, exclude=True)

    def __repr__(self) -> str:
        return f"<Result of {self.model_name} on {self.benchmark_name}: {self._number or self.status}>"

    @property
    def _number(self) -> str | None:
        """The score and its error; None without one."""
        error = "" if self.error is None else f" ± {self.error:.3f}"
        return None if self.score is None else f"{self.score:.3f}{error}"

    def _repr_html_(self) -> str:
        """As notebooks show it."""
        facts = {
            "status": self.status,
            "score": self._number,
            "ceiling": None if self.ceiling is None else f"{self.ceiling:.3f}",
            "chance": f"{self.chance:g}",
            "": self.message,
            "weights": self.weights.kind,
            "remarks": "; ".join(self.caveats),
            "finished": self.provenance.created,
        }
        return facts_table(f"{self.model_name} on {self.benchmark_name}", facts)

    @model_validator(mode="before")
    @classmethod
    def _of_today(cls, content: Any) -> Any:
        """Files of schema 1, which knew two outcomes, read as those of today."""
        if isinstance(content, Mapping) and content.get("schema_version") == 1:
            return {**content, "schema_version": 2}
        return content

    @field_validator("model", "benchmark")
    @classmethod
    def _identified(cls, identifier: str) -> str:
        if fault := identifier_fault(identifier, "a model or benchmark of a result"):
            raise ValueError(fault)
        return identifier

    @field_validator("message")
    @classmethod
    def _legible(cls, message: str | None) -> str | None:
        return message and legible(message)

    @field_validator("error", "ceiling", "ceiling_error", "chance")
    @classmethod
    def _finite(cls, number: float | None) -> float | None:
        if number is not None and not math.isfinite(number):
            raise ValueError("it is a finite number, or None where it is unknown")
        return number

    @field_validator("error", "ceiling_error")
    @classmethod
    def _never_certain(cls, error: float | None) -> float | None:
        """An error of 0 says that what was resampled could not differ; how uncertain the number is it does not say."""
        if error is not None and error < 0:
            raise ValueError(f"a standard error is not negative, and this is {error}")
        return error or None

    @model_validator(mode="after")
    def _consistent(self) -> "Result":
        if self.score is not None and not math.isfinite(self.score):
            raise ValueError(f"a score is a finite number, and this is {self.score}")
        if is_deeper(self.details, DEEPEST):
            raise ValueError(f"its details are nested deeper than {DEEPEST} levels, which no reader of JSON follows")
        if not isinstance(self.details.get("notes") or [], list):
            raise ValueError("the 'notes' of its details are a list of sentences")
        for name in NUMBERS:
            if not (self.details.get(name) is None or is_number(self.details[name], finite=False)):
                raise ValueError(f"the '{name}' of its details is a number, and this is {shown(self.details[name])}")
        if self.status == "scored" and self.score is None:
            raise ValueError("a scored result needs a score")
        if self.status != "scored" and not self.message:
            raise ValueError(f"a result that is {self.status} needs a message")
        if self.status == "not measurable" and self.score is not None:
            raise ValueError("a result that is not measurable has no score")
        _ = self.per_sample
        return self

    @property
    def per_sample(self) -> PerSample | None:
        """Per-sample scores, over which models are compared, if the benchmark has them."""
        found = self.details.get("per_sample")
        try:
            return None if found is None else PerSample.model_validate(found)
        except ValidationError as error:
            raise ValueError(f"the 'per_sample' of its details is invalid: {first_fault(error)}") from error

    @property
    def degrees(self) -> float:
        """Degrees of freedom of the error; see `degrees_with`."""
        return self.degrees_with(self.per_sample)

    def degrees_with(self, sample: PerSample | None) -> float:
        """Degrees of freedom of the error: what the benchmark states, or those of the units; infinite where neither is known.

        Args:
            sample: its `per_sample`, which takes a while to read.
        """
        own = self.details.get("degrees_of_freedom")
        if isinstance(own, int | float) and own > 0:
            return float(own)
        return sample.influences.degrees if sample and sample.whole else float("inf")

    @property
    def model_name(self) -> str:
        """Identifier with its arguments, as shown to a reader."""
        return named(self.model, self.model_arguments)

    @property
    def benchmark_name(self) -> str:
        """Identifier with its arguments, as shown to a reader."""
        return named(self.benchmark, self.benchmark_arguments)

    @property
    def perturbed(self) -> bool:
        """Whether something was done to the model's network: a control of the intact one, not a model to be ranked."""
        return bool(self.model_arguments.get("perturb"))

    @property
    def identity(self) -> str:
        """The digest of a network that was handed over: two of one name are two networks. "" for what a plugin offers by name."""
        handed = self.provenance.plugins.get("model") == HANDED_OVER
        return (self.provenance.model_digest or "") if handed else ""

    @property
    def caveats(self) -> tuple[str, ...]:
        """Words of `CAVEATS` that hold for the score."""
        spec = described(self.benchmark)
        declared = {INDISCRIMINATE} if spec and not spec.discriminates else set()
        return tuple(word for word in CAVEATS if self.details.get(word) or word in declared)

    @property
    def file_name(self) -> str:
        """Readable and unique to the pair; see `harness.results.files` for the two files a pair may have."""
        readable = "--".join(re.sub(r"[^\w.-]+", "_", name)[:60] for name in (self.model, self.benchmark))
        pair = digest(
            self.model,
            self.model_arguments,
            self.benchmark,
            self.benchmark_arguments,
            *filter(None, [self.identity]),
        )
        return f"{readable}--{pair[:16]}{'.failed' if self.status == 'failed' else ''}.json"


def described(benchmark: str) -> BenchmarkSpec | None:
    """The description of a benchmark; None if no plugin here offers it."""
    return host().benchmarks.get(benchmark) if benchmark in host().benchmarks else None


@checked(ArgumentError)
def named(identifier: str, arguments: Mapping[str, Any]) -> str:
    """`identifier(name=value, ...)`, or the identifier alone."""
    listed = ", ".join(f"{name}={value}" for name, value in sorted(arguments.items()))
    return printable(f"{identifier}({listed})") if listed else identifier
