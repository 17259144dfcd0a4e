"""Gabor patches: carrier, envelope and place."""

import numpy as np
import pytest

from harness.errors import StimulusError
from harness_plugins.stimuli.gabors.gabors import gabors


def image(**arguments):
    return gabors(**{"size_px": 160, **arguments}).timelines[0].at(0).astype(float)


@pytest.mark.parametrize("orientation", [0, 30, 90, 150])
def test_orientation_and_frequency_by_fourier_transform(orientation, spectral_peak):
    angle, frequency = spectral_peak(image(orientation=orientation, sigma=1.0), 8.0)
    assert abs((angle - orientation + 90) % 180 - 90) < 2 and frequency == pytest.approx(2, abs=0.05)


def test_envelope_and_place():
    """Energy of both phases together is the squared envelope, of half the variance."""
    pair = [image(phase=phase, sigma=0.6, x=1.0, y=-0.5, contrast=0.8) - 0.5 for phase in (0, 90)]
    energy = pair[0] ** 2 + pair[1] ** 2
    along = (np.arange(160) + 0.5) / 20 - 4
    weight = energy / energy.sum()
    x, y = (weight.sum(0) * along).sum(), -(weight.sum(1) * along).sum()
    assert (x, y) == pytest.approx((1.0, -0.5), abs=0.01)
    assert np.sqrt((weight.sum(0) * (along - x) ** 2).sum()) == pytest.approx(0.6 / np.sqrt(2), rel=0.01)
    assert np.sqrt(energy.max()) / 0.5 == pytest.approx(0.8, abs=0.01)


def test_mean_luminance_is_that_of_the_background_in_sine_phase():
    assert image(sigma=0.8).mean() == pytest.approx(0.5, abs=1e-6)


def test_agrees_with_stimupy():
    stimupy = pytest.importorskip("stimupy.stimuli.gabors")
    peer = stimupy.gabor(visual_size=(8, 8), ppd=20, frequency=1.0, sigma=0.8, rotation=-60, origin="mean")["img"]
    ours = image(orientation=30, spatial_frequency=1.0, sigma=0.8)
    assert abs(np.corrcoef((peer - peer[0, 0]).ravel(), ours.ravel())[0, 1]) > 0.98


def test_an_array_is_the_sum_of_its_patches():
    array = [(-2, 0), (0, 0, 45), (2, 0, 90)]
    together = image(array=array, orientation=10, x=0.2) - 0.5
    each = [image(orientation=10 + turn, x=0.2 + x) - 0.5 for x, turn in ((-2, 0), (0, 45), (2, 90))]
    assert np.allclose(together, sum(each), atol=1e-6)
    assert gabors(array=array, size_px=16, spatial_frequency=0.5).table["patches"].tolist() == [3]


def test_the_carrier_moves_and_the_envelope_stays(moving_towards):
    drifting = gabors(
        orientation=[0, 120], spatial_frequency=1, sigma=1, temporal_frequency=7.5, size_px=64, duration=400
    )
    assert moving_towards(drifting)[:, 0] == pytest.approx([90, 210], abs=3)
    frames = np.stack([frame.load() for frame in drifting.timelines[0].frames]).astype(float)
    inside = ((frames - 0.5) ** 2).sum(0)
    assert np.argwhere(inside > inside.max() / 2).mean(0) == pytest.approx([31.5, 31.5], abs=0.5)


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ({"sigma": 0}, "standard deviation"),
        ({"sigma": 1.5}, "does not fit"),
        ({"x": 3}, "does not fit"),
        ({"array": []}, "array"),
        ({"array": [1, 2]}, "array"),
        ({"array": [[0, 0, 0, 0]]}, "array"),
        ({"array": [[0, 0], [0.1, 0]]}, "displayed"),
        ({"contrast": 2}, "contrast"),
        ({"motion": "up"}, "motion"),
    ],
)
def test_what_cannot_be_shown_is_refused_in_a_sentence(arguments, reason):
    with pytest.raises(StimulusError, match=reason) as error:
        gabors(**arguments)
    assert "\n" not in str(error.value)
