"""Noise of a given variance for an image, in seven kinds (those of DynVision 0.1.0, and phase scrambling proper).

What differs from DynVision: the power of the signal is that of each image, not of the batch it came in; Poisson noise is that of
photons, whose variance grows with luminance, where DynVision divides the counts by their standard deviation, so that it does not;
correlated noise has the same variance up to the border; `phase_scrambled` has the amplitude spectrum of the image, and the noise
of power 1/f that DynVision calls so is `pink`.
"""

from collections.abc import Callable

import numpy as np
from scipy.ndimage import gaussian_filter

Noise = Callable[[np.random.Generator, np.ndarray, float, float], np.ndarray]
"""(generator, luminance (height, width, channels), variance, correlation in pixels) -> what is added, of that shape or with one
channel."""


def uniform(rng: np.random.Generator, luminance: np.ndarray, variance: float, correlation: float) -> np.ndarray:
    """Between +- sqrt(3 variance)."""
    return (rng.random(luminance.shape) - 0.5) * np.sqrt(12 * variance)


def gaussian(rng: np.random.Generator, luminance: np.ndarray, variance: float, correlation: float) -> np.ndarray:
    """White."""
    return rng.standard_normal(luminance.shape) * np.sqrt(variance)


def correlated(rng: np.random.Generator, luminance: np.ndarray, variance: float, correlation: float) -> np.ndarray:
    """White Gaussian noise, smoothed by a Gaussian of SD `correlation`."""
    smooth = gaussian_filter(rng.standard_normal(luminance.shape), (correlation, correlation, 0), mode="wrap")
    return _of_variance(smooth, variance)


def salt_and_pepper(rng: np.random.Generator, luminance: np.ndarray, variance: float, correlation: float) -> np.ndarray:
    """Some values become the lowest or the highest of the image, as many as it takes; all of them if that is not enough."""
    low, high = luminance.min(), luminance.max()
    error = ((luminance - low) ** 2 + (high - luminance) ** 2).mean() / 2
    replaced = rng.random(luminance.shape) < min(1.0, variance / error)
    value = np.where(rng.random(luminance.shape) < 0.5, low, high)
    return np.where(replaced, value - luminance, 0.0)


def poisson(rng: np.random.Generator, luminance: np.ndarray, variance: float, correlation: float) -> np.ndarray:
    """Counts of photons, n = luminance on average, with as few photons as make the mean variance what is asked for."""
    photons = luminance.mean() / variance
    return rng.poisson(photons * luminance) / photons - luminance


def phase_scrambled(rng: np.random.Generator, luminance: np.ndarray, variance: float, correlation: float) -> np.ndarray:
    """The amplitude spectrum of the image with random phases."""
    phases = np.fft.fft2(rng.standard_normal(luminance.shape), axes=(0, 1))
    spectrum = np.fft.fft2(luminance - luminance.mean((0, 1)), axes=(0, 1))
    return _of_variance(np.fft.ifft2(spectrum * phases / np.abs(phases), axes=(0, 1)).real, variance)


def pink(rng: np.random.Generator, luminance: np.ndarray, variance: float, correlation: float) -> np.ndarray:
    """Gaussian noise whose power falls as 1 / f, its amplitude as f^-0.5."""
    height, width = luminance.shape[:2]
    frequency = np.hypot(np.fft.fftfreq(height)[:, None], np.fft.fftfreq(width))
    frequency[0, 0] = np.inf
    white = np.fft.fft2(rng.standard_normal(luminance.shape), axes=(0, 1))
    return _of_variance(np.fft.ifft2(white * frequency[..., None] ** -0.5, axes=(0, 1)).real, variance)


KINDS: dict[str, Noise] = {
    "uniform": uniform,
    "gaussian": gaussian,
    "correlated": correlated,
    "salt_and_pepper": salt_and_pepper,
    "poisson": poisson,
    "phase_scrambled": phase_scrambled,
    "pink": pink,
}


def _of_variance(noise: np.ndarray, variance: float) -> np.ndarray:
    return (noise - noise.mean()) * np.sqrt(variance / noise.var())
