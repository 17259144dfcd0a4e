"""Test classes for pytest: a subclass with an identifier is the whole test of a plugin.

    class TestLeaky(ModelTests):
        identifier = "my_lab_leaky"
        arguments = {"tau": 30.0}

Each check is a test of its own; what is checked is said in `check_model`, `check_stimuli` and `check_benchmark`. What is not
registered is given by overriding `make`.
"""

from collections.abc import Mapping
from typing import Any, ClassVar

import pytest

from harness.benchmarks import Benchmark
from harness.host import BenchmarkSpec, host, load_benchmark, load_model, load_stimuli
from harness.models import Model
from harness.stimuli import StimulusSet
from harness.testing.battery import check_adversaries
from harness.testing.benchmark_checks import BENCHMARK_CHECKS, check_benchmark
from harness.testing.model_checks import MODEL_CHECKS, check_model
from harness.testing.report import Report
from harness.testing.stimuli_checks import STIMULI_CHECKS, check_stimuli


class _Tests:
    """The common base of the test classes.

    Attributes:
        identifier: under which it is registered.
        arguments: what to load it with.
    """

    identifier: ClassVar[str] = ""
    arguments: ClassVar[Mapping[str, Any]] = {}


class ModelTests(_Tests):
    """Tests of a model, see `check_model`."""

    def make(self) -> Model:
        """The model."""
        return load_model(self.identifier, **self.arguments)

    @pytest.fixture(scope="class")
    def model_report(self) -> Report:
        """The report of all checks, once for all tests."""
        return check_model(self.make())

    @pytest.mark.parametrize("check", MODEL_CHECKS)
    def test_model(self, model_report: Report, check: str) -> None:
        _hold(model_report, check)


class StimuliTests(_Tests):
    """Tests of a stimulus set, see `check_stimuli`."""

    def make(self) -> StimulusSet:
        """The stimulus set."""
        return load_stimuli(self.identifier, **self.arguments)

    @pytest.fixture(scope="class")
    def stimuli_report(self) -> Report:
        """The report of all checks, once for all tests."""
        return check_stimuli(self.make)

    @pytest.mark.parametrize("check", STIMULI_CHECKS)
    def test_stimuli(self, stimuli_report: Report, check: str) -> None:
        _hold(stimuli_report, check)


class BenchmarkTests(_Tests):
    """Tests of a benchmark, see `check_benchmark`, and of what it gives for every adversary that it has an expectation of.

    It is loaded with the `quick` arguments of its description, if `arguments` are not given.
    """

    def make(self) -> Benchmark:
        """The benchmark."""
        return load_benchmark(self.identifier, **(self.arguments or self.spec().quick))

    def spec(self) -> BenchmarkSpec:
        """Its description."""
        return host().benchmarks.get(self.identifier)

    def model(self) -> Any:
        """The model it is tried with, from which adversaries are made; None for the reference model."""
        return None

    @pytest.fixture(scope="class")
    def benchmark(self) -> Benchmark:
        """Loaded once for all tests."""
        return self.make()

    @pytest.fixture(scope="class")
    def benchmark_report(self, benchmark: Benchmark) -> Report:
        """The report of all checks, once for all tests."""
        return check_benchmark(benchmark, self.spec(), model=self.model())

    @pytest.mark.parametrize("check", BENCHMARK_CHECKS)
    def test_benchmark(self, benchmark_report: Report, check: str) -> None:
        _hold(benchmark_report, check)

    @pytest.fixture(scope="class")
    def adversaries_report(self, benchmark: Benchmark) -> Report:
        """The report on the adversaries of which something is expected, once for all tests."""
        return check_adversaries(benchmark, self.spec(), model=self.model(), only=self.spec().expects)

    def test_adversaries(self, adversaries_report: Report) -> None:
        adversaries_report.assert_passed()


def _hold(report: Report, check: str) -> None:
    finding = report[check]
    assert finding.passed is not False, str(finding)
