"""Gratings: what is drawn is what was asked for."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.errors import StimulusError
from harness_plugins.stimuli.gratings.gratings import gratings


def drawn(**arguments):
    stimuli = gratings(**arguments)
    return stimuli.timelines[0].at(0)


@pytest.mark.parametrize("orientation", [0, 15, 45, 90, 120, 150])
def test_orientation_and_frequency_by_fourier_transform(orientation, spectral_peak):
    angle, frequency = spectral_peak(drawn(orientation=orientation, spatial_frequency=2.0), 8.0)
    assert abs((angle - orientation + 90) % 180 - 90) < 1.5
    assert frequency == pytest.approx(2.0, abs=0.05)


def test_zero_is_horizontal_and_forty_five_rises_to_the_right():
    horizontal, rising = drawn(orientation=0, size_px=64), drawn(orientation=45, size_px=64)
    assert np.ptp(horizontal, axis=1).max() < 1e-6 < np.ptp(horizontal, axis=0).min()
    assert np.allclose(
        rising[1:, :-1], rising[:-1, 1:], atol=1e-5
    )  # constant along the diagonal from lower left to upper right


@pytest.mark.parametrize("orientation", [0, 30, 45, 90, 135, 170])
def test_agrees_with_stimupy(orientation):
    """stimupy's rotation is that of the modulation, 90 degrees from the contour."""
    waves = pytest.importorskip("stimupy.components.waves")
    rotation = (orientation - 90) % 180
    metric = {0: "horizontal", 90: "vertical"}.get(rotation, "oblique")
    arguments = {"shape": (128, 128), "visual_size": (8, 8), "frequency": 1.0, "intensities": (0, 1), "origin": "mean"}
    peer = waves.sine(**arguments, rotation=rotation, distance_metric=metric)
    ours = drawn(orientation=orientation, spatial_frequency=1.0, size_px=128)
    here = np.corrcoef(peer["img"].ravel(), ours.ravel())[0, 1]
    assert abs(here) > 0.99
    turned = drawn(orientation=orientation + 20, spatial_frequency=1.0, size_px=128)
    assert abs(np.corrcoef(peer["img"].ravel(), turned.ravel())[0, 1]) < 0.5


@settings(max_examples=30, deadline=None)
@given(
    contrast=st.floats(0, 1),
    orientation=st.sampled_from([0.0, 90.0]),
    cycles=st.integers(1, 8),
    phase=st.floats(0, 360),
    background=st.floats(0.05, 0.5),
)
def test_mean_luminance_and_contrast(contrast, orientation, cycles, phase, background):
    image = drawn(
        contrast=contrast,
        orientation=orientation,
        spatial_frequency=cycles / 4,
        phase=phase,
        background=background,
        visual_degrees=4,
        size_px=128,
    ).astype(float)
    assert image.mean() == pytest.approx(background, abs=1e-4)
    assert image.std() * np.sqrt(2) / background == pytest.approx(
        contrast, abs=1e-3
    )  # Michelson, of a whole number of cycles


def test_phase_is_that_at_the_centre():
    for phase, level in [(0, 0.5), (90, 1.0), (270, 0.0)]:
        image = drawn(phase=phase, size_px=101, orientation=30)
        assert image[50, 50] == pytest.approx(level, abs=1e-6)


@pytest.mark.parametrize(("orientation", "axis", "towards"), [(0, 0, -1), (180, 0, 1), (90, 1, -1), (270, 1, 1)])
def test_drift_moves_towards_orientation_plus_ninety(orientation, axis, towards):
    stimuli = gratings(
        orientation=orientation, temporal_frequency=5, duration=200, frame_rate=100, size_px=64, spatial_frequency=0.5
    )
    timeline = stimuli.timelines[0]
    assert len(timeline.runs) == 20 and timeline.duration == pytest.approx(200)
    later = timeline.at(50.0)  # a quarter of a cycle: half a degree, four pixels
    assert np.allclose(np.roll(timeline.at(0.0), 4 * towards, axis=axis), later, atol=1e-5)


