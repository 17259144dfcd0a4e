"""The circuits as recurrent models. Column i of a frame is the input of unit i: (luminance - 0.5) / 0.5 times the gain."""

from collections.abc import Sequence

import numpy as np
import torch

from harness.errors import ModelError
from harness.models import Preprocessing, RecurrentModel, Weights
from harness_plugins.models.circuits import ISN, SSN
from harness_plugins.models.circuits.rates import Columns, Normalizer, Power, RateNetwork
from harness_plugins.models.circuits.rates import linear as no_rectification

TAU_E, TAU_I = 20.0, 10.0
K, N = 0.04, 2.0
EXAMPLE = ((0.2, -0.5, 0.1), (0.4, -0.1, 0.0), (0.3, 0.2, 0.1))
SIGMA_INPUT, SIGMA = 30.0, 32.0
RING = {"EE": 0.044, "EI": 0.023, "IE": 0.042, "II": 0.018}


def linear(
    weights: Sequence[Sequence[float]] = EXAMPLE, alpha: float = 1.0, gain: float = 2.0, dt: float = 1.0
) -> RecurrentModel:
    """e = W e + x at rest; the layer is `emitted.units`.

    Raises:
        ModelError: for a matrix that is not square, or a share of a step that is not.
    """
    matrix = torch.tensor(np.asarray(weights, dtype=float))
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1] or not 0 < alpha <= 1:
        raise ModelError("a linear network needs a square matrix of weights, and 0 < alpha <= 1")
    network = RateNetwork(Columns(gain), matrix, {"units": len(matrix)}, torch.tensor(alpha), no_rectification)
    return _model("linear_network", network, len(matrix), dt, "emitted.units")


def threshold_linear(w_ee: float = 2.0, gain: float = 20.0, dt: float = 1.0) -> RecurrentModel:
    """tau_E E' = -E + [w_ee E - 2.5 I + h_E]+, tau_I I' = -I + [2.5 E - I + h_I]+; columns 0 and 1 are h_E and h_I."""
    matrix = torch.tensor([[w_ee, -2.5], [2.5, -1.0]])
    network = RateNetwork(Columns(gain), matrix, {"E": 1, "I": 1}, _alphas(1, dt), Power())
    return _model("ei_network", network, 2, dt, "emitted.E", ISN)


def ssn_two_units(gain: float = 50.0, dt: float = 1.0) -> RecurrentModel:
    """r = k [W r + h]+^n with k 0.04, n 2, W = [[1.25, -0.65], [1.2, -0.5]]; columns 0 and 1 are h_E and h_I."""
    matrix = torch.tensor([[1.25, -0.65], [1.2, -0.5]])
    network = RateNetwork(Columns(gain), matrix, {"E": 1, "I": 1}, _alphas(1, dt), Power(K, N))
    return _model("ssn_two_units", network, 2, dt, "emitted.E", SSN)


def ssn_ring(units: int = 180, gain: float = 50.0, dt: float = 1.0) -> RecurrentModel:
    """The ring of Rubin et al. 2015 (as re-implemented): column i is the input of E and I at orientation i."""
    weights = ring_weights(units)
    network = RateNetwork(Columns(gain, 2), weights, {"E": units, "I": units}, _alphas(units, dt), Power(K, N))
    return _model("ssn_ring", network, units, dt, "emitted.E", SSN)


def normalizer(
    units: int = 20, s: float = 0.1, w: float = 1.0, gain: float = 1.0, tau: float = 10.0, dt: float = 1.0
) -> RecurrentModel:
    """r = d / (s + w mean r) at rest."""
    network = Normalizer(Columns(gain), units, s, w, dt / tau)
    return _model("recurrent_normalizer", network, units, dt, "emitted")


def ring_weights(units: int) -> torch.Tensor:
    """(2 units, 2 units), E before I: Gaussians of the difference in orientation; their sums are those of 180 units."""
    orientations = np.arange(units) * 180.0 / units
    apart = (np.subtract.outer(orientations, orientations) + 90) % 180 - 90
    kernel = torch.from_numpy(np.exp(-(apart**2) / (2 * SIGMA**2)) * 180.0 / units)
    excitatory = torch.cat([RING["EE"] * kernel, RING["IE"] * kernel])
    inhibitory = torch.cat([RING["EI"] * kernel, RING["II"] * kernel])
    return torch.cat([excitatory, -inhibitory], 1)


def ring_input(units: int, orientation: float = 90.0) -> np.ndarray:
    """(units,), the input of a grating of contrast 1: a Gaussian about its orientation."""
    apart = (np.arange(units) * 180.0 / units - orientation + 90) % 180 - 90
    return np.exp(-(apart**2) / (2 * SIGMA_INPUT**2))


def _alphas(units: int, dt: float) -> torch.Tensor:
    """dt / tau of E and I."""
    if not 0 < dt <= TAU_I:
        raise ModelError(f"these circuits need 0 < dt <= {TAU_I:g} ms, not {dt:g}")
    return torch.cat([torch.full((units,), dt / TAU_E), torch.full((units,), dt / TAU_I)])


def _model(
    name: str, network: torch.nn.Module, columns: int, dt: float, layer: str, citation: str = ""
) -> RecurrentModel:
    layers = [f"emitted.{part}" for part in network.sizes] if isinstance(network, RateNetwork) else [layer]
    return RecurrentModel(
        name,
        network,
        dt=dt,
        preprocessing=Preprocessing(columns, mean=(0.5,), std=(0.5,), channels=1, interpolation="nearest"),
        regions={"V1": layer},
        layers=layers,
        weights=Weights("none"),
        citation=citation,
    )
