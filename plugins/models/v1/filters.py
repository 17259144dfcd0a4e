"""Gabor filters in quadrature, in degrees of visual angle.

For a contour at the angle phi (counter-clockwise from horizontal), with u along it and v at right angles (towards phi + 90):

    exp(-u^2 / 2 a^2 - v^2 / 2 b^2) (cos, sin)(2 pi f v),   a = 0.8 / f, b = 0.56 / f degrees

The even one is made zero-mean, and both are divided by half the sum of the envelope, so that a matched grating of contrast c that
covers the filter gives the amplitude c. Both are one complex filter, even + i odd.
"""

import numpy as np
import torch
from scipy.fft import next_fast_len
from torch import nn

from harness.errors import ModelError

LENGTH, WIDTH = 0.8, 0.56  # SD of the envelope along and across the contour, in cycles
REACH = 3.5  # SD at which an envelope is cut off
ORIENTATIONS = tuple(range(0, 180, 15))


class GaborBank(nn.Module):
    """Complex responses of all filters at every `stride`-th pixel; the screen beyond the frame is blank.

    Channels run through the orientations of the first frequency, then of the next.

    Args:
        frequencies: cycles per degree.
        orientations: of the contours, degrees.
        size: side of the frame in pixels.
        degrees: visual angle of that side.
        stride: between responses, in pixels; must divide `size`.

    Raises:
        ModelError: for frequencies that the frame cannot show, or a stride that does not fit.
    """

    transfer: torch.Tensor

    def __init__(
        self,
        frequencies: tuple[float, ...],
        orientations: tuple[float, ...],
        size: int,
        degrees: float,
        stride: int,
    ):
        super().__init__()
        nyquist = size / degrees / 2
        if not (frequencies and min(frequencies) > 0 and max(frequencies) < nyquist):
            raise ModelError(
                f"filters need spatial frequencies between 0 and {nyquist:g} cycles/degree at {size} pixels on {degrees:g} "
                f"degrees, not {frequencies}; raise size"
            )
        if not (stride >= 1 and size % stride == 0):
            raise ModelError(f"the stride must divide the size of {size} pixels; {stride} does not")
        self.frequencies, self.orientations = tuple(frequencies), tuple(orientations)
        self.size, self.degrees, self.stride = size, degrees, stride
        reach = int(np.ceil(REACH * max(LENGTH, WIDTH) / min(frequencies) * size / degrees))
        self.padded = stride * int(next_fast_len(-(-(size + reach) // stride)))
        kernels = [self._kernel(f, phi) for f in frequencies for phi in orientations]
        transfer = np.stack([np.fft.fft2(_centred(kernel, self.padded)) for kernel in kernels])
        self.register_buffer("transfer", torch.from_numpy(transfer.astype(np.complex64)))

    def forward(self, signal: torch.Tensor) -> torch.Tensor:
        """(batch, 1, size, size) -> complex (batch, channels, size / stride, size / stride)."""
        spectrum = torch.fft.fft2(signal.float(), s=(self.padded, self.padded)) * self.transfer
        coarse = self.padded // self.stride
        folded = spectrum.unflatten(-1, (self.stride, coarse)).unflatten(-3, (self.stride, coarse)).mean((-4, -2))
        places = self.size // self.stride
        return torch.fft.ifft2(folded)[..., :places, :places]

    def amplitudes(self, frequency: float, orientation: float) -> np.ndarray:
        """(channels,): amplitude for a full grating of contrast 1; the root of the mean square over its phases."""
        y, x = self._wave_vector(frequency, orientation)
        ways = [
            [self._at(f, phi, sign * y, sign * x) for f in self.frequencies for phi in self.orientations]
            for sign in (1, -1)
        ]
        return 0.5 * np.hypot(*np.abs(ways))

    @property
    def spacing(self) -> float:
        """Degrees between responses."""
        return self.stride * self.degrees / self.size

    def _at(self, frequency: float, phi: float, y: float, x: float) -> complex:
        kernel = self._kernel(frequency, phi)
        steps = self._steps(len(kernel) // 2)
        return complex(np.exp(-1j * y * steps) @ kernel @ np.exp(-1j * x * steps))

    def _wave_vector(self, frequency: float, orientation: float) -> tuple[float, float]:
        """Radians per degree down the rows and along the columns, towards orientation + 90."""
        across = np.deg2rad(orientation + 90)
        return -2 * np.pi * frequency * np.sin(across), 2 * np.pi * frequency * np.cos(across)

    def _steps(self, reach: int) -> np.ndarray:
        return np.arange(-reach, reach + 1) * self.degrees / self.size

    def _kernel(self, frequency: float, phi: float) -> np.ndarray:
        """Complex filter, rows downwards; float64."""
        steps = self._steps(int(np.ceil(REACH * max(LENGTH, WIDTH) / frequency * self.size / self.degrees)))
        x, y = steps[None], -steps[:, None]
        angle = np.deg2rad(phi)
        along, across = x * np.cos(angle) + y * np.sin(angle), -x * np.sin(angle) + y * np.cos(angle)
        envelope = np.exp(-0.5 * frequency**2 * ((along / LENGTH) ** 2 + (across / WIDTH) ** 2))
        carrier = np.exp(2j * np.pi * frequency * across)
        mean = (envelope * carrier.real).sum() / envelope.sum()
        return envelope * (carrier - mean) / (envelope.sum() / 2)


def _centred(kernel: np.ndarray, padded: int) -> np.ndarray:
    """The kernel of a convolution that correlates: mirrored, with its middle at the origin of a periodic square."""
    square = np.zeros((padded, padded), complex)
    reach = len(kernel) // 2
    places = np.arange(reach, -reach - 1, -1) % padded
    np.add.at(square, (places[:, None], places[None]), kernel)
    return square
