"""Masks: checkerboards, noise with a 1/f spectrum, and noise with the spectrum of the targets."""

from collections.abc import Sequence

import numpy as np
from PIL import Image

from harness import Frame
from harness.errors import StimulusError
from harness.stimuli import Canvas


def checkerboard(canvas: Canvas, side: float, checks: int, contrast: float) -> np.ndarray:
    """Modulation of `checks` x `checks` squares of equal size with dark corners, 0 around them.

    Args:
        checks: odd, so that all corners are alike.
    """
    if checks < 1 or checks % 2 == 0:
        raise StimulusError(f"a checkerboard has an odd number of checks along its side, not {checks}")
    canvas.check_contrast(contrast)
    column, row = (np.floor((place + side / 2) / side * checks) for place in (canvas.x, canvas.y))
    return canvas.bar(side, side, 0) * contrast * np.where((column + row) % 2, 1.0, -1.0)


def one_over_f(size: int) -> np.ndarray:
    """(size, size) amplitude spectrum that falls with spatial frequency, 0 for the mean."""
    frequency = np.hypot(*np.meshgrid(np.fft.fftfreq(size), np.fft.fftfreq(size)))
    frequency[0, 0] = np.inf
    return 1 / frequency


def mean_amplitude(targets: Sequence[Frame], size: int) -> np.ndarray:
    """(size, size), the mean amplitude spectrum of images in luminance, resized to `size`; 0 for the mean.

    Raises:
        StimulusError: for an image that is not square.
    """
    total = np.zeros((size, size))
    for frame in targets:
        total += np.abs(np.fft.fft2(_luminance(frame.load(), size)))
    total[0, 0] = 0
    return total / len(targets)


def scrambled(
    canvas: Canvas, amplitude: np.ndarray, side: float, rms: float, random: np.random.Generator
) -> np.ndarray:
    """Modulation of noise with an amplitude spectrum and the phases of white noise, 0 outside its square.

    Args:
        amplitude: (size_px, size_px), see `one_over_f` and `mean_amplitude`.
        rms: standard deviation of the modulation. Peaks beyond what can be displayed are clipped.
    """
    canvas.check_contrast(rms)
    phases = np.angle(np.fft.fft2(random.standard_normal(amplitude.shape)))
    noise = np.fft.ifft2(amplitude * np.exp(1j * phases)).real
    if not noise.std() > 0:
        raise StimulusError("the targets are uniform images, so noise with their spectrum has no contrast")
    noise = (noise - noise.mean()) / noise.std() * rms
    return canvas.bar(side, side, 0) * np.clip(noise, -1.0, canvas.highest_contrast)


def _luminance(pixels: np.ndarray, size: int) -> np.ndarray:
    values = pixels / 255 if pixels.dtype == np.uint8 else pixels
    grey = values @ np.array([0.299, 0.587, 0.114]) if values.ndim == 3 else values
    if grey.shape[0] != grey.shape[1]:
        raise StimulusError(
            f"a phase-scrambled mask needs square images, not {grey.shape[1]} x {grey.shape[0]} pixels; crop the targets"
        )
    return np.asarray(Image.fromarray(grey.astype(np.float32)).resize((size, size), Image.Resampling.BOX))
