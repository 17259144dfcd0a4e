"""Complex and simple cells without any dynamics: Gabor filters in quadrature (Adelson & Bergen 1985)."""

import torch
from torch import nn

from harness.models import FrameModel, Preprocessing, Weights
from harness_plugins.models.v1 import ENERGY
from harness_plugins.models.v1.filters import ORIENTATIONS, GaborBank


class Energy(nn.Module):
    """Energy model with layers `simple`, half-rectified filters in four phases, and `complex`, the root of their summed squares."""

    def __init__(self, bank: GaborBank):
        super().__init__()
        self.bank = bank
        self.simple, self.complex = nn.Identity(), nn.Identity()

    def forward(self, signal: torch.Tensor) -> torch.Tensor:
        """(batch, 1, size, size), contrast about mid-grey -> (batch, channels, y, x), contrast at each filter."""
        responses = self.bank(signal)
        phases = [responses.real, responses.imag, -responses.real, -responses.imag]
        self.simple(torch.cat(phases, 1).relu())
        return self.complex(responses.abs())


def load(
    spatial_frequencies: tuple[float, ...] = (1.0, 2.0, 4.0),
    size: int = 128,
    visual_degrees: float = 8.0,
    stride: int = 4,
) -> FrameModel:
    """Gabor energy units at 12 orientations and several scales, as a frame model.

    A unit of `complex` gives the amplitude of a matched grating, so it is linear in contrast and does not depend on phase.
    Channels run through the orientations 0, 15, .. 165 degrees (contour, counter-clockwise from horizontal) of each frequency;
    in `simple` through all those for each of the phases 0, 90, 180, 270. The unit at the centre of the map lies half a pixel
    from the frame's centre.

    Args:
        spatial_frequencies: cycles per degree.
        size: pixels along the side of the field of view.
        visual_degrees: visual angle of that side.
        stride: pixels between units.

    Raises:
        ModelError: for frequencies that the frame cannot show, or a stride that does not divide its size.
    """
    frequencies = tuple(float(f) for f in spatial_frequencies)
    return FrameModel(
        "v1_energy",
        Energy(GaborBank(frequencies, ORIENTATIONS, size, visual_degrees, stride)),
        preprocessing=Preprocessing(size, mean=(0.5,), std=(0.5,), channels=1),
        regions={"V1": "complex"},
        layers=("simple", "complex"),
        visual_degrees=visual_degrees,
        weights=Weights("none"),
        citation=ENERGY,
    )