def test_a_drifting_grating_keeps_its_frames_only_once():
    timeline = gratings(temporal_frequency=10, duration=500, frame_rate=100, size_px=32).timelines[0]
    assert len(timeline.frames) == 10 and timeline.duration == pytest.approx(500)
    assert gratings(temporal_frequency=3, duration=105, size_px=32).timelines[0].duration == pytest.approx(105)


def test_aperture_and_soft_edge():
    hard = drawn(aperture=4, size_px=200, phase=90, spatial_frequency=0.001)
    outside = np.hypot(*np.meshgrid(np.linspace(-4, 4, 200), np.linspace(-4, 4, 200))) > 2.1
    assert (hard[outside] == 0.5).all() and hard[100, 100] == pytest.approx(1, abs=1e-4)
    assert (hard != 0.5).mean() == pytest.approx(np.pi / 16, rel=0.02)
    soft = drawn(aperture=4, soft_edge=1, size_px=200, phase=90, spatial_frequency=0.001)
    assert soft[100, 137] == pytest.approx(0.75, abs=0.02)  # half-way up the edge, 1.5 degrees from the centre


def test_a_hole_makes_an_annulus():
    ring = drawn(aperture=4, hole=2, size_px=200, phase=90, spatial_frequency=0.001)
    assert (ring - 0.5).sum() / 0.5 * (8 / 200) ** 2 == pytest.approx(np.pi * (4 - 1), rel=0.01)
    assert ring[100, 100] == 0.5


def test_a_window_lies_where_it_was_asked_for_and_carries_its_phase_along():
    image = drawn(aperture=2, x=1.5, y=-1.0, size_px=160, phase=90, orientation=90, spatial_frequency=1)
    assert image[100, 110] == pytest.approx(1, abs=0.01)  # a degree and a half to the right, one below the middle
    shown = np.argwhere(image != 0.5).mean(0)
    assert shown == pytest.approx([99.5, 109.5], abs=0.6)


def test_counterphase_reverses_contrast_in_place():
    timeline = gratings(
        temporal_frequency=5, motion="counterphase", duration=400, frame_rate=100, size_px=32
    ).timelines[0]
    start = timeline.at(0).astype(float) - 0.5
    contrast = [((timeline.at(t) - 0.5) * start).sum() / (start**2).sum() for t in range(5, 400, 10)]
    assert np.allclose(contrast, np.cos(2 * np.pi * 5 * np.arange(40) / 100), atol=1e-5)
    fastest = gratings(temporal_frequency=30, motion="counterphase", duration=50, size_px=32).timelines[0]
    assert len(fastest.runs) == 3 and len(fastest.frames) == 2


def test_motion_energy_of_drift_has_its_direction_and_that_of_counterphase_none(moving_towards):
    common = {"temporal_frequency": 7.5, "size_px": 64, "duration": 400, "aperture": 6}
    drifting = moving_towards(gratings(orientation=[0, 60, 180, 300], **common))
    assert drifting[:, 0] == pytest.approx([90, 150, 270, 30], abs=3) and drifting[:, 1].min() > 0.5
    assert moving_towards(gratings(orientation=[0, 60], motion="counterphase", **common))[:, 1].max() < 0.05


def test_a_surround_that_continues_its_centre_is_one_large_grating():
    common = {"orientation": 30, "phase": 40, "size_px": 100, "contrast": 0.6}
    whole = drawn(aperture=2, surround_orientation=30, **common)
    assert np.allclose(whole, drawn(**common), atol=1e-6)
    limited = drawn(aperture=2, surround_orientation=30, surround_aperture=5, **common)
    assert np.allclose(limited, drawn(aperture=5, **common), atol=1e-6)


def test_a_surround_has_its_own_orientation_contrast_phase_and_gap(spectral_peak):
    arguments = {"aperture": 2, "gap": 0.5, "surround_orientation": 120, "surround_contrast": 0.3, "size_px": 160}
    image = drawn(orientation=0, spatial_frequency=2, **arguments)
    radius = np.hypot(*np.meshgrid(np.arange(160) - 79.5, np.arange(160) - 79.5)) * 8 / 160
    assert (image[(radius > 1.05) & (radius < 1.45)] == 0.5).all()
    assert abs(image[radius > 1.55] - 0.5).max() == pytest.approx(0.15, abs=0.01)
    assert abs(image[radius < 0.95] - 0.5).max() == pytest.approx(0.5, abs=0.01)
    assert spectral_peak(np.where(radius > 1.5, image, 0.5), 8.0)[0] == pytest.approx(120, abs=1.5)
    opposite = drawn(**(arguments | {"surround_phase": 180, "spatial_frequency": 2}))
    outside = radius > 1.5
    assert np.allclose(opposite[outside] - 0.5, 0.5 - image[outside], atol=1e-6)


