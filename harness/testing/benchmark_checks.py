"""Checks of a benchmark: its description, its ceiling, and its score for a model."""

import inspect
import json
import math
from functools import cached_property
from typing import Any, get_args

from harness.benchmarks import Benchmark
from harness.brain_model import as_brain_model
from harness.checks import checked
from harness.errors import ArgumentError, DescriptionError, HarnessError, NotMeasurable
from harness.host import Adversary, BenchmarkSpec, citations, host, resolve
from harness.models import Model
from harness.results import number, plain
from harness.testing.battery import registered
from harness.testing.reference import reference_model
from harness.testing.report import Check, Report

PARENTS = ("neural", "behavioural", "task", "in-silico")

DESCRIPTION_CHECKS = (
    "identifier",
    "version",
    "bibtex",
    "parent",
    "chance",
    "metadata",
    "parameters",
    "data",
    "controls",
    "ceiling",
)
SCORE_CHECKS = ("score", "error", "details", "figure")
BENCHMARK_CHECKS = (*DESCRIPTION_CHECKS, *SCORE_CHECKS)


@checked(ArgumentError)
def check_benchmark(benchmark: Benchmark, spec: BenchmarkSpec | None = None, *, model: Any = None) -> Report:
    """Hold a benchmark to its description and to what results and leaderboards rely on.

    | check | what must hold |
    |---|---|
    | `identifier`, `version`, `parent`, `chance` | valid, and as the description says |
    | `bibtex` | can be read, and has a title |
    | `metadata` | one line of summary, and tags |
    | `parameters` | what the description explains is what `load` takes |
    | `data` | the data sets that it needs are registered |
    | `controls` | all adversaries have an expectation, controls can be imported; told, not judged, where some lack one |
    | `ceiling` | in (0, 1], with an error |
    | `score` | finite; of a model that it refuses or cannot measure the reason is told |
    | `error` | finite and not exactly 0, which would mean certainty; None where it is not known |
    | `details` | plain JSON, whose `per_sample` can be compared |
    | `figure` | drawn from the details alone, as they are read from a result |

    Args:
        benchmark: loaded, with arguments for which it runs in seconds.
        spec: its description; the registered one if not given.
        model: a model, or any `BrainModel`, for the last four; the reference model if not given.
    """
    spec = spec or registered(benchmark)
    bench = _Bench(benchmark, spec, reference_model() if model is None else model)
    checks: dict[str, Check] = {name: getattr(bench, name) for name in DESCRIPTION_CHECKS}
    checks |= {name: _or_the_reason(getattr(bench, name)) for name in SCORE_CHECKS}
    return Report.running(spec.identifier, checks)


def _or_the_reason(check: Check) -> Check:
    """A check of a score that judges nothing where the benchmark cannot be measured in the model."""

    def run() -> tuple[bool | None, str]:
        try:
            return check()
        except NotMeasurable as reason:
            return None, f"not measurable in the model: {reason}"

    return run


