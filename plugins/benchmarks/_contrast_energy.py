"""Local contrast energy, of which simulated brains and participants are made (Adelson & Bergen 1985; Kay et al. 2008)."""

import numpy as np
from scipy.signal import fftconvolve

ORIENTATIONS = (0.0, 45.0, 90.0, 135.0)
"""Of the filters, degrees."""


def contrast_energy(images: np.ndarray, cycles_per_image: float, places: int) -> np.ndarray:
    """The square root of the energy of Gabor filters in quadrature, pooled over the squares of a grid.

    Args:
        images: (images, side, side), luminance in [0, 1]; the side a multiple of `places`.
        cycles_per_image: frequency of the filters; their envelope is a Gaussian of half a wavelength.
        places: along a side of the grid.

    Returns:
        (images, orientations x places x places); 0 for an even screen, whatever its luminance.
    """
    side = images.shape[-1]
    wavelength = side / cycles_per_image
    reach = int(np.ceil(1.5 * wavelength))
    y, x = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    envelope = np.exp(-(x**2 + y**2) / (2 * (wavelength / 2) ** 2))
    found = []
    for angle in np.deg2rad(ORIENTATIONS):
        filter_ = envelope * np.exp(2j * np.pi * (x * np.cos(angle) + y * np.sin(angle)) / wavelength)
        filter_ -= envelope * (filter_.sum() / envelope.sum())  # blind to luminance
        energy = np.abs(fftconvolve(images - 0.5, filter_[None], mode="same", axes=(1, 2)))
        found.append(energy.reshape(len(images), places, side // places, places, side // places).mean((2, 4)))
    return np.stack(found, axis=1).reshape(len(images), -1)
