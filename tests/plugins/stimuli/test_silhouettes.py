"""Drawings of objects."""

import numpy as np
import pytest

from harness import load_stimuli
from harness.errors import StimulusError
from harness_plugins.stimuli.silhouettes.drawings import DRAWINGS, modulation


def test_the_same_drawing_appears_at_its_place():
    stimuli = load_stimuli("silhouettes", object="car", x=[-2, 0], y=1.5, size=3, size_px=160, onset=40)
    left, middle = (timeline.at(60) for timeline in stimuli.timelines)
    assert (stimuli.timelines[0].at(20) == 0.5).all() and stimuli.duration == 240
    np.testing.assert_array_equal(np.roll(left, 40, 1), middle)
    rows, columns = np.nonzero(middle != 0.5)
    assert abs(columns.mean() - 79.5) < 3 and rows.max() < 85


def test_objects_differ_at_the_resolution_of_small_networks():
    small = np.stack([modulation(name, 12).ravel() for name in DRAWINGS])
    distances = 1 - np.corrcoef(small)
    assert distances[np.triu_indices(7, 1)].min() > 0.2
    assert small.min() >= -1 and small.max() <= 1 and len(DRAWINGS) == 7


def test_contrast_scales_about_the_background():
    half, full = (load_stimuli("silhouettes", object="hand", contrast=c).timelines[0].at(0) for c in (0.5, 1.0))
    np.testing.assert_allclose(half - 0.5, (full - 0.5) / 2, atol=1e-6)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"object": "boat"}, "object is one of car"),
        ({"y": 3}, "does not fit"),
        ({"size": 0.01}, "smaller than two pixels"),
        ({"onset": -5}, "0 ms or later"),
        ({"contrast": 1.5}, "cannot be shown"),
    ],
)
def test_what_cannot_be_shown_is_refused(arguments, message):
    with pytest.raises(StimulusError, match=message):
        load_stimuli("silhouettes", **arguments)
