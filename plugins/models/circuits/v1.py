"""A V1 of rings: at every place of the field of view a stabilised supralinear ring of orientations (Rubin et al. 2015).

    E' = k [W_EE e - W_EI i + h]+^n,    I' = k [W_IE (e + spread G e) - W_II i + h]+^n

with the weights of the ring over orientations, h the amplitude of a Gabor filter in quadrature times the gain, and G a Gaussian
over places of unit sum, by which excitation from the surround reaches inhibition alone, beside that of the place itself. The
lateral reach is what surround suppression needs and no claim on its size; with `reach=0` the rings are apart.
"""

from collections.abc import Sequence

import torch
from torch import nn

from harness.errors import ModelError
from harness.models import SCREEN, Connection, Heard, Point, Preprocessing, RecurrentModel, Weights
from harness_plugins.models.circuits import SSN
from harness_plugins.models.circuits.models import TAU_E, TAU_I, K, N, ring_weights
from harness_plugins.models.circuits.rates import Power
from harness_plugins.models.v1.filters import ORIENTATIONS, GaborBank

State = dict[str, torch.Tensor]


class Rings(nn.Module):
    """The equations above on maps (batch, orientations, y, x); layers `excitatory` and `inhibitory`.

    Args:
        bank: filters at one spatial frequency.
        gain: of the input.
        kernel: (places, places) of G in one direction; None for rings apart.
        spread: excitation of I through G, as a share of that at its own place.
        alphas: dt / tau of E and of I.
    """

    weights: torch.Tensor
    kernel: torch.Tensor | None

    def __init__(
        self, bank: GaborBank, gain: float, kernel: torch.Tensor | None, spread: float, alphas: tuple[float, float]
    ):
        super().__init__()
        self.bank, self.gain, self.spread, self.alphas = bank, gain, spread, alphas
        self.places, self.channels = bank.size // bank.stride, len(ORIENTATIONS)
        self.register_buffer("weights", ring_weights(self.channels).float())
        self.register_buffer("kernel", kernel)
        self.nonlinearity = Power(K, N)
        self.drive_excitatory, self.drive_inhibitory = nn.Identity(), nn.Identity()
        self.surround, self.arriving = nn.Identity(), nn.Identity()
        self.excitatory, self.inhibitory = nn.Identity(), nn.Identity()

    def points(self) -> Sequence[Point | Connection]:
        """Rates and drives of E and I, what they get of the screen, and excitation of I from other places."""
        found: list[Point | Connection] = []
        for layer, cells in (("excitatory", "E"), ("inhibitory", "I")):
            found.append(Point(layer, (Heard(layer),), area="V1", cells=cells))
            found.append(Point(layer, (Heard(f"drive_{layer}"),), "drive", area="V1", cells=cells))
        found.append(Connection(SCREEN, "excitatory", "arriving", "feedforward"))
        if self.kernel is not None:
            found.append(Connection("excitatory", "excitatory", "surround", "lateral"))
        return found

    def init(self, batch_size: int, device: torch.device) -> State:
        """Silence."""
        silent = torch.zeros(batch_size, self.channels, self.places, self.places, device=device)
        return {"E": silent, "I": silent.clone(), "e": silent.clone(), "i": silent.clone()}

    def step(self, frame: torch.Tensor, state: State) -> State:
        """(batch, 1, size, size), contrast about mid-grey, and a state -> the next state."""
        received = self.arriving(self.gain * self.bank(frame).abs())
        e, i = state["e"], state["i"]
        heard = torch.cat([e, i], 1)
        lateral = torch.einsum("cp,bpyx->bcyx", self.weights, heard)
        to_e, to_i = lateral.split(self.channels, 1)
        if self.kernel is not None:
            local = self.weights[self.channels :, : self.channels]
            from_others = torch.einsum("yv,bcvu,xu->bcyx", self.kernel, e, self.kernel)
            to_i = to_i + self.spread * torch.einsum("cp,bpyx->bcyx", local, self.surround(from_others))
        drives = self.drive_excitatory(to_e + received), self.drive_inhibitory(to_i + received)
        rates = [
            before + alpha * (self.nonlinearity(drive) - before)
            for before, alpha, drive in zip((state["E"], state["I"]), self.alphas, drives, strict=True)
        ]
        return {"E": rates[0], "I": rates[1], "e": self.excitatory(rates[0]), "i": self.inhibitory(rates[1])}


def load(
    gain: float = 20.0,
    spatial_frequency: float = 2.0,
    size: int = 96,
    visual_degrees: float = 8.0,
    stride: int = 3,
    reach: float = 1.0,
    spread: float = 0.5,
    dt: float = 2.0,
) -> RecurrentModel:
    """The rings as a recurrent model of V1; channels run through the orientations 0, 15, .. 165 degrees of the contour.

    Args:
        gain: input for a grating of contrast 1.
        spatial_frequency: of the filters, cycles per degree.
        size: pixels along the side of the field of view.
        visual_degrees: visual angle of that side.
        stride: pixels between rings.
        reach: SD of G in degrees; 0 for rings apart.
        spread: excitation of I through G, as a share of that at its own place.
        dt: ms per step.

    Raises:
        ModelError: for a time step that is longer than the time constants, or a spread that is not a share.
    """
    if not (0 < dt <= TAU_I and 0 <= spread <= 1 and reach >= 0):
        raise ModelError(f"ssn_v1 needs 0 < dt <= {TAU_I:g} ms, 0 <= spread <= 1 and reach >= 0")
    bank = GaborBank((float(spatial_frequency),), ORIENTATIONS, size, visual_degrees, stride)
    kernel = _gaussian(size // stride, bank.spacing, reach) if reach and spread else None
    network = Rings(bank, gain, kernel, spread, (dt / TAU_E, dt / TAU_I))
    return RecurrentModel(
        "ssn_v1",
        network,
        dt=dt,
        preprocessing=Preprocessing(size, mean=(0.5,), std=(0.5,), channels=1),
        regions={"V1": "excitatory"},
        layers=("excitatory", "inhibitory"),
        visual_degrees=visual_degrees,
        weights=Weights("none"),
        citation=SSN,
    )


def _gaussian(places: int, spacing: float, sd: float) -> torch.Tensor:
    """(places, places), rows of a Gaussian of unit sum; what lies beyond the map is 0."""
    apart = (torch.arange(places)[:, None] - torch.arange(places)) * spacing
    whole = torch.arange(-places, places + 1) * spacing
    return torch.exp(-(apart**2) / (2 * sd**2)) / torch.exp(-(whole**2) / (2 * sd**2)).sum()
