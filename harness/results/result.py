"""Results: one JSON file for every (model, benchmark) pair that was run. Leaderboards are made from results.

A pair that is scored again replaces its result. A pair that fails keeps an older score beside the failure, so that an afternoon
without network or data never costs a result; the next success removes the failure.
"""

import glob
import logging
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, Self

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from harness.errors import legible
from harness.host import BenchmarkSpec, host
from harness.identity import digest
from harness.metrics.statistics import Crossed
from harness.paths import home
from harness.store import write_text

_log = logging.getLogger(__name__)


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", ser_json_inf_nan="constants", protected_namespaces=())


class WeightsEntry(_Strict):
    """Where the model's parameters came from; see `harness.models.Weights`."""

    kind: Literal["pretrained", "file", "random", "given", "none", "unknown"]
    source: str = ""
    seed: int | None = None


class Provenance(_Strict):
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
    device: str | None = None
    duration: float | None = None
    platform: str = ""
    host: str = ""
    job: str = ""
    attempt: int = 1
    peak_memory: int | None = None
    created: str = Field(default_factory=lambda: datetime.now(UTC).isoformat(timespec="seconds"))


class Sample(_Strict):
    """One value for each unit that the score generalises over.

    Attributes:
        of: what the units are, in the plural.
        names: of the units, all different.
        scores: one per unit, whose mean is the score; None where a unit has none, which leaves the result out of comparisons.
    """

    of: str = Field(min_length=1)
    names: list[str | int]
    scores: list[float | None]

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if len(self.names) != len(self.scores):
            raise ValueError(f"it has {len(self.names)} names and {len(self.scores)} scores; every unit needs both")
        if any(score is not None and not math.isfinite(score) for score in self.scores):
            raise ValueError("a score of its is not a finite number; leave it None where a unit has none")
        if len({str(name) for name in self.names}) < len(self.names):
            raise ValueError("two units have one name")
        return self


class PerSample(Sample):
    """By these models with the same units are compared in pairs.

    Attributes:
        crossed: further samples that the score generalises over at once, such as the stimuli that all units answered to; the
            variances of their means add. None in older results, and where there is one sample.
        twice: numbers whose mean square is what these variances have in common (`harness.metrics.statistics.Crossed`).
    """

    crossed: list[Sample] = []
    twice: list[float] = []

    @property
    def units(self) -> tuple[str, ...]:
        """The identity of the samples, equal for two models that can be compared in pairs."""
        return tuple(text for one in self.samples for text in (one.of, *map(str, one.names)))

    @property
    def samples(self) -> "list[Sample]":
        """All that the score generalises over."""
        return [self, *self.crossed]

    @property
    def over(self) -> str:
        """How many units of which kinds: "50 neurons and 640 stimuli". Training stimuli are the stimuli again."""
        shown = [one for one in self.samples if "training " not in one.of]
        return " and ".join(f"{len(one.names)} {one.of}" for one in shown)

    @property
    def whole(self) -> bool:
        """Whether every sample has a value for each of two units or more."""
        return all(len(one.scores) > 1 and None not in one.scores for one in self.samples)

    @property
    def influences(self) -> Crossed:
        """Influence of the units on the score."""
        values = {one.of: np.array(one.scores, dtype=float) for one in self.samples}
        return Crossed({of: scores - scores.mean() for of, scores in values.items()}, np.array(self.twice))


INDISCRIMINATE = "does not discriminate"
CAVEATS = {
    "subset": "part of the published stimuli: not comparable with published scores",
    "leaks": "test samples are not independent of training samples: for comparison within one protocol only, in no mean",
    INDISCRIMINATE: "does not tell noise, untrained and trained models, or static and dynamic ones, apart: part of no mean",
}
"""Words that mark a score wherever it is shown, and what they say: entries of its details, and what its benchmark declares."""
UNCOUNTED = frozenset({"leaks", INDISCRIMINATE})
"""Those of them that keep a score out of means."""


Status = Literal["scored", "not measurable", "failed"]

HANDED_OVER = "handed over"
"""The origin of a model or benchmark that is an object, of which its name says nothing."""


class Result(_Strict):
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
    benchmark_version: int | str | None = None
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

    @model_validator(mode="before")
    @classmethod
    def _of_today(cls, content: Any) -> Any:
        """Files of schema 1, which knew two outcomes, read as those of today."""
        if isinstance(content, Mapping) and content.get("schema_version") == 1:
            return {**content, "schema_version": 2}
        return content

    @field_validator("message")
    @classmethod
    def _legible(cls, message: str | None) -> str | None:
        return message and legible(message)

    @field_validator("error", "ceiling_error")
    @classmethod
    def _never_certain(cls, error: float | None) -> float | None:
        """An error of 0 says that what was resampled could not differ; how uncertain the number is it does not say."""
        return error or None

    @model_validator(mode="after")
    def _consistent(self) -> "Result":
        if self.score is not None and not math.isfinite(self.score):
            raise ValueError(f"a score is a finite number, and this is {self.score}")
        if not isinstance(self.details.get("notes") or [], list):
            raise ValueError("the 'notes' of its details are a list of sentences")
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
            raise ValueError(f"the 'per_sample' of its details is invalid: {_first(error)}") from error

    @property
    def degrees(self) -> float:
        """Degrees of freedom of the error: what the benchmark states, or those of the units; infinite where neither is known."""
        own = self.details.get("degrees_of_freedom")
        if isinstance(own, int | float) and own > 0:
            return float(own)
        sample = self.per_sample
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
        """Readable and unique to the pair; see the module's description for the two files a pair may have."""
        readable = "--".join(re.sub(r"[^\w.-]+", "_", name)[:60] for name in (self.model, self.benchmark))
        pair = digest(
            self.model,
            self.model_arguments,
            self.benchmark,
            self.benchmark_arguments,
            *filter(None, [self.identity]),
        )
        return f"{readable}--{pair[:16]}{'.failed' if self.status == 'failed' else ''}.json"


