"""Masked occluded objects: an observer with participants' accuracies, subjects that know nothing, and a static model."""

import numpy as np
import pytest

from harness import as_brain_model, load_benchmark, load_model
from harness.errors import BenchmarkError, NotMeasurable
from harness.metrics.behaviour.psychometrics import concordance
from harness.metrics.behaviour.psychometrics import mask_cost as cost
from harness.testing import adversary
from harness.testing.simulated_observer import SimulatedObserver
from harness_plugins.benchmarks.tang2018.benchmark import Tang2018

MEAN = np.array([0.57, 0.65, 0.72, 0.73, 0.74, 0.25, 0.45, 0.55, 0.63, 0.72])  # PROVENANCE of the data


@pytest.fixture
def benchmark(data):
    return load_benchmark("Tang2018-masking", images_per_category=3)


def test_half_of_the_agreement_is_that_of_the_cost_of_the_mask():
    agreement = Tang2018().agreement
    assert agreement(MEAN, MEAN) == pytest.approx(1)
    unmasked = np.concatenate([MEAN[:5], MEAN[:5]])
    assert cost(unmasked) == pytest.approx(np.zeros(5)) and agreement(unmasked, MEAN) < 0.5
    assert agreement(np.full(10, 0.2), MEAN) == 0
    refitted = np.where(np.arange(10) == 4, 0.8, MEAN)
    assert agreement(refitted, MEAN) == pytest.approx((1 + concordance(cost(refitted), cost(MEAN))) / 2)


def test_participants(benchmark):
    participants = benchmark.participants
    assert participants.accuracy.shape == (21, 10) and participants.trials.sum() == 13_000
    assert participants.right.sum(0) / participants.trials.sum(0) == pytest.approx(MEAN, abs=0.006)
    assert 0.6 < float(benchmark.ceiling) < 0.95 and benchmark.ceiling.attrs["error"] < 0.05


def test_an_observer_with_the_mean_accuracies_reaches_the_ceiling(benchmark, tmp_path):
    accuracy = dict(enumerate(benchmark.participants.accuracy.mean(0)))
    score = benchmark(SimulatedObserver(benchmark.choices, accuracy))
    assert float(score) == pytest.approx(1, abs=0.05)
    details = score.attrs["details"]
    assert details["accuracy"] == pytest.approx(list(accuracy.values()), abs=0.01) and not details["failures"]
    benchmark.figure(details).savefig(tmp_path / "figure.png")
    assert (tmp_path / "figure.png").stat().st_size > 10_000


def test_an_observer_that_no_mask_disturbs_reaches_less_than_half(benchmark):
    mean = benchmark.participants.accuracy.mean(0)
    score = benchmark(SimulatedObserver(benchmark.choices, {c: mean[c % 5] for c in range(10)}))
    assert 0.05 < float(score) < 0.5


def test_models_are_compared_over_images_and_participants(benchmark, compared):
    mean = benchmark.participants.accuracy.mean(0)
    curves = (dict(enumerate(mean)), {c: mean[c % 5] for c in range(10)})
    participants, unmasked = (benchmark(SimulatedObserver(benchmark.choices, curve)) for curve in curves)
    compared(participants, unmasked, "participants", range(21))


def test_what_answers_alike_or_cannot_be_read_is_not_measurable(benchmark):
    with pytest.raises(NotMeasurable, match="do not vary"):
        benchmark(as_brain_model(load_model("constant")))
    with pytest.raises(NotMeasurable, match="no category can be read from presentations of 300 ms"):
        benchmark(as_brain_model(adversary("hash")))


def test_to_a_static_model_a_mask_only_adds(benchmark):
    details = benchmark(as_brain_model(load_model("v1_energy", size=96, spatial_frequencies=(1.0, 2.0)))).attrs[
        "details"
    ]
    assert details["interaction_of_mask_and_target"] == pytest.approx(0, abs=1e-6)


def test_trials_and_read_out(benchmark):
    table = benchmark.trials.table
    assert len(table) == 5 * 3 * 10 and len(benchmark.fitting) == 325
    assert (
        table.groupby("condition").size().eq(15).all() and benchmark.fitting.table.groupby("choice").size().eq(65).all()
    )
    assert benchmark.fitting.table["exemplar"].nunique() == 65
    with pytest.raises(BenchmarkError, match="65"):
        load_benchmark("Tang2018-masking", images_per_category=66)
