"""Simulated participants who name silhouettes in noise: they do as is said, and who confuses as they do is at the ceiling."""

import numpy as np
import pytest

from harness import load_benchmark
from harness_plugins.benchmarks._contrast_energy import ORIENTATIONS, contrast_energy
from harness_plugins.benchmarks.simulated_participants.benchmark import ACCURACY, FITTED, TESTED, SimulatedNaming


@pytest.fixture(scope="module")
def benchmark() -> SimulatedNaming:
    return load_benchmark("Simulated-naming")


def test_participants_name_most_and_confuse_what_looks_alike(benchmark):
    data = benchmark.data
    assert len(data.stimuli) == 7 * 9 and data.trials == 63 * 40
    assert data.accuracy == pytest.approx(ACCURACY, abs=0.03)
    rates = data.rates(np.arange(data.trials))  # of 0.5, where two are told apart at chance
    car, couch, face = map(data.choices.index, ("car", "couch", "face"))
    cars = rates[data.objects == car]
    assert cars[:, couch].mean() > 0.2 > 0.1 > cars[:, face].mean(), "both are long and lie"


def test_halves_of_the_trials_agree_and_the_seed_makes_the_experiment(benchmark):
    assert 0.9 < float(benchmark.ceiling) < 1
    again, other = SimulatedNaming(), SimulatedNaming(seed=1)
    assert float(again.ceiling) == float(benchmark.ceiling) != float(other.ceiling)
    assert again.data.stimuli.digest == benchmark.data.stimuli.digest != other.data.stimuli.digest


def test_no_place_is_both_fitted_and_tested():
    assert not set(TESTED) & set(FITTED)


def test_contrast_energy_sees_contrast_and_orientation_alone():
    y, x = np.mgrid[:48, :48] / 48
    upright, lying, other_phase = (
        0.5 + 0.4 * np.cos(2 * np.pi * 8 * along + phase) for along, phase in ((x, 0), (y, 0), (x, 2))
    )
    images = np.stack([upright, lying, other_phase, np.full_like(x, 0.9)])
    found = contrast_energy(images, 8, 4).reshape(4, len(ORIENTATIONS), 4, 4)[:, :, 1:3, 1:3].mean((2, 3))
    assert found[0].argmax() == 0 and found[1].argmax() == 2
    np.testing.assert_allclose(found[0], found[2], rtol=0.02)
    assert found[3].max() < 0.01 * found[0].max()
