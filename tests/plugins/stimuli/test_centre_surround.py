"""Centre-surround displays and those of the tilt illusion."""

import numpy as np
import pytest

from harness import Canvas
from harness.errors import StimulusError
from harness_plugins.stimuli.centre_surround.centre_surround import centre_surround
from harness_plugins.stimuli.gratings.gratings import gratings
from harness_plugins.stimuli.gratings.plaids import plaids
from harness_plugins.stimuli.tilt_illusion.tilt_illusion import tilt_illusion

SMALL = {"visual_degrees": 6.0, "size_px": 96}
CANVAS = Canvas(6.0, 96)


def modulation(stimuli):
    return [2 * timeline.at(0).astype(float) - 1 for timeline in stimuli.timelines]


def test_centre_gap_and_surround_lie_where_they_should():
    shown = centre_surround(0, surround_orientation=60, diameter=2.0, gap=1.5, x=0.5, y=-0.25, **SMALL)
    (image,) = modulation(shown)
    radius = np.hypot(CANVAS.x - 0.5, CANVAS.y + 0.25)
    assert (image[(radius > 1.05) & (radius < 1.45)] == 0).all()
    inside, outside = radius < 0.95, radius > 1.55
    centre = 0.5 * CANVAS.grating(0, 2.0, 90, (0.5, -0.25))
    around = 0.5 * CANVAS.grating(60, 2.0, 90, (0.5, -0.25))
    assert image[inside] == pytest.approx(centre[inside], abs=1e-6)
    assert image[outside] == pytest.approx(around[outside], abs=1e-6)


def test_without_a_gap_a_matched_surround_continues_the_centre():
    whole = centre_surround(30, surround_orientation=30, gap=1.0, **SMALL)
    full = gratings(30, spatial_frequency=2.0, phase=90, contrast=0.5, **SMALL)
    assert modulation(whole)[0] == pytest.approx(modulation(full)[0], abs=1e-6)
    shifted = centre_surround(30, surround_orientation=30, gap=1.0, surround_phase=180, **SMALL)
    corner = modulation(shifted)[0][:8, :8]
    assert corner == pytest.approx(-modulation(full)[0][:8, :8], abs=1e-6)


def test_a_plaid_in_the_centre_is_a_plaid():
    shown = centre_surround(0, second_orientation=60, surround_orientation=None, diameter=3, **SMALL)
    plaid = plaids(
        0, 60, contrast=0.5, spatial_frequency=2.0, phase=90, second_phase=90, aperture=3, duration=200, **SMALL
    )
    assert modulation(shown)[0] == pytest.approx(modulation(plaid)[0], abs=1e-6)


def test_the_full_crossing_shows_what_has_no_surround_once():
    shown = centre_surround(
        [0, 30], surround_orientation=[None, 0, 90], gap=[1.1, 1.5], surround_diameter=[4, None], **SMALL
    )
    assert len(shown) == 2 * (1 + 2 * 2 * 2)
    assert shown.table["surround_orientation"].isna().sum() == 2
    assert len(set(shown.ids)) == len(shown)


def test_no_contrast_shows_the_surround_alone():
    (alone,) = modulation(centre_surround(contrast=0, surround_orientation=90, diameter=2, **SMALL))
    assert (alone[np.hypot(CANVAS.x, CANVAS.y) < 1] == 0).all() and alone.max() > 0.45


def test_tilt_is_relative_to_the_test_and_counter_clockwise(spectral_peak):
    shown = tilt_illusion(orientation=90, tilt=[None, 20], contrast=0.0, surround_contrast=0.5, diameter=0.5, **SMALL)
    nothing, around = modulation(shown)
    assert np.ptp(nothing) == 0
    angle, frequency = spectral_peak(around, 6.0)
    assert angle == pytest.approx(110, abs=1) and frequency == pytest.approx(2.0, abs=0.05)
    table = tilt_illusion(orientation=[45, 90], tilt=[-20, 20], **SMALL).table
    assert table["surround_orientation"].tolist() == [25, 65, 70, 110]


def test_what_does_not_fit_is_refused():
    with pytest.raises(StimulusError, match="does not fit"):
        centre_surround(surround_orientation=0, diameter=5.8, gap=1.5, **SMALL)
    with pytest.raises(StimulusError, match="multiple"):
        centre_surround(surround_orientation=0, gap=0.9, **SMALL)
    with pytest.raises(StimulusError, match="contrast"):
        centre_surround(second_orientation=90, contrast=0.7, **SMALL)
    with pytest.raises(StimulusError, match="tilt"):
        tilt_illusion(tilt="strongly", **SMALL)
