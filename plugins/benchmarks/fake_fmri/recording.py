"""Simulated BOLD of a few participants who watch clips of moving noise.

Voxels of the region `V1` follow the mean luminance and the contrast of the screen, delayed and smoothed by the canonical
haemodynamic response; voxels of `control` are noise of the same autocorrelation and have nothing to be found. Noise is added
so that the reliability of the mean over repeats is what was asked for: the best possible prediction of a `V1` voxel then
correlates with that mean as the square root of it, and any prediction of a `control` voxel as 0.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from nilearn.glm.first_level.hemodynamic_models import spm_hrf

from harness.data import Measurement, RecordedData, SubjectResponses
from harness.stimuli import StimulusSet, Timeline

NOISE_AUTOCORRELATION = 0.85
"""From one second to the next; about what BOLD noise has."""
_FRAME = 250.0


@dataclass(frozen=True)
class Truth:
    """The ground truth of a generated recording.

    Attributes:
        drive: (n_movies, n_seconds, 2), mean luminance and contrast of the screen, each second.
        signal: subject -> (n_movies, n_seconds, n_voxels) responses without noise, unit variance; zero in `control`.
        reliability: of the mean over repeats of a voxel in V1.
        ceiling: correlation of the noiseless signal with that mean, its square root.
    """

    drive: np.ndarray
    signal: dict[str, np.ndarray]
    reliability: float
    ceiling: float


def load(seed: int = 0, movies: int = 4, seconds: int = 60) -> RecordedData:
    """The recording that `generate` makes with its other defaults."""
    return generate(n_movies=movies, seed=seed, seconds=seconds)[0]


def generate(
    n_subjects: int = 3,
    n_movies: int = 4,
    seconds: int = 60,
    n_voxels: int = 20,
    n_repeats: int = 4,
    reliability: float = 0.7,
    seed: int = 0,
) -> tuple[RecordedData, Truth]:
    """A recording and what is true of it; the same seed gives the same on every machine.

    Args:
        n_subjects, n_movies, n_repeats: how many; every subject sees every movie in every repeat, a run each.
        seconds: length of a movie and of a run; one volume per second.
        n_voxels: in each of the regions `V1` and `control`.
        reliability: of the mean over repeats, in (0, 1).

    Returns:
        BOLD in z-like units, aligned to the movie's onset, with movies of 16 x 16 pixels; and the truth.
    """
    random = np.random.default_rng(seed)
    frames = _movies(random, n_movies, seconds)
    drive = np.stack([frames.mean((2, 3)), frames.std((2, 3))], axis=-1)
    per_second = drive.reshape(n_movies, seconds, -1, 2).mean(2)
    bold = _convolved((per_second - per_second.mean((0, 1))) / per_second.std((0, 1)))
    names = [f"s{i + 1}" for i in range(n_subjects)]
    subjects, signal = [], {}
    for name in names:
        signal[name] = np.concatenate(
            [_voxels(random, bold, n_voxels), np.zeros((n_movies, seconds, n_voxels))], axis=2
        )
        subjects.append(_subject(random, name, signal[name], n_repeats, reliability))
    data = RecordedData(
        "fake-fmri",
        tuple(subjects),
        tuple((1000.0 * t, 1000.0 * (t + 1)) for t in range(seconds)),
        Measurement("bold", "a.u.", "none", tr_ms=1000.0, hrf="raw"),
        _stimuli(frames),
        licence="generated",
    )
    return data, Truth(per_second, signal, reliability, float(np.sqrt(reliability)))


def _movies(random: np.random.Generator, n_movies: int, seconds: int) -> np.ndarray:
    """(movies, frames, 16, 16) in [0, 1]: noise whose luminance and contrast wander."""
    count = int(seconds * 1000 / _FRAME)
    noise = random.uniform(-1, 1, (n_movies, count, 16, 16))
    luminance, contrast = (_wander(random, n_movies, count) for _ in range(2))
    frames = 0.5 + 0.2 * luminance[..., None, None] + (0.15 + 0.14 * contrast[..., None, None]) * noise
    return np.rint(frames.clip(0, 1) * 255).astype(np.uint8) / 255


def _wander(random: np.random.Generator, n_movies: int, count: int) -> np.ndarray:
    """(movies, frames) in [-1, 1], changing over some seconds."""
    steps = random.standard_normal((n_movies, count))
    smooth = np.apply_along_axis(np.convolve, 1, steps, np.hanning(24), mode="same")
    return smooth / np.abs(smooth).max(1, keepdims=True)


def _convolved(drive: np.ndarray) -> np.ndarray:
    """(movies, seconds, features) after SPM's canonical haemodynamic response, at one volume per second."""
    hrf = spm_hrf(1.0, oversampling=1, time_length=32.0)
    return np.apply_along_axis(lambda time_course: np.convolve(time_course, hrf)[: drive.shape[1]], 1, drive)


def _voxels(random: np.random.Generator, bold: np.ndarray, count: int) -> np.ndarray:
    """(movies, seconds, voxels): random mixtures of the features, with unit variance."""
    mixed = bold @ random.standard_normal((bold.shape[2], count))
    return (mixed - mixed.mean((0, 1))) / mixed.std((0, 1))


def _subject(
    random: np.random.Generator, name: str, signal: np.ndarray, n_repeats: int, reliability: float
) -> SubjectResponses:
    n_movies, seconds, n_voxels = signal.shape
    noise = _autocorrelated(random, (n_repeats, *signal.shape)) * np.sqrt(n_repeats * (1 - reliability) / reliability)
    runs = (signal + noise).reshape(n_repeats * n_movies, seconds, n_voxels)
    movies = [f"film{i}" for i in range(n_movies)]
    shown = pd.DataFrame(
        {
            "stimulus_id": movies * n_repeats,
            "repetition": np.repeat(range(n_repeats), n_movies),
            "run": range(len(runs)),
        }
    )
    half = n_voxels // 2
    units = pd.DataFrame({"neuroid_id": range(n_voxels), "region": ["V1"] * half + ["control"] * half})
    return SubjectResponses(name, runs.transpose(0, 2, 1).astype(np.float32), shown, units)


def _autocorrelated(random: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    """First-order autoregressive noise of unit variance along the last axis but one."""
    noise = random.standard_normal(shape)
    for t in range(1, shape[-2]):
        fresh = np.sqrt(1 - NOISE_AUTOCORRELATION**2) * noise[..., t, :]
        noise[..., t, :] = NOISE_AUTOCORRELATION * noise[..., t - 1, :] + fresh
    return noise


def _stimuli(frames: np.ndarray) -> StimulusSet:
    pixels = np.repeat(np.rint(frames * 255).astype(np.uint8)[..., None], 3, axis=-1)
    timelines = [Timeline.movie(list(movie), 1000 / _FRAME) for movie in pixels]
    table = pd.DataFrame({"stimulus_id": [f"film{i}" for i in range(len(frames))]})
    return StimulusSet("fake-fmri", table, timelines, visual_degrees=8.0)
