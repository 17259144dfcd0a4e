"""Light descriptions that a plugin hands over at registration. Nothing heavy is imported until one is loaded."""

import re
from dataclasses import KW_ONLY, field
from functools import wraps
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, ConfigDict, StrictBool, ValidationError, model_validator
from pydantic.dataclasses import dataclass

from harness.errors import DROPPED_IN, DescriptionError, notice
from harness.host._loading import one_line
from harness.host.expectations import Adversary, Control, Expectation
from harness.host.tags import Tag

D = TypeVar("D")
_TARGET = re.compile(r"^[A-Za-z_][\w.]*:[A-Za-z_]\w*\Z")
_IDENTIFIER = re.compile(r"^[A-Za-z0-9][\w.+@-]*(/[\w.+@-]+)*(/\*)?\Z")
_LONGEST = 200
_SUITE = re.compile(r"^[a-z0-9][a-z0-9_-]*-v[0-9]+\Z")
_BENCHMARK = re.compile(r"^[A-Z][A-Za-z0-9]*(\.[A-Za-z0-9_]+)*(-[A-Za-z0-9_]+)*\Z")


def _target(value: str) -> str:
    if not _TARGET.match(value):
        raise ValueError(f"'{value}' is not of the form 'module:object'")
    return value


def _identifier(value: str) -> str:
    if len(value) > _LONGEST:
        raise ValueError(f"'{value[:40]}...' is not a valid identifier: it has more than {_LONGEST} characters")
    if not _IDENTIFIER.match(value) or any(set(part) == {"."} for part in value.split("/")):
        raise ValueError(
            f"'{value}' is not a valid identifier: letters, digits and ._+@- with / between parts; a family ends in /*"
        )
    return value


def _benchmark_identifier(value: str) -> str:
    if "/" not in value and not _BENCHMARK.match(value):
        notice(
            f"the benchmark identifier '{value}' is not of the form Author2015[.Region][-metric] (docs/benchmarks.md); "
            f"it works until harness {DROPPED_IN}"
        )
    return value


def _expectation(value: str) -> str:
    Expectation.of(value)
    return value


def _suite_identifier(value: str) -> str:
    if not _SUITE.match(value):
        raise ValueError(
            f"'{value}' is not a valid name of a suite: small letters and digits, ending in a version, as core-v1"
        )
    return value


Identifier = Annotated[str, AfterValidator(_identifier)]
SuiteIdentifier = Annotated[str, AfterValidator(_suite_identifier)]
BenchmarkIdentifier = Annotated[Identifier, AfterValidator(_benchmark_identifier)]
Expected = Annotated[str, AfterValidator(_expectation)]
Target = Annotated[str, AfterValidator(_target)]
_strict = ConfigDict(extra="forbid", str_strip_whitespace=True, allow_inf_nan=False)


def _in_one_sentence(kind: type[D]) -> type[D]:
    """A description that is wrong raises DescriptionError, which names the field, instead of pydantic's page."""
    describe = kind.__init__

    @wraps(describe)
    def __init__(self: D, *args: Any, **fields: Any) -> None:
        try:
            describe(self, *args, **fields)
        except ValidationError as error:
            raise DescriptionError(one_line(error)) from None

    kind.__init__ = __init__  # type: ignore[method-assign, assignment]
    return kind


@_in_one_sentence
@dataclass(config=_strict, frozen=True)
class Spec:
    """The common base of all descriptions.

    One description may stand for a family: its identifier ends in `/*`, as in `timm/*`, and its `load(name, **arguments)` gets
        the part of the identifier in place of the star.

    Attributes:
        identifier: the name users type.
        load: `module:object`, called with the user's keyword arguments when the object is first needed.
        summary: one line.
        tags: words to filter by, of the vocabulary `harness.host.tags` or beginning with `x-`.
        parameters: keyword arguments that users may set -> one line each.
        bibtex: what to cite.
        arguments: keyword arguments that `load` always gets, besides the user's: one `load` may stand behind many identifiers.
        members: of a family: `module:object`, called without arguments, gives the names it resolves; a mapping says in one line
            what each is.
        bare: of a family whose `members` are light to import: they are known without its prefix, too, where nothing else has that
            name.
    """

    identifier: Identifier
    _: KW_ONLY
    load: Target
    summary: str
    tags: tuple[Tag, ...] = ()
    parameters: dict[str, str] = field(default_factory=dict)
    bibtex: str = ""
    arguments: dict[str, Any] = field(default_factory=dict)
    members: Target | None = None
    bare: StrictBool = False

    @property
    def prefix(self) -> str | None:
        """The prefix of a family's identifiers (`timm/`); None for a single model, stimulus set or benchmark."""
        return self.identifier[:-1] if self.identifier.endswith("/*") else None


@_in_one_sentence
@dataclass(config=_strict, frozen=True)
class ModelSpec(Spec):
    """A model: `load(**arguments)` returns a `harness.models.Model`."""


@_in_one_sentence
@dataclass(config=_strict, frozen=True)
class StimuliSpec(Spec):
    """A stimulus generator: `load(**arguments)` returns a `harness.StimulusSet`.

    Attributes:
        drawn: whether the same arguments always give the same stimuli, whatever lies on the disk; such stimuli are made once in a
            process and kept for those who ask for them again.
    """

    drawn: bool = False


