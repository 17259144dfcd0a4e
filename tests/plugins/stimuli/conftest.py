"""How stimuli are measured: spectra, and the motion energy of what moves."""

from collections.abc import Callable

import numpy as np
import pytest

from harness import StimulusSet


@pytest.fixture(scope="session")
def spectral_peak() -> Callable[[np.ndarray, float], tuple[float, float]]:
    """(image, visual_degrees) -> contour angle (degrees, counter-clockwise) and frequency (cycles/degree) of the strongest
    Fourier component."""

    def measure(image: np.ndarray, visual_degrees: float) -> tuple[float, float]:
        size = len(image)
        window = np.outer(np.hanning(size), np.hanning(size))
        power = np.abs(np.fft.fft2((image - image.mean()) * window, (4 * size, 4 * size)))
        row, column = np.unravel_index(power.argmax(), power.shape)
        along = np.fft.fftfreq(4 * size, visual_degrees / size)
        up, right = -along[row], along[column]  # rows run downwards
        return (np.rad2deg(np.arctan2(up, right)) - 90) % 180, np.hypot(up, right)

    return measure


@pytest.fixture
def moving_towards() -> Callable[[StimulusSet], np.ndarray]:
    """Stimuli -> (stimuli, 2): direction of motion in degrees (0 right, 90 up), and opponent motion energy as a fraction of all.

    Measured by the model `motion_energy`: the vector average of energy over directions, time and the whole image.
    """
    from harness import Recording, SpatialMean, extract, load_model
    from harness_plugins.models.v1.filters import ORIENTATIONS

    def measure(stimuli: StimulusSet) -> np.ndarray:
        model = load_model("motion_energy", visual_degrees=stimuli.visual_degrees)
        recording = Recording("energy", [(50, stimuli.duration)], SpatialMean())
        energy = extract(model, stimuli, recording).array()[:, 0]
        energy = energy.reshape(len(stimuli), 2, -1, len(ORIENTATIONS)).sum(2)  # (stimuli, forth and back, contours)
        directions = np.deg2rad(np.asarray(ORIENTATIONS) + 90)
        vector = ((energy[:, 0] - energy[:, 1]) * np.exp(1j * directions)).sum(1) / energy.sum((1, 2))
        return np.stack([np.rad2deg(np.angle(vector)) % 360, np.abs(vector)], axis=1)

    return measure
