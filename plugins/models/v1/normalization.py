"""Gabor energy with a surround and delayed normalisation, in steps of dt.

    s = (I - I0) / I0                                                    I0 = mid-grey
    E_phi = |h1 * G_phi s|                                               h1: gamma filter tau1, after a delay
    U^2 = sum_phi G_u * E_phi^2 / Z                                      local contrast, untuned
    S_phi^2 = G_s * E_phi^2 / Z,  S^2 = sum_phi S_phi^2                  energy of the surround
    g = S^2 / (S^2 + s0^2),  rho_phi = sum K(phi - phi') S_phi'^2 / (rho0 S^2)
    F_phi = E_phi / (1 + k_u [e(tau_u) * g](t - d_u) + k_t [e(tau_t) * g rho_phi](t - d_t))
    D_j^2 = sum_phi T(phi - theta_j) F_phi^2 / d0                        cell j pools channels
    R_j = D_j^n / (sigma^n + (1 - alpha) (e(tau_f) * U)^n + alpha (e(tau2) * U)^n)

G_phi is a Gabor filter in quadrature (`filters.py`), G_u a Gaussian, G_s a Gaussian with a hole, K and T circular Gaussians,
e(tau) an exponential of unit sum; Z, rho0 and d0 make U = c, rho = 1 and D = c for a full, matched grating of contrast c. The
divisive pool is that of Carandini & Heeger 2012, its delay that of Zhou et al. 2019. The surround acts on orientation channels
before the cell pools them, as Trott & Born 2015 found. With alpha 1 and no surround a channel is delayed normalisation alone;
with alpha 0 normalisation is static. The numbers were tuned together to published effects: that one compact model holds all of
them is shown, not predicted.
"""

from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import torch
from scipy.fft import next_fast_len
from torch import nn

from harness.errors import ModelError
from harness.models import (
    Connection,
    Heard,
    Latch,
    Point,
    Preprocessing,
    RecurrentModel,
    State,
    Weights,
    exponential,
    gamma,
)
from harness_plugins.models.dn import BIBTEX as DELAYED
from harness_plugins.models.v1 import NORMALIZATION
from harness_plugins.models.v1.filters import ORIENTATIONS, GaborBank

Pair = tuple[Any, Any]
SMALL = 1e-12


@dataclass(frozen=True)
class Parameters:
    """Parameters of the model: times in ms, lengths in cycles of the band's spatial frequency, angles in degrees.

    Attributes:
        delay, tau1: of the linear response.
        pool: SD of G_u.
        surround, hole: SD of G_s and of its hole.
        s0: semi-saturation of the surround.
        k_untuned, tau_untuned, delay_untuned: of the suppression by any orientation.
        k_tuned, tau_tuned, delay_tuned: of that by the channel's own orientation.
        tuned_width: SD of K.
        cell_width: SD of T.
        beta: share of T that is flat: 0 for a single cell, 0.44 for a multi-unit population.
        n, sigma: exponent and semi-saturation.
        alpha: share of the slow pool.
        tau_fast, tau_slow: of the two pools.
    """

    delay: float = 30.0
    tau1: float = 16.0
    pool: float = 0.2
    surround: float = 3.6
    hole: float = 1.6
    s0: float = 0.1
    k_untuned: float = 0.12
    tau_untuned: float = 3.0
    delay_untuned: float = 3.0
    k_tuned: float = 0.34
    tau_tuned: float = 8.0
    delay_tuned: float = 6.0
    tuned_width: float = 14.0
    cell_width: float = 28.0
    beta: float = 0.0
    n: float = 2.3
    sigma: float = 0.135
    alpha: float = 0.75
    tau_fast: float = 2.0
    tau_slow: float = 90.0


class Spread(nn.Module):
    """Convolution of maps with a kernel that is given by its transfer function; the map is 0 beyond its edge."""

    transfer: torch.Tensor

    def __init__(self, places: int, spacing: float, reach: float, transfer: Any):
        super().__init__()
        self.places = places
        self.padded = int(next_fast_len(places + int(np.ceil(reach / spacing)), real=True))
        down = np.fft.fftfreq(self.padded, spacing)[:, None]
        along = np.fft.rfftfreq(self.padded, spacing)[None]
        self.register_buffer("transfer", torch.from_numpy(transfer(down**2 + along**2).astype(np.float32)))

    def forward(self, maps: torch.Tensor) -> torch.Tensor:
        """(..., y, x) -> the same, clipped at 0."""
        shape = self.padded, self.padded
        spread = torch.fft.irfft2(torch.fft.rfft2(maps.float(), s=shape) * self.transfer, s=shape)
        return spread[..., : self.places, : self.places].clamp_min(0)


def gaussian(squared_frequency: np.ndarray, sd: float) -> np.ndarray:
    """Transfer function of a Gaussian of unit sum."""
    return np.exp(-2 * np.pi**2 * sd**2 * squared_frequency)


