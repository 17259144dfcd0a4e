"""The battery of adversaries: a benchmark is run on models that must not score, and on models that must."""

import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, get_args

from harness.benchmarks import Benchmark
from harness.brain_model import as_brain_model
from harness.checks import checked
from harness.errors import ArgumentError, HarnessError, NotMeasurable
from harness.host import INAPPLICABLE, Adversary, BenchmarkSpec, Expectation, host, one_line, resolve
from harness.models import Model
from harness.results import number
from harness.store import Store
from harness.testing.adversaries import adversary, unaltered
from harness.testing.reference import reference_model
from harness.testing.report import Check, Report

CONTROLS = ("published", "opposite")


@dataclass(frozen=True)
class Outcome:
    """The outcome of a benchmark for a model.

    Attributes:
        status: "scored", "not measurable" or "failed".
        score: the ceiled score.
        error: its standard error; None where it is not known.
        message: why there is none.
        attainable: what a perfect model would score with so many stimuli and repeats, where the benchmark estimates it.
    """

    status: str
    score: float = float("nan")
    error: float | None = None
    message: str = ""
    attainable: float | None = None

    def __str__(self) -> str:
        if self.status != "scored":
            return f"{self.status}: {self.message}"
        return number(self.score, self.error)


@checked(ArgumentError)
def check_adversaries(
    benchmark: Benchmark,
    spec: BenchmarkSpec | None = None,
    *,
    model: Model | None = None,
    only: Iterable[str] | None = None,
) -> Report:
    """Run a benchmark on adversaries, and compare what it gives with what it says that they must get.

    Args:
        benchmark: loaded, small enough to be run on all of them.
        spec: with its `expects` and `controls`; the registered one if not given.
        model: that is scaled, shifted, permuted, ...; the reference model if not given.
        only: names of adversaries; all of them if not given. Of one that `expects` does not have, the score is told and not
            judged; one that does not apply is not run, and the reason is told.
    """
    spec = spec or registered(benchmark)
    known = [name for name in get_args(Adversary) if name not in CONTROLS or name in {*spec.controls, *spec.expects}]
    wanted = known if only is None else list(only)
    for name in wanted:
        if name not in known:
            raise HarnessError(f"'{name}' is not an adversary of {spec.identifier}; there are {', '.join(known)}")
    with tempfile.TemporaryDirectory(prefix="harness-") as folder:
        battery = _Battery(benchmark, spec, reference_model() if model is None else model, Store(folder))
        chosen = [name for name in known if name in wanted]
        return Report.running(f"{spec.identifier}, adversaries", {name: battery.check(name) for name in chosen})


def registered(benchmark: Benchmark) -> BenchmarkSpec:
    """The description under which a benchmark is registered.

    Raises:
        HarnessError: if it is not.
    """
    if benchmark.identifier not in host().benchmarks:
        raise HarnessError(f"'{benchmark.identifier}' is not registered; hand over its BenchmarkSpec")
    return host().benchmarks.get(benchmark.identifier)


@checked(ArgumentError)
def outcome(benchmark: Benchmark, candidate: Any) -> Outcome:
    """The outcome of a benchmark for a model, whatever it raises."""
    try:
        score = benchmark(candidate)
        error = score.attrs["error"]
        attainable = score.attrs["details"].get("attainable")
        return Outcome("scored", float(score), None if error is None else float(error), attainable=attainable)
    except NotMeasurable as reason:
        return Outcome("not measurable", message=str(reason))
    except Exception as error:  # any error of a benchmark or model is its outcome
        return Outcome("failed", message=str(error) if isinstance(error, HarnessError) else one_line(error))


class _Battery:
    """One benchmark, one model and one store of responses."""

    def __init__(self, benchmark: Benchmark, spec: BenchmarkSpec, model: Model, store: Store):
        self._benchmark, self._spec, self._model, self._store = benchmark, spec, model, store

    @cached_property
    def base(self) -> Outcome:
        """The outcome for the unaltered model."""
        return self._outcome(unaltered(self._model))

    def check(self, name: str) -> Check:
        """The check of one adversary."""
        said = self._spec.expects.get(name, "")  # type: ignore[call-overload]
        if said.startswith(INAPPLICABLE):
            return lambda: (None, said)
        return lambda: self._judged(name, self._outcome(self._candidate(name)))

    def _candidate(self, name: str) -> Any:
        if name in CONTROLS:
            return resolve(self._spec.controls[name], self._spec.identifier)(self._benchmark)  # type: ignore[index]
        return adversary(name, self._model)  # type: ignore[arg-type]

    def _outcome(self, candidate: Any) -> Outcome:
        seen = as_brain_model(candidate, store=self._store) if isinstance(candidate, Model) else candidate
        return outcome(self._benchmark, seen)

    def _judged(self, name: str, found: Outcome) -> tuple[bool | None, str]:
        text = self._spec.expects.get(name)  # type: ignore[call-overload]
        if text is None:
            return None, f"{found}; nothing is declared"
        expected = Expectation.of(text)
        if expected.outcome in ("invariant", "<= intact"):
            said = f"{found}; declared: {text}; {self._model.identifier} as it is: {self.base}"
            return _related(found, self.base, expected), said
        if expected.outcome:
            return found.status == expected.outcome, f"{found}; declared: {text}"
        return found.status == "scored" and expected.admits(found.score), f"{found}; declared: {text}"


def _related(found: Outcome, intact: Outcome, expected: Expectation) -> bool:
    """Whether an altered model got what is expected of it in relation to the intact one."""
    if expected.outcome == "invariant":
        return found.status == intact.status and not abs(found.score - intact.score) > expected.tolerance
    if found.status != "scored" or intact.status != "scored":
        return found.status == "not measurable"
    return found.score <= intact.score + 2 * max(found.error or 0.0, intact.error or 0.0)
