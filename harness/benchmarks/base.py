"""The base class of benchmarks: an experiment on a model."""

from abc import abstractmethod
from copy import copy
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Self

from harness.assemblies import Benchmark as BrainScoreBenchmark
from harness.assemblies import Score
from harness.brain_model import BrainModel

if TYPE_CHECKING:
    from matplotlib.figure import Figure


class Benchmark(BrainScoreBenchmark):
    """An experiment on a model, in Brain-Score's form.

    A subclass sets the attributes (`identifier` and `bibtex` in its constructor, where they depend on arguments) and implements
    `run`; the ceiling is computed when it is first needed. Figures are drawn from `score.attrs["details"]`, so that they can
    be made from a stored result.

    Attributes:
        identifier: its name.
        version: increased with every change that affects scores.
        parent: "neural", "behavioural", "task" or "in-silico".
        chance: the score at chance, on the scale of the ceiled score.
        bibtex: what to cite.
    """

    identifier: str = ""
    version: ClassVar[int]
    parent: ClassVar[str]
    chance: ClassVar[float] = 0.0
    bibtex: str = ""

    @cached_property
    def ceiling(self) -> Score:
        """The expected score of the best possible model; 1, with unknown error, unless the benchmark estimates it."""
        from harness.benchmarks.score import make_score

        return make_score(1.0, error=None)

    @abstractmethod
    def run(self, candidate: BrainModel) -> Score:
        """Do the experiment on a `BrainModel` and return the ceiled score with error, raw, ceiling and details."""

    def __call__(self, candidate: Any) -> Score:
        """`run` on whatever `as_brain_model` takes: a brain model, a `Model`, an object with Brain-Score's part of the protocol."""
        from harness.brain_model import as_brain_model

        return self.run(as_brain_model(candidate))

    @property
    def data_sets(self) -> tuple[str, ...]:
        """Identifiers of the data sets that its arguments name, besides those of its description: scores depend on their files."""
        return ()

    def with_data(self, data: Any) -> Self:
        """The same benchmark on other `data` of its kind: simulated ones as a control, for instance.

        What was computed from the data that it had, all its cached properties, is computed anew.
        """
        other = copy(self)
        kept = {name: value for name, value in vars(self).items() if not _is_computed(type(self), name)}
        other.__dict__ = {**kept, "data": data}
        return other

    def figure(self, details: dict[str, Any]) -> "Figure | None":
        """The benchmark's classical figure, the model against data; None if it has none."""
        return None


def _is_computed(kind: type, name: str) -> bool:
    return isinstance(getattr(kind, name, None), cached_property)