def ring(squared_frequency: np.ndarray, sd: float, hole: float) -> np.ndarray:
    """Transfer function of exp(-r^2 / 2 sd^2) (1 - exp(-r^2 / 2 hole^2)) of unit sum."""
    inner = (sd**-2 + hole**-2) ** -0.5
    outside, inside = sd**2 * gaussian(squared_frequency, sd), inner**2 * gaussian(squared_frequency, inner)
    return (outside - inside) / (sd**2 - inner**2)


def circular_gaussian(width: float) -> np.ndarray:
    """(orientations, orientations), 1 on the diagonal."""
    apart = np.subtract.outer(ORIENTATIONS, ORIENTATIONS)
    return np.exp(-0.5 * (((apart + 90) % 180 - 90) / width) ** 2)


class Band(nn.Module):
    """All stages after the filters, for one spatial frequency."""

    tuned: torch.Tensor
    cells: torch.Tensor

    def __init__(self, bank: GaborBank, frequency: float, parameters: Parameters, dt: float):
        super().__init__()
        self.p, self.dt = parameters, dt
        self.places = bank.size // bank.stride
        p, spread = parameters, partial(Spread, self.places, bank.spacing)
        pool, surround, hole = p.pool / frequency, p.surround / frequency, p.hole / frequency
        self.pool = spread(4 * pool, partial(gaussian, sd=pool))
        self.surround = spread(3.5 * surround, partial(ring, sd=surround, hole=hole))
        first = bank.frequencies.index(frequency) * len(ORIENTATIONS)
        grating = bank.amplitudes(frequency, 0.0)[first : first + len(ORIENTATIONS)] ** 2
        self.unit_energy = float(grating.sum())
        tuned, cells = circular_gaussian(p.tuned_width), p.beta + (1 - p.beta) * circular_gaussian(p.cell_width)
        self.register_buffer("tuned", torch.from_numpy(tuned / (tuned @ grating)[0] * self.unit_energy).float())
        self.register_buffer("cells", torch.from_numpy(cells / (cells @ grating)[0]).float())
        self.delays = round(p.delay_untuned / dt), round(p.delay_tuned / dt)

    def init(self, batch_size: int, device: torch.device) -> State:
        """The state at rest: no drive and no response."""
        one = torch.zeros(batch_size, 1, self.places, self.places, device=device)
        all_channels = one.expand(-1, len(ORIENTATIONS), -1, -1)
        drive = all_channels.to(torch.complex64)
        return {
            "drive": (drive, drive),
            "untuned": [one] * (self.delays[0] + 1),
            "tuned": [all_channels] * (self.delays[1] + 1),
            "fast": one,
            "slow": one,
        }

    def driven(self, filtered: torch.Tensor, state: State) -> tuple[Pair, torch.Tensor]:
        """Complex filter outputs (batch, orientations, y, x) -> the filtered drive, and its amplitude E."""
        drive = gamma(filtered, state["drive"], self.p.tau1, self.dt)
        return drive, (drive[1].real ** 2 + drive[1].imag ** 2).sqrt()

    def step(self, drive: Pair, energy: torch.Tensor, suppression: torch.Tensor, surround: Pair, state: State) -> Any:
        """Energy E^2 and what suppresses it -> the next state, and the response."""
        p, dt = self.p, self.dt
        local = (self.pool(energy.sum(1, keepdim=True)) / self.unit_energy).sqrt()
        fast, slow = (
            exponential(local, state[name], tau, dt) for name, tau in (("fast", p.tau_fast), ("slow", p.tau_slow))
        )
        suppressed = energy / (1 + suppression) ** 2
        drive_of_cells = torch.einsum("cp,bpyx->bcyx", self.cells, suppressed).clamp_min(0) ** (p.n / 2)
        pools = (1 - p.alpha) * fast**p.n + p.alpha * slow**p.n
        untuned, tuned = surround
        following = {"drive": drive, "untuned": untuned, "tuned": tuned, "fast": fast, "slow": slow}
        return following, drive_of_cells / (p.sigma**p.n + pools)

    def suppression(self, surround: tuple[list[torch.Tensor], list[torch.Tensor]]) -> torch.Tensor:
        """k_u g_u + k_t g_t, what arrives of the surround now."""
        untuned, tuned = surround
        return self.p.k_untuned * untuned[0] + self.p.k_tuned * tuned[0]

    def surrounded(self, energy: torch.Tensor, state: State) -> tuple[list[torch.Tensor], list[torch.Tensor]]:
        """Both signals of the surround, low-passed, for all steps of their delays."""
        p, dt = self.p, self.dt
        channels = self.surround(energy) / self.unit_energy
        total = channels.sum(1, keepdim=True)
        strength = total / (total + p.s0**2)
        share = torch.einsum("cp,bpyx->bcyx", self.tuned, channels) / (total + SMALL)
        untuned = exponential(strength, state["untuned"][-1], p.tau_untuned, dt)
        tuned = exponential(strength * share, state["tuned"][-1], p.tau_tuned, dt)
        return [*state["untuned"][1:], untuned], [*state["tuned"][1:], tuned]


