"""Random dots: how many, how large, and how they move."""

from itertools import pairwise

import numpy as np
import pytest

from harness.errors import StimulusError
from harness_plugins.stimuli.random_dots.random_dots import positions, random_dots

ONE = {"coherence": 1.0, "direction": 0.0, "size_px": 160}


def movie(**arguments):
    """(frames, size, size) of the first stimulus, as modulation about grey."""
    timeline = random_dots(**{**ONE, **arguments}).timelines[0]
    return np.stack([timeline.frames[index].load() for index, _ in timeline.runs]).astype(float) / 0.5 - 1


def displacement(first, second, degrees=8.0):
    """((right, up) in degrees, height) of the highest peak of the normalised cross-correlation."""
    spectra = [np.fft.fft2(frame - frame.mean()) for frame in (first, second)]
    correlation = np.fft.ifft2(np.conj(spectra[0]) * spectra[1]).real
    row, column = np.unravel_index(correlation.argmax(), correlation.shape)
    size = len(first)
    down, right = ((shift + size // 2) % size - size // 2 for shift in (row, column))
    norm = np.sqrt(np.prod([((frame - frame.mean()) ** 2).sum() for frame in (first, second)]))
    return (right * degrees / size, -down * degrees / size), correlation.max() / norm


@pytest.mark.parametrize(("density", "frame_rate"), [(16.7, 60), (60, 60), (40, 85)])
def test_density_and_size_of_the_dots(density, frame_rate):
    """What is light, over all frames, is dots per degree^2 and s x the area of window and dot."""
    frames = movie(density=density, frame_rate=frame_rate, dot_size=0.2, coherence=0, duration=2000)
    light = frames.sum((1, 2)).mean() * (8 / 160) ** 2
    assert light == pytest.approx(density / frame_rate * np.pi * 2.5**2 * np.pi * 0.1**2, rel=0.12)
    radius = np.hypot(*np.meshgrid(np.arange(160) - 79.5, np.arange(160) - 79.5)) * 8 / 160
    assert not frames[:, radius > 2.7].any() and frames[:, (radius > 2) & (radius < 2.4)].any()


@pytest.mark.parametrize("direction", [0, 90, 210])
@pytest.mark.parametrize("speed", [4.0, 8.0])
def test_dots_move_three_frames_on(direction, speed):
    frames = movie(direction=direction, speed=speed, dot_size=0.2)
    way = speed * 3 / 60
    expected = way * np.cos(np.deg2rad(direction)), way * np.sin(np.deg2rad(direction))
    for start in (0, 7):
        measured, height = displacement(frames[start], frames[start + 3])
        assert measured == pytest.approx(expected, abs=0.05) and height > 0.7
    assert displacement(frames[0], frames[1])[1] < 0.5


def test_coherence_as_measured():
    """The correlation of a set with itself one turn later, shifted, is the coherence."""
    for coherence in (0.0, 0.25, 0.5, 1.0):
        rng = np.random.default_rng(0)
        shown = [places for _, places in positions(rng, 40, 500, (0.1, 0.0), 5.0, coherence)]
        moved = [
            np.abs((after - before - (0.1, 0.0) + 2.5) % 5 - 2.5).max(1) < 1e-9 for before, after in pairwise(shown)
        ]
        assert np.mean(moved) == pytest.approx(coherence, abs=0.02)


def test_motion_energy_has_the_direction_and_grows_with_coherence(moving_towards):
    common = {"density": 60, "dot_size": 0.3, "size_px": 64, "duration": 600, "aperture": 7}
    directions = random_dots(coherence=1, direction=[0, 90, 225], **common)
    assert np.abs((moving_towards(directions)[:, 0] - [0, 90, 225] + 180) % 360 - 180).max() < 8
    mixture = random_dots(coherence=[0, 0.25, 0.5, 1], direction=60, exemplars=3, **common)
    strength = moving_towards(mixture)
    towards = (strength[:, 1] * np.cos(np.deg2rad(strength[:, 0] - 60))).reshape(4, 3).mean(1)
    assert (np.diff(towards) > 0).all() and abs(towards[0]) < 0.25 * towards[3]


@pytest.mark.parametrize(("sequences", "lifetime", "turns"), [(1, 50, 3), (1, 100, 6), (3, 100, 2)])
def test_a_limited_lifetime(sequences, lifetime, turns):
    """Of dots that live for n turns, 1 - m / n are where they should be m turns later; no dot lives longer."""
    rng = np.random.default_rng(1)
    shown = [places for which, places in positions(rng, 60, 400, (0.05, 0.0), 5.0, 1.0, sequences, turns) if which == 0]
    for lag in range(1, turns + 1):
        there = [
            np.abs((after - before - (0.05 * lag, 0.0) + 2.5) % 5 - 2.5).max(1) < 1e-9
            for before, after in zip(shown, shown[lag:], strict=False)
        ]
        assert np.mean(there) == pytest.approx(1 - lag / turns, abs=0.03)
    frames = movie(sequences=sequences, lifetime=lifetime, speed=5, dot_size=0.25, density=20)
    kept = [displacement(frames[0], frames[sequences * lag])[1] for lag in (1, turns)]
    assert kept[0] > kept[1]


def test_polarity_and_contrast():
    light, dark, mixed = (movie(polarity=polarity, contrast=0.6, dot_size=0.3) for polarity in (1, -1, 0))
    assert light.min() == 0 and light.max() == pytest.approx(0.6, abs=1e-6)
    assert dark.max() == 0 and dark.min() == pytest.approx(-0.6, abs=1e-6)
    assert (mixed.min(), mixed.max()) == pytest.approx((-0.6, 0.6), abs=1e-6)
    assert abs(mixed.sum()) < 0.3 * np.abs(mixed).sum()


def test_stimuli_have_dots_of_their_own_and_a_seed():
    small = {"size_px": 64, "duration": 100, "dot_size": 0.3}
    stimuli = random_dots(coherence=[0, 1], direction=0, exemplars=3, **small)
    assert len(stimuli) == 6 and len({timeline.digest for timeline in stimuli.timelines}) == 6
    alone = random_dots(coherence=1, direction=0, **small)
    assert alone.timelines[0] == stimuli.timelines[3]
    assert random_dots(coherence=1, direction=0, seed=1, **small).timelines[0] != alone.timelines[0]
    timeline = random_dots(coherence=1, direction=0, x=1.3, **small).timelines[0]
    assert np.argwhere(np.mean([frame.load() for frame in timeline.frames], 0) > 0.5)[:, 1].mean() > 36


def test_the_duration_is_that_asked_for():
    timeline = random_dots(coherence=0, direction=0, duration=110, frame_rate=100, size_px=96).timelines[0]
    assert len(timeline.runs) == 11 and timeline.duration == pytest.approx(110)


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ({"coherence": 1.1}, "coherence"),
        ({"density": 0}, "density"),
        ({"density": 0.1}, "no dot"),
        ({"lifetime": 0}, "lifetime"),
        ({"sequences": 1.5}, "sequences"),
        ({"polarity": 0.5}, "polarity"),
        ({"contrast": 1.5}, "contrast"),
        ({"contrast": 1.5, "polarity": -1}, "contrast"),
        ({"aperture": 8}, "does not fit"),
        ({"x": 2}, "does not fit"),
        ({"dot_size": 0.01}, "pixel"),
        ({"speed": 60}, "frame_rate"),
        ({"duration": -1}, "milliseconds"),
        ({"exemplars": 0}, "exemplar"),
    ],
)
def test_what_cannot_be_shown_is_refused_in_a_sentence(arguments, reason):
    with pytest.raises(StimulusError, match=reason) as error:
        random_dots(**arguments)
    assert "\n" not in str(error.value)