def test_the_same_window_as_stimupys():
    """stimupy's annulus is its window, ours has an edge one pixel wide."""
    radials = pytest.importorskip("stimupy.components.radials")
    peer = radials.annulus(visual_size=(8, 8), shape=(200, 200), ppd=25, radii=(1, 2))["img"]
    ours = (drawn(aperture=4, hole=2, size_px=200, phase=90, spatial_frequency=1e-4) - 0.5) / 0.5
    assert np.abs(peer - ours).mean() < 0.01 and ((peer > 0.5) == (ours > 0.5)).mean() > 0.995


def test_conditions_without_a_surround_come_once_and_the_table_says_what_is_shown():
    stimuli = gratings(aperture=2, contrast=0.4, surround_orientation=[None, 0, 90], gap=[0, 0.5], size_px=32)
    assert len(stimuli) == 5
    assert stimuli.table["surround_contrast"].tolist()[1:] == [0.4] * 4
    alone = gratings(aperture=2, contrast=0, surround_orientation=0, surround_contrast=0.5, size_px=32)
    assert alone.timelines[0].at(0)[16, 16] == 0.5 and np.ptp(alone.timelines[0].at(0)) > 0.3


def test_full_crossing_with_every_parameter_in_the_table():
    stimuli = gratings(
        orientation=range(0, 180, 15), contrast=[0.1, 0.5, 1], duration=200, visual_degrees=8, size_px=32
    )
    assert len(stimuli) == 36 and stimuli.visual_degrees == 8
    expected = {"orientation", "spatial_frequency", "phase", "contrast", "duration", "temporal_frequency", "aperture"}
    expected |= {"motion", "hole", "x", "y", "gap", "surround_aperture", "surround_orientation", "surround_contrast"}
    expected |= {"surround_phase", "soft_edge", "visual_degrees", "size_px", "background", "frame_rate"}
    assert expected <= set(stimuli.table)
    row = stimuli.table.set_index("stimulus_id").loc["orientation=45_contrast=0.5"]
    assert (row["orientation"], row["contrast"]) == (45, 0.5)
    assert len(gratings(aperture=[None, 2.0], size_px=32)) == 2


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ({"contrast": 1.1}, "contrast"),
        ({"contrast": 0.6, "background": 0.7}, "background"),
        ({"spatial_frequency": 14.0}, "pixels"),
        ({"spatial_frequency": 0}, "cycles"),
        ({"duration": 0}, "milliseconds"),
        ({"temporal_frequency": 30}, "frame_rate"),
        ({"aperture": 9}, "aperture"),
        ({"aperture": 2, "x": 3.5}, "does not fit"),
        ({"aperture": 2, "hole": 2}, "no ring"),
        ({"motion": "sideways"}, "drift"),
        ({"surround_orientation": 0}, "aperture"),
        ({"aperture": 2, "surround_orientation": 0, "gap": -1}, "gap"),
        ({"aperture": 2, "surround_orientation": 0, "gap": 1, "surround_aperture": 4}, "no ring"),
        ({"aperture": 2, "surround_orientation": 0, "surround_contrast": 2}, "contrast"),
        ({"aperture": 1, "soft_edge": 0.6}, "soft edge"),
        ({"orientation": "upright"}, "orientation"),
        ({"orientation": []}, "orientation"),
        ({"phase": [0, 0]}, "twice"),
        ({"visual_degrees": 0}, "visual_degrees"),
        ({"contrast": float("nan")}, "finite"),
    ],
)
def test_what_cannot_be_shown_is_refused_in_a_sentence(arguments, reason):
    with pytest.raises(StimulusError, match=reason) as error:
        gratings(**arguments)
    assert "\n" not in str(error.value)