class _Bench:
    """One benchmark, its description, and a model that it is tried with."""

    def __init__(self, benchmark: Benchmark, spec: BenchmarkSpec, model: Any):
        self.benchmark, self.spec, self.model = benchmark, spec, model

    def identifier(self) -> tuple[bool, str]:
        name, said = self.benchmark.identifier, self.spec.identifier
        if name != said and not (self.spec.prefix and name.startswith(self.spec.prefix)):
            return False, f"calls itself '{name}' and is registered as '{said}'"
        return True, name

    def version(self) -> tuple[bool, str]:
        version = self.benchmark.version
        return isinstance(version, int) and version >= 1, f"version {version}"

    def bibtex(self) -> tuple[bool, str]:
        try:
            entries = citations(self.benchmark.bibtex or self.spec.bibtex)
        except DescriptionError as error:
            return False, f"its {error}"
        told = "; ".join(", ".join(sorted(entry)) or "no fields" for entry in entries)
        return bool(entries) and all("title" in entry for entry in entries), told or "no entry"

    def parent(self) -> tuple[bool, str]:
        return self.benchmark.parent in PARENTS, f"'{self.benchmark.parent}', one of {', '.join(PARENTS)}"

    def chance(self) -> tuple[bool, str]:
        own, said = float(self.benchmark.chance), float(self.spec.chance)
        if own != said:
            return False, f"its chance is {own:g}, and its description says {said:g}"
        return math.isfinite(own), f"{own:g}"

    def metadata(self) -> tuple[bool, str]:
        summary, tags = self.spec.summary, self.spec.tags
        if not summary or "\n" in summary:
            return False, "its summary is one line"
        return bool(tags), ", ".join(tags) or "it has no tags"

    def parameters(self) -> tuple[bool, str]:
        found = list(inspect.signature(resolve(self.spec.load, self.spec.identifier)).parameters.values())
        named = {p.name for p in found[bool(self.spec.prefix) :] if p.kind is not p.VAR_KEYWORD}
        named -= set(self.spec.arguments)
        if unexplained := sorted(named - set(self.spec.parameters)):
            return False, f"argument '{unexplained[0]}' is not explained in its description"
        if any(p.kind is p.VAR_KEYWORD for p in found):
            return True, ", ".join(self.spec.parameters) or "none"
        if unknown := sorted({*self.spec.parameters, *self.spec.quick} - named):
            return False, f"its description has an argument '{unknown[0]}', which it does not take"
        return True, ", ".join(sorted(named)) or "none"

    def data(self) -> tuple[bool, str]:
        names = self.spec.data_of(self.benchmark.identifier)
        if unknown := [name for name in names if name not in host().datasets]:
            return False, f"needs the data set '{unknown[0]}', which no plugin registers"
        return True, ", ".join(names) or "none"

    def controls(self) -> tuple[bool | None, str]:
        for name, target in self.spec.controls.items():
            if not callable(resolve(target, f"the control '{name}' of {self.spec.identifier}")):
                return False, f"the control '{name}' ({target}) cannot be called"
        if missing := [name for name in get_args(Adversary) if name not in self.spec.expects]:
            return None, f"nothing is declared for {', '.join(missing)}"
        return True, "every adversary has an expectation"

    def ceiling(self) -> tuple[bool, str]:
        ceiling = self.benchmark.ceiling
        value, error = float(ceiling), ceiling.attrs["error"]
        if value == 1 and not error:
            return True, "1, not estimated"
        if error is None or not (math.isfinite(error) and error > 0):
            return False, f"a ceiling of {value:.3f} whose error is {error}: what was estimated has an error"
        return 0 < value <= 1, number(value, error)

    def score(self) -> tuple[bool, str]:
        score = self._score
        return math.isfinite(float(score)), f"{float(score):.3f} for {self._candidate.identifier}"

    def error(self) -> tuple[bool | None, str]:
        error = self._score.attrs["error"]
        if error is None:
            return None, "not known"
        if not math.isfinite(error):
            return False, f"the error of the score is {error}"
        return error > 0, f"{error:.2g}" if error > 0 else "is exactly 0, which says that the score is certain"

    def details(self) -> tuple[bool, str]:
        details = self._score.attrs["details"]
        text = json.dumps(plain(details), allow_nan=False)
        unread = plain(details) != json.loads(text)
        return not unread, f"{len(details)} entries, {len(text) / 1000:.1f} kB"

    def figure(self) -> tuple[bool | None, str]:
        details = json.loads(json.dumps(plain(self._score.attrs["details"])))
        figure = self.benchmark.figure(details)
        if figure is None:
            return None, "has none"
        figure.canvas.draw()
        return True, f"{len(figure.axes)} axes"

    @cached_property
    def _candidate(self) -> Any:
        return as_brain_model(self.model) if isinstance(self.model, Model) else self.model

    @cached_property
    def _score(self) -> Any:
        if (failure := self.__dict__.get("_failure")) is not None:
            raise failure
        try:
            return self.benchmark(self._candidate)
        except HarnessError as error:
            self.__dict__["_failure"] = error
            raise