@dataclass(frozen=True)
class BrokenResult:
    """A file among the results that is none."""

    path: Path
    reason: str

    def __str__(self) -> str:
        return f"{self.path.name}: {self.reason}"


def described(benchmark: str) -> BenchmarkSpec | None:
    """The description of a benchmark; None if no plugin here offers it."""
    return host().benchmarks.get(benchmark) if benchmark in host().benchmarks else None


def named(identifier: str, arguments: Mapping[str, Any]) -> str:
    """`identifier(name=value, ...)`, or the identifier alone."""
    listed = ", ".join(f"{name}={value}" for name, value in sorted(arguments.items()))
    return f"{identifier}({listed})" if listed else identifier


def folder() -> Path:
    """Where the results lie."""
    return home() / "results"


def write(result: Result, into: Path | None = None) -> Path:
    """Write a result; a score, or that there can be none, removes the pair's failure. Returns the path.

    A network that was handed over has a result of its own beside those of others of its name; a plugin's model that has other
    weights than before takes the place of its result. The log says both.

    Raises:
        StoreError: if the folder cannot be written; nothing that was there is lost.
    """
    path = (into or folder()) / result.file_name
    if note := _of_another_network(result, path):
        _log.warning("%s on %s: %s", result.model_name, result.benchmark_name, note)
    write_text(path, result.model_dump_json(indent=1) + "\n")
    if result.status != "failed":
        path.with_name(path.stem + ".failed.json").unlink(missing_ok=True)
    return path


def _of_another_network(result: Result, path: Path) -> str:
    """The other networks that its model's name stands for, among the results of its benchmark; "" for none."""
    if not result.identity:
        known = _readable(path)
        weights = known.provenance.weights_digest if known else None
        changed = weights and result.provenance.weights_digest and weights != result.provenance.weights_digest
        return "the weights are not those of its earlier result, which this one replaces" if changed else ""
    pair = (result.model_name, result.benchmark_name)
    prefix = result.file_name.rpartition("--")[0]
    found = [_readable(one) for one in path.parent.glob(f"{glob.escape(prefix)}--*.json") if one != path]
    others = {one.identity for one in found if one and (one.model_name, one.benchmark_name) == pair} - {result.identity}
    if not others:
        return ""
    return f"{len(others) + 1} different networks have this name, and each keeps its own result; give them names of their own"


def _readable(path: Path) -> Result | None:
    try:
        return read(path) if path.is_file() else None
    except ValueError:
        return None


def read(path: Path) -> Result:
    """One result. Raises ValueError, with the reason in one line, if the file does not hold one."""
    try:
        return Result.model_validate_json(path.read_bytes())
    except ValidationError as error:
        raise ValueError(_first(error)) from error
    except OSError as error:
        raise ValueError(f"it cannot be read ({error.strerror})") from error


def _first(error: ValidationError) -> str:
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"])
    return f"{where}: {first['msg']}" if where else first["msg"]


def load_all(of: Path | None = None) -> tuple[list[Result], list[BrokenResult]]:
    """All results, by model and benchmark, and the files that could not be read as one. Nothing is deleted.

    A result of a benchmark that has another identifier now is given under that one, unless the pair was scored under it since.
    """
    results, broken = [], []
    for path in _files([of] if of else [home() / "records", folder()]):
        try:
            results.append(read(path))
        except ValueError as error:
            broken.append(BrokenResult(path, str(error)))
    return sorted(_under_current_names(results), key=lambda r: (r.model_name, r.benchmark_name, r.status)), broken


def _under_current_names(results: Sequence[Result]) -> list[Result]:
    aliases = host().benchmarks.aliases
    current = [result for result in results if result.benchmark not in aliases]
    since = {(result.model_name, result.benchmark_name, result.status) for result in current}
    for result in results:
        if result.benchmark in aliases:
            moved = result.model_copy(update={"benchmark": aliases[result.benchmark]})
            pair = moved.model_name, moved.benchmark_name
            if not {(*pair, "scored"), (*pair, result.status)} & since:
                current.append(moved)
    return current


def _files(folders: Iterable[Path]) -> list[Path]:
    """Result files by name, those of a later folder in place of an earlier one's; earlier versions wrote to `records`."""
    found = {path.name: path for folder in folders for path in folder.glob("*.json")}
    return [found[name] for name in sorted(found)]


def plain(value: Any) -> Any:
    """Numbers, text, lists and dictionaries that JSON can hold; what is not finite becomes None.

    Raises:
        TypeError: for anything that has no such form.
    """
    if isinstance(value, (np.generic, np.ndarray)):
        return plain(value.tolist())
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    if value is None or isinstance(value, (bool, int)):
        return value
    if isinstance(value, float):
        return value if np.isfinite(value) else None
    if isinstance(value, Mapping):
        return {plain(str(key)): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, range, set, frozenset)):
        return [plain(item) for item in (sorted(value) if isinstance(value, (set, frozenset)) else value)]
    if isinstance(value, Path):
        return str(value)
    if hasattr(value, "values") and hasattr(value, "dims"):
        return plain(np.asarray(value.values))
    raise TypeError(f"a {type(value).__name__} cannot be written to a result; use plain numbers and lists")
