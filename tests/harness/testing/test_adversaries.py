"""Adversaries are what they say they are."""

import numpy as np
import pandas as pd
import pytest
import torch

from harness import Recording, StimulusSet, Timeline, extract
from harness.engine import mixed, normal
from harness.errors import ArgumentError
from harness.store import Store
from harness.testing import adversary, altered, reference_model
from harness.testing.altered_models import Scaled

BINS = [(start, start + 20.0) for start in range(0, 200, 20)]


@pytest.fixture
def responses(tmp_path):
    random = np.random.default_rng(0)
    images = random.random((3, 16, 16))
    shown = [
        Timeline.of([(images[0], 100), (images[1], 100)]),
        Timeline.of([(images[0], 100), (images[2], 100)]),
        Timeline.still(images[1], 200),
    ]
    stimuli = StimulusSet("s", pd.DataFrame({"stimulus_id": list("abc")}), shown, 8.0)

    def recorded(model):
        layer = model.regions["V1"]
        return extract(model, stimuli, Recording([layer], BINS), store=Store(tmp_path))[layer].array()

    return recorded


def test_noise_is_without_pattern_over_time_stimuli_and_units_and_can_be_repeated(responses):
    noise = responses(adversary("noise"))
    assert np.array_equal(noise, responses(adversary("noise")))
    assert np.array_equal(noise[0, :5], noise[1, :5]) and not np.isclose(noise[0, 5:], noise[1, 5:]).any()
    apart = noise[1:].reshape(-1, noise.shape[2])
    correlations = np.corrcoef(apart)[~np.eye(len(apart), dtype=bool)]
    assert np.abs(correlations).max() < 0.65 and abs(correlations.mean()) < 0.02


def test_a_hash_tells_images_apart_and_nothing_else(responses):
    hashed = responses(adversary("hash"))
    assert np.array_equal(hashed[0, 5:], hashed[2, :5]) and np.ptp(hashed[0, :5], axis=0).max() == 0
    assert abs(np.corrcoef(hashed[0, 0], hashed[2, 0])[0, 1]) < 0.4


def test_random_numbers_are_standard_normal():
    numbers = normal(torch.arange(2000), 50).numpy()
    assert abs(numbers.mean()) < 0.02 and abs(numbers.std() - 1) < 0.02
    assert len(torch.unique(mixed(torch.arange(10000)))) == 10000


def test_a_clock_follows_changes_of_the_screen_alone(responses):
    clock = responses(adversary("clock"))
    assert np.array_equal(clock[0], clock[1]) and np.array_equal(clock[0, 5:], clock[0, :5])
    assert np.array_equal(clock[2, :5], clock[0, :5]) and not np.array_equal(clock[2, 5:], clock[0, 5:])


def test_responses_are_scaled_shifted_and_permuted_after_the_network(responses):
    base = responses(reference_model())
    np.testing.assert_allclose(responses(adversary("scaled")), 1000 * base, rtol=1e-5)
    np.testing.assert_allclose(responses(adversary("shifted")), base + 100, rtol=1e-5)
    permuted = responses(adversary("permuted"))
    assert not np.allclose(permuted, base)
    np.testing.assert_array_equal(np.sort(permuted, axis=2), np.sort(base, axis=2))


def test_frozen_and_shuffled_frames(responses):
    base, frozen, shuffled = (responses(adversary(name)) for name in ("permuted", "frozen", "shuffled"))
    assert np.array_equal(frozen[0], frozen[1]) and not np.allclose(base[0], base[1])
    assert not np.array_equal(shuffled, responses(reference_model()))


def test_an_untrained_twin_has_other_weights(responses):
    from harness import load_model

    learnt = load_model("dyrcnn_x2", size=32, dt=25, tau=50, t_rc=25)
    twin = adversary("untrained", learnt)
    assert twin.identifier == "dyrcnn_x2" and twin.weights.kind == "random"
    assert adversary("untrained").identifier == "untrained"
    assert not np.allclose(responses(adversary("untrained")), responses(reference_model()))


def test_an_altered_model_keeps_its_readout_and_its_layers_fire_as_often_as_they_did(responses):
    from harness import FrameModel, Preprocessing, as_brain_model

    relu = torch.nn.ReLU()
    network = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(192, 6), relu, torch.nn.Linear(6, 2), relu)
    model = FrameModel(
        "twice",
        network,
        preprocessing=Preprocessing(8),
        regions={"V1": "2:0", "IT": "2:1"},
        readout="3",
        classes=("cat", "dog"),
    )
    larger = altered(model, lambda layout: Scaled(1000.0), "larger")
    np.testing.assert_allclose(responses(larger), 1000 * responses(model), rtol=1e-5)
    stimuli = StimulusSet.from_images("i", list(np.random.default_rng(0).random((4, 8, 8))), 100)
    answers = []
    for each in (model, larger):
        candidate = as_brain_model(each)
        candidate.start_task("probabilities", ["cat", "dog"])
        answers.append(candidate.look_at(stimuli).values)
    np.testing.assert_allclose(*answers)


def test_an_unknown_adversary_is_refused():
    with pytest.raises(ArgumentError, match="name of adversary must be one of 'noise'"):
        adversary("angry")  # type: ignore[arg-type]
