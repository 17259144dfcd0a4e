"""The orientation tuning benchmark on simulated V1 populations."""

import numpy as np
import pytest

from harness import as_brain_model
from harness.errors import NotMeasurable
from harness.metrics.tuning.orientation import circular_variance
from harness.testing import adversary
from harness_plugins.benchmarks.orientation_tuning import published
from harness_plugins.benchmarks.orientation_tuning.benchmark import BLANK, ORIENTATIONS, TIME_BINS, OrientationTuning
from harness_plugins.benchmarks.orientation_tuning.controls import Population, drawn, von_mises


class Shuffled(Population):
    """Presents its answers in another order."""

    def look_at(self, stimuli, number_of_trials=1):
        return super().look_at(stimuli).isel(presentation=np.random.default_rng(3).permutation(len(stimuli)))


@pytest.fixture(scope="module")
def benchmark():
    return OrientationTuning()


def test_positive_control(benchmark):
    score = benchmark(Population(drawn(308)))
    assert abs(float(score) - 1) < 2.5 * score.attrs["error"]
    assert 0.9 < float(score.attrs["ceiling"]) < 0.98
    assert float(score) == pytest.approx(float(score.attrs["raw"]) / float(score.attrs["ceiling"]))
    assert min(score.attrs["details"]["similarity"].values()) > 0.9


def test_fewer_units_are_compared_with_a_lower_ceiling(benchmark):
    scores = [benchmark(Population(drawn(40, seed))) for seed in range(5)]
    assert np.mean([float(s) for s in scores]) == pytest.approx(1, abs=2 * scores[0].attrs["error"])
    assert float(scores[0].attrs["ceiling"]) < float(benchmark.ceiling) - 0.03


def test_negative_controls(benchmark):
    untuned = benchmark(Population(np.ones((60, 180))))
    assert abs(float(untuned) - benchmark.chance) < 0.05
    alike = benchmark(Population(von_mises(np.full(60, 1.5), np.linspace(0, 179, 60))))
    assert float(alike) < 0.6
    random = np.random.default_rng(0)
    scrambled = benchmark(Population(1 + 0.1 * random.random((60, 180))))  # weak tuning to nothing in particular
    assert float(scrambled) < 0.3


def test_a_population_that_does_not_respond_is_not_measurable(benchmark):
    with pytest.raises(NotMeasurable, match="blank"):
        benchmark(Population(np.zeros((10, 180))))


@pytest.mark.parametrize("name", ["noise", "hash"])
def test_random_numbers_have_no_tuning(benchmark, name):
    """Their circular variances and bandwidths are as varied as those of cells: without repetition they scored .7."""
    score = benchmark(as_brain_model(adversary(name)))
    assert float(score) < 0.15 and score.attrs["details"]["units"]["tuned"] <= 6


@pytest.mark.parametrize("name", ["clock", "constant"])
def test_what_gratings_do_not_drive_is_not_measurable(benchmark, name):
    with pytest.raises(NotMeasurable, match="0 of 48 units of V1 respond more to any grating than to a blank screen"):
        benchmark(as_brain_model(adversary(name)))


def test_measures_what_the_units_have(benchmark):
    kappa, preferred = np.geomspace(0.5, 8, 24), np.tile(ORIENTATIONS, 2)
    population = Population(von_mises(kappa, preferred), simple=0.5)
    details = benchmark(population).attrs["details"]
    expected = circular_variance(population.tuning[:, ::15], ORIENTATIONS)
    assert details["circular_variance"] == pytest.approx(expected, abs=1e-3)
    assert details["spatial_frequency"] == population.frequency.tolist()
    assert details["preferred_orientation"] == pytest.approx(preferred, abs=1e-2)
    assert details["units"] == {"recorded": 24, "kept": 24, "tuned": 24, "simple": int(population.simple.sum())}
    over_time = details["median_circular_variance_over_time"]
    assert over_time[:2] == [None, None] and over_time[2] == pytest.approx(np.median(expected), abs=1e-3)


def test_silent_units_are_left_out_and_gain_and_order_do_not_matter(benchmark):
    tuning = drawn(40)
    reference = benchmark(Population(tuning))
    silent = Population(np.concatenate([tuning, np.zeros((5, 180))]))
    silent.gain[:40], silent.simple[:40] = (population := Population(tuning)).gain, population.simple
    silent.frequency[:40], silent.phase[:40] = population.frequency, population.phase
    score = benchmark(silent)
    assert score.attrs["details"]["units"]["kept"] == 40 and float(score) == pytest.approx(float(reference))
    shuffled = Shuffled(tuning)
    shuffled.gain = 1000 * shuffled.gain
    assert float(benchmark(shuffled)) == pytest.approx(float(reference))


def test_stimuli(benchmark):
    stimuli = benchmark.stimuli
    assert len(stimuli) == 241 and stimuli.ids[-1] == BLANK
    assert np.ptp(stimuli.timelines[-1].at(0)) == 0 and stimuli.timelines[-1].at(0)[0, 0] == 0.5
    assert TIME_BINS[0][0] == 0 and TIME_BINS[-1][1] == stimuli.duration


def test_published_figures_state_source_and_confidence():
    assert published.CIRCULAR_VARIANCE.n == published.BANDWIDTH.n == 308
    assert all(figure.source and figure.confidence in {"H", "M"} for figure in published.FIGURES)
    below = np.cumsum(published.CIRCULAR_VARIANCE.shares)
    edges = published.CIRCULAR_VARIANCE.edges
    assert np.interp(0.5, np.r_[0, below], edges) == pytest.approx(0.605, abs=0.02)


def test_figure(benchmark, tmp_path):
    figure = benchmark.figure(benchmark(Population(drawn(60))).attrs["details"])
    figure.savefig(tmp_path / "figure.png")
    assert (tmp_path / "figure.png").stat().st_size > 10_000