@_in_one_sentence
@dataclass(config=_strict, frozen=True)
class BenchmarkSpec(Spec):
    """A benchmark: `load(**arguments)` returns a `harness.benchmarks.Benchmark`.

    Attributes:
        identifier: `Author2015[.Region][-metric]`; the name of the data set or of the paradigm where there is no publication.
            Members of a family keep the names of their source.
        aliases: identifiers of earlier releases, which still work.
        data: identifiers of the data sets that it needs; in a family, a star stands for the member's name.
        chance: the score at chance, on the scale of the ceiled score.
        discriminates: whether it tells noise, untrained and trained, static and dynamic models apart. One that does not is marked
            on leaderboards and part of no mean.
        remark: one sentence on what it tells apart; needed where it does not discriminate.
        quick: keyword arguments with which it runs in seconds (few units, few stimuli), for `harness check`.
        controls: "published" and "opposite" -> `module:object`, called with the benchmark; it returns a model or a `BrainModel`
            that shows the published effect, or the opposite one.
        expects: adversary -> what it must give, with the `quick` arguments. Adversaries are `noise` (a random number a moment),
            `clock` (the time since the screen last changed), `hash` (a random number an image), `constant`, `nan`; of a model:
            `scaled` (responses x 1000), `shifted` (+ 100), `permuted` (units in another order), `frozen` (first frames only),
            `shuffled` (frames in another order), `untrained`; and the benchmark's own `published` and `opposite`. What they must
            give is a value with its tolerance (`"0 +- 0.05"`), a bound (`"< 0.1"`), an interval (`"(-0.2, 0.2)"`),
            `"invariant"` (as the model that was altered), `"<= intact"` (no more than it), `"not measurable"`, `"failed"`, or the
            reason why it cannot be run (`"does not apply: ..."`); see `Expectation`.
    """

    identifier: BenchmarkIdentifier
    _: KW_ONLY
    aliases: tuple[Identifier, ...] = ()
    data: tuple[Identifier, ...] = ()
    chance: float = 0.0
    discriminates: StrictBool = True
    remark: str = ""
    quick: dict[str, Any] = field(default_factory=dict)
    controls: dict[Control, Target] = field(default_factory=dict)
    expects: dict[Adversary, Expected] = field(default_factory=dict)

    @model_validator(mode="after")
    def _explained(self) -> "BenchmarkSpec":
        if not (self.discriminates or self.remark):
            raise ValueError(
                "a benchmark that does not discriminate says in its `remark` which models it does not tell apart"
            )
        return self

    def data_of(self, identifier: str) -> tuple[str, ...]:
        """The data sets of a benchmark that this describes; none of the family itself."""
        if self.prefix is None:
            return self.data
        member = identifier.removeprefix(self.prefix)
        return () if member == "*" else tuple(name.replace("*", member) for name in self.data)


@_in_one_sentence
@dataclass(config=_strict, frozen=True)
class SuiteSpec:
    """A named, versioned, closed list of benchmarks, over which means and ranks of a leaderboard are taken.

    A suite never changes: with another benchmark, or another version of one, it gets another name (`core-v2`).

    Attributes:
        identifier: ends in its version, as in `core-v1`.
        summary: one line.
        benchmarks: identifiers, each shown as one column.
        arguments: benchmark -> what it is loaded with in this suite; its defaults where it is not named.
    """

    identifier: SuiteIdentifier
    _: KW_ONLY
    summary: str
    benchmarks: tuple[Identifier, ...]
    arguments: dict[str, dict[str, Any]] = field(default_factory=dict)

    @model_validator(mode="after")
    def _closed(self) -> "SuiteSpec":
        if len(set(self.benchmarks)) < len(self.benchmarks) or not self.benchmarks:
            raise ValueError("a suite names one benchmark or more, each once")
        if strange := sorted(self.arguments.keys() - set(self.benchmarks)):
            raise ValueError(f"it has arguments for '{strange[0]}', which is not one of its benchmarks")
        return self


@_in_one_sentence
@dataclass(config=_strict, frozen=True)
class RecipeSpec(Spec):
    """How models are trained: `load(**arguments)` returns a `harness.training.Recipe`.

    Attributes:
        fast: keyword arguments with which it runs in seconds, to see that everything works: `harness train --fast`.
    """

    fast: dict[str, Any] = field(default_factory=dict)


@_in_one_sentence
@dataclass(config=_strict, frozen=True)
class TrainingSetSpec(Spec):
    """A training set: `load(**arguments)` returns a `harness.training.TrainingSet`.

    Where `load` has the arguments `size` and `channels`, they are the model's unless the user gives them.

    Attributes:
        fast: keyword arguments with which it is small enough for `harness train --fast`.
    """

    fast: dict[str, Any] = field(default_factory=dict)


@_in_one_sentence
@dataclass(config=_strict, frozen=True)
class DatasetSpec:
    """Recorded data that a benchmark needs and the project does not contain.

    Attributes:
        identifier: also the name of its folder in `HARNESS_DATA`.
        summary: one line.
        files: path inside the folder -> SHA-256 of the file that was used, the first of which tells whether the data are there;
            an empty digest where no file of the publication was at hand to take it from. None where `load` generates the data.
        source: where it is published, with the version.
        licence: under which terms.
        instructions: what to do to get it.
        bibtex: what to cite.
        load: `module:object` that reads it; `load(**arguments)` returns `harness.data.RecordedData` or `harness.data.Choices`.
        parameters: keyword arguments of `load` that users may set -> one line each.
        arguments: keyword arguments that `load` always gets.
        fetch: `module:object` that downloads it; `fetch(folder)` fills the folder of this data set.
    """

    identifier: Identifier
    _: KW_ONLY
    summary: str
    files: dict[str, str]
    source: str
    licence: str
    instructions: str
    bibtex: str = ""
    load: Target | None = None
    parameters: dict[str, str] = field(default_factory=dict)
    arguments: dict[str, Any] = field(default_factory=dict)
    fetch: Target | None = None
