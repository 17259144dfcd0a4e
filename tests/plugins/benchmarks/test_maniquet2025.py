"""Masked, manipulated objects: an observer with participants' accuracies, subjects that know nothing, and the published
networks."""

import numpy as np
import pytest

from harness import as_brain_model, load_benchmark, load_model
from harness.errors import BenchmarkError, NotMeasurable
from harness.metrics.behaviour.psychometrics import mask_cost
from harness.testing import adversary
from harness.testing.simulated_observer import SimulatedObserver
from harness_plugins.benchmarks.maniquet2025.published import ABSENT, ALL, CATEGORIES, CONDITIONS, images

C = len(CONDITIONS)


@pytest.fixture
def benchmark(data):
    return load_benchmark("Maniquet2025-masking", exemplars=2)


def test_an_observer_with_participants_accuracies_reaches_the_ceiling(benchmark, tmp_path):
    participants = benchmark.published.participants.ravel()
    score = benchmark(SimulatedObserver(benchmark.choices, dict(enumerate(participants))))
    assert float(score) == pytest.approx(1, abs=0.02)
    details = score.attrs["details"]
    assert details["accuracy"] == pytest.approx(participants, abs=0.01) and details["cost_correlation"] > 0.99
    assert abs(details["cost_mean_signed_error"]) < 0.01 and not details["failures"] and len(details["networks"]) == 15
    benchmark.figure(details).savefig(tmp_path / "figure.png")
    assert (tmp_path / "figure.png").stat().st_size > 10_000


def test_an_observer_that_no_mask_disturbs_reaches_half(benchmark):
    unmasked = benchmark.published.participants[0]
    score = benchmark(SimulatedObserver(benchmark.choices, {c: unmasked[c % C] for c in range(2 * C)}))
    assert 0.3 < float(score) <= 0.5


def test_models_are_compared_over_exemplars(benchmark, compared):
    participants = benchmark.published.participants
    curves = (dict(enumerate(participants.ravel())), {c: participants[0][c % C] for c in range(2 * C)})
    scores = [benchmark(SimulatedObserver(benchmark.choices, curve)) for curve in curves]
    compared(*scores, "exemplars", benchmark.image_names)


def test_what_answers_alike_or_cannot_be_read_is_not_measurable(benchmark):
    with pytest.raises(NotMeasurable, match="do not vary"):
        benchmark(as_brain_model(load_model("constant")))
    with pytest.raises(NotMeasurable, match="no category can be read from presentations of 300 ms"):
        benchmark(as_brain_model(adversary("hash")))


def test_shuffled_conditions_score_at_chance(benchmark):
    participants, random = benchmark.published.participants.ravel(), np.random.default_rng(0)
    scores = [benchmark.agreement(random.permutation(participants), participants) for _ in range(1000)]
    assert abs(np.mean(scores)) < 0.03


def test_a_model_runs_and_says_what_it_could_not(benchmark, tmp_path):
    score = benchmark(as_brain_model(load_model("pixels", size=16)))
    details = score.attrs["details"]
    assert float(score) < 0.3 and details["failures"] and details["images"]["scrambling_lowpass"] == 16
    benchmark.figure(details).savefig(tmp_path / "figure.png")


def test_conditions_and_images(benchmark):
    assert len(CONDITIONS) + len(ABSENT) == ALL
    for condition in CONDITIONS:
        found = images(condition)
        assert {category for category, _ in found} == set(CATEGORIES)
        assert len(found) == {"control": 80, "scrambling_lowpass": 16}.get(condition, 40)
    published = benchmark.published
    assert published.participants[:, 0] == pytest.approx([0.968, 0.969], abs=1e-3)
    row = CONDITIONS.index("occlusion_many_small_partial_viewing_high")
    assert published.participants[:, row] == pytest.approx([0.684, 0.477], abs=1e-3)
    assert mask_cost(published.participants.ravel())[row] == pytest.approx(0.207, abs=1e-3)
    assert published.participants.shape == published.errors.shape == (2, C) and published.errors.max() < 0.02
    assert all(network.shape == (C,) for network in published.networks.values())


def test_read_outs_never_see_the_exemplars_they_are_tested_on(benchmark):
    table, fitted = benchmark.trials.table, benchmark.fitting.table
    assert len(fitted) == 80 and set(table["exemplar"]) == {"1", "2"}
    splits = benchmark._splits(fitted["exemplar"].to_numpy(), table["exemplar"].to_numpy())
    for split in splits:
        assert not set(fitted["exemplar"].iloc[split.train]) & set(table["exemplar"].iloc[split.test - len(fitted)])
    with pytest.raises(BenchmarkError, match="5 exemplars"):
        load_benchmark("Maniquet2025-masking", exemplars=9)
