"""Masked orientation: an observer with participants' accuracies, subjects that know nothing, and what a static model comes
out as."""

import numpy as np
import pandas as pd
import pytest

from harness import as_brain_model, load_benchmark, load_model
from harness.errors import NotMeasurable
from harness.testing.simulated_observer import SimulatedObserver
from harness_plugins.benchmarks.hellmann2023.benchmark import condition_of
from harness_plugins.benchmarks.hellmann2023.published import ACCURACY, RIGHT, SOAS, TRIALS


@pytest.fixture(scope="module")
def benchmark():
    return load_benchmark("Hellmann2023-masked_orientation")


def observer(benchmark, accuracy):
    masked = {condition_of(soa, True): p for soa, p in zip(SOAS, accuracy, strict=True)}
    return SimulatedObserver(benchmark.choices, masked | {condition_of(benchmark.long, False, 0.5): 0.9})


def test_an_observer_with_the_mean_curve_reaches_the_ceiling(benchmark):
    score = benchmark(observer(benchmark, ACCURACY.mean(0)))
    assert float(score) == pytest.approx(1, abs=0.03)
    details = score.attrs["details"]
    assert details["accuracy"] == pytest.approx(ACCURACY.mean(0), abs=2e-3)
    assert details["likelihood_position"] > 0.85 and details["closeness_within_3_sd"] > 0.97 and not details["failures"]
    assert details["soa75"] == pytest.approx(39, abs=1)


def test_worse_curves_score_lower(benchmark, compared):
    mean = ACCURACY.mean(0)
    late = benchmark(observer(benchmark, [0.5, 0.5, 0.51, 0.6, mean[-1]]))
    compared(benchmark(observer(benchmark, mean)), late, "participants", range(16))
    late = float(late)
    early = float(benchmark(observer(benchmark, [0.9, 0.95, 0.97, 0.99, mean[-1]])))
    assert late < 0.6 and early < 0.4


@pytest.mark.parametrize("name", ["constant", "pixels"])
def test_where_no_orientation_can_be_read_nothing_is_measurable(benchmark, name):
    """Of pixels it cannot be read by a line, because phases differ."""
    with pytest.raises(NotMeasurable, match=r"no orientation can be read from|do not vary over the stimuli"):
        benchmark(as_brain_model(load_model(name)))


def test_a_time_step_that_hides_exposures_is_not_measurable(benchmark):
    model = load_model("dyrcnn_x2", size=16, dt=40, tau=100, t_rc=40)
    with pytest.raises(NotMeasurable, match="time step of 40 ms"):
        benchmark(as_brain_model(model))


def test_of_responses_in_any_order_but_that_of_the_stimuli_nothing_can_be_read(benchmark):
    class Shuffled(SimulatedObserver):
        def look_at(self, stimuli, number_of_trials=1):
            seen = super().look_at(stimuli)
            rows = np.random.default_rng(len(stimuli)).permutation(len(stimuli))
            return seen.copy(data=seen.values[rows])

    with pytest.raises(NotMeasurable, match="no orientation can be read"):
        benchmark(Shuffled(benchmark.choices, {condition_of(soa, True): 0.9 for soa in SOAS}))


def test_a_static_model_is_an_integrator_of_exposure_that_no_mask_stops(benchmark):
    """Its evidence is in proportion to the SOA, with and without the mask; d' grows linearly."""
    details = benchmark(as_brain_model(load_model("v1_energy"))).attrs["details"]
    evidence = np.array(details["evidence"])
    assert evidence / evidence[-1] == pytest.approx(np.array([1, 2, 4, 8, 16]) / 16, rel=1e-3)
    assert details["evidence_left_by_mask"] == pytest.approx([1] * 5, abs=1e-4)
    assert details["accuracy"] == pytest.approx(details["accuracy_without_mask"], abs=1e-6)
    assert details["contrast"]["evidence_at_half"] == pytest.approx(0.5, abs=0.02)
    assert np.ptp(details["over_windows"]["score"]) < 1e-3


@pytest.mark.slow
def test_delayed_normalisation_is_masked_and_near_participants(benchmark, tmp_path):
    model = load_model("v1_normalization", dt=4, spatial_frequencies=(2.5 / 3,), size=96)
    score = benchmark(as_brain_model(model))
    details = score.attrs["details"]
    assert float(score) > 0.9
    assert max(details["evidence_left_by_mask"][:3]) < 0.95 < details["evidence_left_by_mask"][-1] + 0.1
    benchmark.figure(details).savefig(tmp_path / "figure.png")


def test_what_is_fitted_is_never_tested_and_what_is_shown_is_whole_frames(benchmark):
    fitted = {frame for timeline in benchmark.fitting.timelines for frame in timeline.frames if np.ptp(frame.load())}
    tested = {timeline.frames[0] for timeline in benchmark.trials.timelines}
    assert not fitted & tested
    rows = benchmark.trials.table["masked"]
    assert sorted(set(benchmark.trials.table["soa_frames"][rows])) == [1, 2, 4, 8, 16]


def test_figure(benchmark, tmp_path):
    details = benchmark(observer(benchmark, ACCURACY.mean(0))).attrs["details"]
    benchmark.figure(details).savefig(tmp_path / "figure.png")
    assert (tmp_path / "figure.png").stat().st_size > 10_000


def test_the_ceiling_and_the_published_summary(benchmark):
    assert 0.85 < float(benchmark.ceiling) < 0.95
    assert ACCURACY.mean(0) == pytest.approx([0.503, 0.557, 0.695, 0.929, 0.996], abs=6e-4)
    assert ACCURACY.std(0, ddof=1) == pytest.approx([0.029, 0.057, 0.112, 0.081, 0.006], abs=1.5e-3)


def test_the_counts_are_those_of_the_trial_table(data):
    table = pd.read_csv(data / "hellmann2023_masked_orientation" / "trials.csv")
    counted = table.groupby(["participant", "soa_ms"])["correct"].agg(["sum", "size"]).unstack()
    assert (counted["size"] == TRIALS).all(None) and (counted["sum"].to_numpy() == RIGHT).all()
