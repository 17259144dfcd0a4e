"""Models with known interactions, and units that need no characterisation."""

from fnmatch import fnmatchcase

import pytest

from harness import as_brain_model
from harness.benchmarks.physiology import Unit
from harness.host import host
from harness.store import Store
from harness.testing import check_adversaries
from harness_plugins.benchmarks._controls import association_field as field
from harness_plugins.models.v1.filters import ORIENTATIONS


def pytest_generate_tests(metafunc):
    """A test that `declares` patterns is made for every registered benchmark of such a name."""
    if marker := metafunc.definition.get_closest_marker("declares"):
        names = [spec.identifier for spec in host().benchmarks]
        metafunc.parametrize("name", [n for n in names if any(fnmatchcase(n, pattern) for pattern in marker.args)])


@pytest.fixture(scope="session")
def association_field():
    """Gives a model whose channels named in `lifted` are facilitated; 5 of 12 are the published share."""
    return field.association_field


@pytest.fixture(scope="session")
def bench(tmp_path_factory):
    """Gives a candidate from a model, all with one store."""
    store = Store(tmp_path_factory.mktemp("store"))
    return lambda model: as_brain_model(model, store=store)


OF_A_NETWORK = ("scaled", "shifted", "permuted", "frozen", "shuffled", "untrained")
"""Adversaries that are made of a small network, which takes most of the time."""


@pytest.fixture
def as_declared():
    """Holds that adversaries get what a benchmark declares: all, or those without a network where another of its class has all."""

    def hold(benchmark, model=None, without=(), whole=True):
        spec = host().benchmarks.get(benchmark.identifier)
        chosen = [name for name in spec.expects if name not in (*without, *(() if whole else OF_A_NETWORK))]
        check_adversaries(benchmark, spec, model=model, only=chosen).assert_passed()

    return hold


@pytest.fixture
def known_units(monkeypatch):
    """Spares the characterisation of a model with one band and the 12 orientations of the V1 models: gives
    every laboratory the units of the named channels."""

    def known(*channels, summation=0.713, frequency=2.0):
        units = [
            Unit(channel, 0.031, -0.031, 0.6, ORIENTATIONS[channel], frequency, 90.0, False, summation, 0.6)
            for channel in channels
        ]
        monkeypatch.setattr("harness.benchmarks.physiology.characterisation.characterise", lambda laboratory: units)

    return known