class Normalization(nn.Module):
    """The model with all bands; layers `energy` (E), `surround` (k_u g_u + k_t g_t) and `response`. The first two are heard."""

    def __init__(self, bank: GaborBank, parameters: Parameters, dt: float):
        super().__init__()
        blank = torch.zeros(1, bank.size, bank.size)
        self.latch = Latch(bank, blank, round(parameters.delay / dt))
        self.channels, self.places = len(bank.frequencies) * len(ORIENTATIONS), bank.size // bank.stride
        self.bands = nn.ModuleList(Band(bank, frequency, parameters, dt) for frequency in bank.frequencies)
        self.energy, self.surround, self.response = nn.Identity(), nn.Identity(), nn.Identity()

    def init(self, batch_size: int, device: torch.device) -> State:
        """A blank screen, and no response."""
        shape = batch_size, self.channels, self.places, self.places
        rest = torch.zeros(shape, dtype=torch.complex64, device=device)
        return {
            "latch": self.latch.init([rest]),
            "bands": [band.init(batch_size, device) for band in self.bands],  # type: ignore[operator]
        }

    def step(self, frame: torch.Tensor, state: State) -> State:
        """(batch, 1, size, size), contrast about mid-grey, and a state -> the next state."""
        latch = self.latch(frame, state["latch"])
        filtered = latch["features"][0].split(len(ORIENTATIONS), 1)
        bands: list[tuple[Any, State]] = list(zip(self.bands, state["bands"], strict=True))
        driven = [band.driven(part, before) for (band, before), part in zip(bands, filtered, strict=True)]
        energies = [amplitude**2 for amplitude in self._through(self.energy, [amplitude for _, amplitude in driven])]
        surrounds = [band.surrounded(energy, before) for (band, before), energy in zip(bands, energies, strict=True)]
        arriving = [band.suppression(surround) for (band, _), surround in zip(bands, surrounds, strict=True)]
        suppressions = self._through(self.surround, arriving)
        stepped = [
            band.step(drive, energy, suppression, surround, before)
            for (band, before), (drive, _), energy, suppression, surround in zip(
                bands, driven, energies, suppressions, surrounds, strict=True
            )
        ]
        self._through(self.response, [response for _, response in stepped])
        return {"latch": latch, "bands": [following for following, _ in stepped]}

    @staticmethod
    def _through(layer: nn.Module, parts: list[torch.Tensor]) -> list[torch.Tensor]:
        """The output of a layer of all bands, band by band."""
        return list(layer(torch.cat(parts, 1)).split(len(ORIENTATIONS), 1))

    def points(self) -> list[Point | Connection]:
        """Energy, which drives the cells and their surround, and the surround; nothing hears the response."""
        return [
            Point("energy", (Heard("energy"),)),
            Point("surround", (Heard("surround"),), area="surround"),
            Connection("energy", "response", "energy", "feedforward"),
            Connection("surround", "response", "surround", "lateral"),
        ]


def load(
    spatial_frequencies: tuple[float, ...] = (2.0,),
    size: int = 192,
    visual_degrees: float = 12.0,
    stride: int = 4,
    dt: float = 1.0,
    **parameters: float,
) -> RecurrentModel:
    """The model of the module's equations, as a recurrent model.

    Channels of `energy` and `response` run through the orientations 0, 15, .. 165 degrees (contour, counter-clockwise from
    horizontal) of each spatial frequency. Bands are independent; all lengths scale with the wavelength.

    Args:
        spatial_frequencies: cycles per degree; the parameters were tuned for 2.
        size: pixels along the side of the field of view.
        visual_degrees: visual angle of that side. The surround reaches far: a smaller field cuts it off.
        stride: pixels between units; no more than half a wavelength of the highest frequency.
        dt: ms per step; delays are rounded to steps. The fastest time constant is 2 ms.
        parameters: any of `Parameters`, for ablations: `k_tuned=0`, `alpha=1`.

    Raises:
        ModelError: for an unknown parameter, frequencies that the frame cannot show, or a stride that does not fit.
    """
    frequencies = tuple(float(f) for f in spatial_frequencies)
    known = Parameters.__dataclass_fields__
    if unknown := sorted(parameters.keys() - known.keys()):
        raise ModelError(f"v1_normalization has no parameter '{unknown[0]}'; it has {', '.join(known)}")
    bank = GaborBank(frequencies, ORIENTATIONS, size, visual_degrees, stride)
    if bank.spacing * max(frequencies) > 0.5 + 1e-9:
        raise ModelError(
            f"units {bank.spacing:g} degrees apart are too far for {max(frequencies):g} cycles/degree; lower the stride"
        )
    return RecurrentModel(
        "v1_normalization",
        Normalization(bank, Parameters(**parameters), dt),
        dt=dt,
        preprocessing=Preprocessing(size, mean=(0.5,), std=(0.5,), channels=1),
        regions={"V1": "response"},
        layers=("energy", "surround", "response"),
        visual_degrees=visual_degrees,
        weights=Weights("none"),
        citation=f"{NORMALIZATION}\n{DELAYED}",
    )
