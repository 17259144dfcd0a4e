"""Models that know nothing."""

import numpy as np
import pandas as pd
import pytest
import torch

from harness import Recording, StimulusSet, Timeline, as_brain_model, extract, load_benchmark, load_model, score_model
from harness.errors import ModelError, NotMeasurable
from harness.models import Weights


def response(model, frames):
    seen = []
    handle = model.module("responses")[0].register_forward_hook(lambda m, i, o: seen.append(o))
    with torch.no_grad():
        model.network(frames)
    handle.remove()
    return seen[0]


def test_the_constant_answers_to_every_frame_alike():
    model = load_model("constant", units=7)
    assert torch.equal(response(model, torch.rand(3, 3, 8, 8)), torch.ones(3, 7))
    assert set(model.regions) == {"V1", "V2", "V4", "IT"} and model.weights == Weights("none")


def test_the_constant_has_no_tuning():
    with pytest.raises(NotMeasurable, match=r"0 of .* units of V1 respond more to any grating than to a blank screen"):
        load_benchmark("Ringach2002-orientation_tuning")(as_brain_model(load_model("constant")))


def test_the_random_projection_is_linear_and_keeps_distances():
    model = load_model("random", units=4000)
    a, b = torch.rand(2, 1, 3, 32, 32) - 0.5
    projected = response(model, a - 2 * b)
    assert torch.allclose(projected, response(model, a) - 2 * response(model, b), atol=1e-4)
    expected = ((a - 2 * b) ** 2).mean()
    assert float((projected**2).mean()) == pytest.approx(float(expected), rel=0.1)
    grey = model.preprocessing.place(np.full((4, 4), 0.5), 1.0, (0.5, 0.5, 0.5))
    assert float(response(model, grey[None]).abs().max()) < 1e-6


def test_the_seed_of_the_projection_is_its_identity():
    model = load_model("random", units=10)
    assert model.weights == Weights("random", seed=0)
    assert model.digest() == load_model("random", units=10).digest() != load_model("random", units=10, seed=1).digest()
    first = response(model, torch.ones(1, 3, 32, 32))[0, 0]
    assert float(first) == pytest.approx(np.random.RandomState(0).standard_normal(3072).sum() / 3072**0.5, rel=1e-4)


@pytest.mark.usefixtures("home")
def test_noise_is_other_numbers_at_every_step_and_the_same_ones_again():
    first, again = _time_course("noise"), _time_course("noise")
    np.testing.assert_array_equal(first, again)
    assert abs(np.corrcoef(first)[np.triu_indices(len(first), 1)]).max() < 0.5 and np.std(first) > 0.1


@pytest.mark.parametrize("name", ["constant", "random"])
def test_a_model_without_units_is_refused(name):
    with pytest.raises(ModelError, match="at least one unit"):
        load_model(name, units=0)


def _time_course(identifier, **arguments):
    """Mean response in time bins of 100 ms to a screen that gets brighter with every 100 ms."""
    frames = np.linspace(0.1, 0.9, 5)[:, None, None] * np.ones((1, 8, 8))
    timelines = [Timeline.movie(list(frames.astype(np.float32)), 10)]
    stimuli = StimulusSet("brighter", pd.DataFrame({"stimulus_id": ["s"]}), timelines, 8.0)
    model = load_model(identifier, **arguments)
    recording = Recording(model.layers[:1], [(100 * i, 100 * (i + 1)) for i in range(5)])
    return extract(model, stimuli, recording)[model.layers[0]].array()[0]


@pytest.mark.usefixtures("home")
def test_of_the_first_frame_only_nothing_moves():
    moving, still = _time_course("pixels", size=4), _time_course("first_frame/pixels", size=4)
    assert (np.ptp(moving, axis=0) > 0.7).all()
    np.testing.assert_allclose(still, np.repeat(moving[:1], 5, axis=0), atol=1e-6)
    dynamic = _time_course("first_frame/dn/pixels", size=4)
    assert np.ptp(dynamic, axis=0).max() > 0  # its own dynamics go on
    assert load_model("first_frame/pixels").digest() != load_model("pixels").digest()
    assert load_model("first_frame/pixels", size=4).arguments["size"] == 4


@pytest.mark.usefixtures("home")
def test_shuffled_frames_are_the_same_ones_for_all_models():
    moving, other = _time_course("pixels", size=4), _time_course("shuffled_frames/pixels", size=4)
    assert not np.allclose(moving, other)
    np.testing.assert_allclose(np.sort(other, axis=0), np.sort(moving, axis=0), atol=1e-6)
    np.testing.assert_allclose(_time_course("shuffled_frames/pixels", size=8).mean(1), other.mean(1), atol=1e-5)
    names = ("pixels", "first_frame/pixels", "shuffled_frames/pixels")
    assert len({load_model(name).digest() for name in names}) == 3


@pytest.mark.usefixtures("home")
def test_a_movie_frozen_at_its_first_frame_explains_no_responses():
    with pytest.raises(NotMeasurable, match="no layer of first_frame/v1_energy varies"):
        score_model("first_frame/v1_energy", "Simulated-fmri")
