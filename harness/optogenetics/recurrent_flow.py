"""The flow of excitation and inhibition at the site, step by step, intact and perturbed."""

from dataclasses import dataclass

import numpy as np

from harness.checks import checked
from harness.engine import AllUnits
from harness.errors import ArgumentError
from harness.optogenetics.design import Session


@dataclass(frozen=True)
class Flow:
    """Means over orientations and channels.

    Attributes:
        factors: by which the drive was multiplied; 1 first, the intact network.
        layers: class of cells -> its layer.
        traces: class -> (factors, steps), at the site.
        changes: class -> (factors, height, width), perturbed less intact in the last step.
    """

    factors: tuple[float, ...]
    layers: dict[str, str]
    traces: dict[str, np.ndarray]
    changes: dict[str, np.ndarray]


@checked(ArgumentError)
def flow(session: Session, frequency: float, contrast: float) -> Flow:
    """Record both classes everywhere while the drive of the patch is scaled by every factor of the design."""
    design = session.design
    layers = {"E": session.excitatory, **({"I": session.inhibitory} if session.inhibitory else {})}
    angles = design.angles[:: max(1, design.orientations // design.rescued)]
    shown = {f"{angle:g}": session.patch(angle, frequency, 90.0, contrast, session.diameter) for angle in angles}
    perturbations = [[session.drive(factor)] for factor in design.factors]
    found = session.record(shown, AllUnits(), list(layers.values()), every_step=True, perturbations=perturbations)
    traces, changes = {}, {}
    for cells, layer in layers.items():
        maps = np.array([one[layer].array().mean(0) for one in found], dtype=float)
        maps = maps.reshape(*maps.shape[:2], -1, *session.grid).mean(2)
        traces[cells] = maps[:, :, session.place[0], session.place[1]]
        changes[cells] = maps[:, -1] - maps[:1, -1]
    return Flow((1.0, *design.factors), layers, traces, changes)
