"""Plaids: sums of two gratings."""

import numpy as np
import pytest

from harness.errors import StimulusError
from harness_plugins.stimuli.gratings.gratings import gratings
from harness_plugins.stimuli.gratings.plaids import plaids


def image(**arguments):
    return plaids(**arguments).timelines[0].at(0).astype(float)


def test_a_plaid_is_the_sum_of_its_components():
    common = {"aperture": 4, "x": 0.5, "soft_edge": 0.3, "size_px": 96, "spatial_frequency": 1.5}
    first = gratings(orientation=20, contrast=0.3, phase=10, **common).timelines[0].at(0) - 0.5
    second = gratings(orientation=80, contrast=0.6, phase=70, **common).timelines[0].at(0) - 0.5
    both = {"orientation": 20, "second_orientation": 80, "contrast": 0.3, "second_contrast": 0.6}
    assert np.allclose(image(**both, phase=10, second_phase=70, **common) - 0.5, first + second, atol=1e-6)


def test_agrees_with_stimupy():
    stimupy = pytest.importorskip("stimupy.stimuli.plaids")
    wave = {"visual_size": (8, 8), "ppd": 16, "frequency": 1.0, "origin": "mean"}
    peer = stimupy.sine_waves(wave | {"rotation": -60}, wave | {"rotation": 30})[
        "img"
    ]  # of the modulation, not the contour
    ours = image(orientation=30, second_orientation=120, size_px=128)
    assert abs(np.corrcoef(np.ravel(peer), ours.ravel())[0, 1]) > 0.98


def test_a_component_of_no_contrast_leaves_a_grating():
    alone = image(orientation=45, second_orientation=0, contrast=0.5, second_contrast=0, size_px=64)
    assert np.allclose(alone, gratings(orientation=45, contrast=0.5, size_px=64).timelines[0].at(0))


def test_two_drifting_components_move_as_a_pattern(moving_towards):
    """Contours of 60 and 120 degrees, drifting towards 150 and 210, make a pattern that moves to the left."""
    moving = plaids(60, 120, temporal_frequency=7.5, size_px=64, duration=400)
    assert moving_towards(moving)[0, 0] == pytest.approx(180, abs=2)


def test_the_surround_is_that_of_a_grating():
    around = {"aperture": 2, "gap": 0.5, "surround_orientation": 90, "surround_aperture": 6, "size_px": 80}
    table = plaids(contrast=0.25, **around).table
    assert table["surround_contrast"].tolist() == table["second_contrast"].tolist() == [0.25]
    surround = image(contrast=0, surround_contrast=0.4, **around)
    assert np.allclose(surround, gratings(contrast=0, surround_contrast=0.4, **around).timelines[0].at(0))


def test_six_by_two_conditions_of_a_plaid_with_and_without_its_surround():
    stimuli = plaids(
        second_orientation=range(0, 180, 30), surround_orientation=[None, 0], aperture=2, duration=100, size_px=32
    )
    assert len(stimuli) == 12 and stimuli.table["surround_orientation"].isna().sum() == 6


def test_too_much_contrast_is_refused():
    with pytest.raises(StimulusError, match=r"contrast 1.2"):
        plaids(contrast=0.6)
