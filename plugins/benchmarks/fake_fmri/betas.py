"""Simulated betas of a few participants who look at textures.

Voxels of the region `V1` follow the contrast energy of one place of the image in a mixture of orientations (Kay et al. 2008); the
luminance of pixels does not predict it, because the phases of textures are drawn at random. Voxels of `control` are noise. Noise is
added so that the reliability of the mean over repeats is what was asked for.
"""

import numpy as np
import pandas as pd

from harness.checks import Count, Seed
from harness.data import Measurement, RecordedData, SubjectResponses
from harness.stimuli import StimulusSet
from harness_plugins.benchmarks._contrast_energy import ORIENTATIONS, contrast_energy

IDENTIFIER = "simulated-betas"
SIDE, CYCLES, PLACES = 48, 8.0, 4
"""Pixels of an image, cycles of the textures along it, and places along a side of the grid that voxels see."""
PARTICIPANTS, VOXELS, REPEATS, RELIABILITY = 3, 24, 4, 0.7
DURATION, DEGREES = 300.0, 8.0
_BETA = ((0.0, DURATION),)


def load(seed: Seed = 0, images: Count = 120) -> RecordedData:
    """The recording; the same seed gives the same on every machine."""
    random = np.random.default_rng(seed)
    shown = textures(random, images)
    names = [f"texture{at}" for at in range(images)]
    energy = contrast_energy(shown, CYCLES, PLACES)
    stimuli = StimulusSet.from_images(
        IDENTIFIER, dict(zip(names, shown, strict=True)), duration=DURATION, visual_degrees=DEGREES
    )
    participants = tuple(_participant(random, f"s{at + 1}", names, energy) for at in range(PARTICIPANTS))
    measured = Measurement("beta", "a.u.", "none", tr_ms=1000.0, hrf="deconvolved")
    return RecordedData(IDENTIFIER, participants, _BETA, measured, stimuli, licence="generated")


def textures(random: np.random.Generator, count: int) -> np.ndarray:
    """(images, side, side) in [0, 1]: every square of a grid has a grating of its own orientation, contrast and phase."""
    y, x = np.mgrid[:SIDE, :SIDE] / SIDE
    turn, phase, contrast = (
        np.kron(random.random((count, PLACES, PLACES)), np.ones((SIDE // PLACES,) * 2)) for _ in "abc"
    )
    along = x * np.cos(np.pi * turn) + y * np.sin(np.pi * turn)
    shown = 0.5 + 0.5 * contrast**2 * np.cos(2 * np.pi * (CYCLES * along + phase))
    return (np.rint(255 * shown) / 255).astype(np.float32)


def _participant(random: np.random.Generator, name: str, images: list[str], energy: np.ndarray) -> SubjectResponses:
    """Betas of voxels that see one place each, and of as many that see nothing."""
    count, half = len(images), VOXELS // 2
    by_place = energy.reshape(count, len(ORIENTATIONS), -1)
    places = random.integers(by_place.shape[2], size=half)
    tuning = random.random((len(ORIENTATIONS), half)) ** 2
    seen = np.einsum("iov,ov->iv", by_place[:, :, places], tuning)
    signal = np.concatenate([(seen - seen.mean(0)) / seen.std(0), np.zeros((count, half))], axis=1)
    noise = random.standard_normal((REPEATS, *signal.shape)) * np.sqrt(REPEATS * (1 - RELIABILITY) / RELIABILITY)
    betas = (signal + noise).reshape(-1, VOXELS).astype(np.float32)
    showings = pd.DataFrame({"stimulus_id": images * REPEATS, "repetition": np.repeat(range(REPEATS), count)})
    units = pd.DataFrame({"neuroid_id": range(VOXELS), "region": ["V1"] * half + ["control"] * half})
    return SubjectResponses(name, betas, showings, units)
