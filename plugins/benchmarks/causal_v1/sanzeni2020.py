"""The paradoxical effect of stimulating inhibition (Sanzeni et al. 2020)."""

from typing import TYPE_CHECKING, Any

import numpy as np

from harness.benchmarks import plain
from harness.benchmarks.physiology import Laboratory, Measured
from harness.brain_model import PerturbableBrainModel, perturbable
from harness.engine import CentreUnits
from harness.errors import NotMeasurable
from harness.perturbation import Fraction, Perturbation
from harness.stimuli import StimulusSet
from harness_plugins.benchmarks._causal import PopulationBenchmark, gratings
from harness_plugins.benchmarks.causal_v1 import SANZENI

if TYPE_CHECKING:
    from matplotlib.figure import Figure

DOSES = (0.01, 0.03, 0.1, 0.3, 1.0)
"""Currents into all inhibitory cells, in units of their mean rate without it; the first tells the initial slope."""
ORIENTATIONS = (0.0, 45.0, 90.0, 135.0)
CONTRASTS = (0.5, 1.0)
EXPOSURE, SETTLED = 400.0, 300.0
LEAST_DRIVE = 0.01
"""Of the typical inhibitory cell's rate; a cell with less is silent."""


class ParadoxicalEffect(PopulationBenchmark):
    """The initial slope of inhibitory rates with a current into all inhibitory cells, which is negative in cortex.

    A network that inhibition stabilises gives less inhibition when inhibitory cells are driven, because excitation falls by more.
    Gratings of 4 orientations and 2 contrasts fill the field of view for 400 ms; rates are means of the last 100. Currents act from
    the beginning on the drive of all inhibitory cells of V1. The slope of a cell is the relative change of its rate per unit
    of the current, which is in units of the mean inhibitory rate. Reported besides: rates at five currents (the sign may
    return where excitation is gone), the same current into half of the cells, and into excitatory cells instead.

    Not measurable is a model that declares no inhibitory cells in V1, or no drive of them.
    """

    identifier = "Sanzeni2020.V1-paradoxical"
    version = 1
    bibtex = SANZENI
    orders = {"inhibition_falls": "a small current into all inhibitory cells lowers their rates"}  # noqa: RUF012
    clear = {"inhibition_falls": 0.01}  # noqa: RUF012
    disabled = {"coupling strengths": "the fitted numbers are not established"}  # noqa: RUF012
    rows = "cells"

    def measure(self, laboratory: Laboratory) -> Measured:
        """The experiment on cells that gratings drive, whatever they are tuned to."""
        able = perturbable(laboratory.candidate)
        layers = {cells: able.population(self.region, cells) for cells in ("E", "I")}
        stimuli = gratings(laboratory.canvas, ORIENTATIONS, CONTRASTS, EXPOSURE)
        rest = _rates(able, stimuli, layers)
        inhibition = rest["I"]
        typical = float(np.median(inhibition[inhibition > 0])) if (inhibition > 0).any() else np.inf
        driven = np.flatnonzero(inhibition >= LEAST_DRIVE * typical)
        if len(driven) < 2:
            raise NotMeasurable(
                f"{len(driven)} inhibitory cells of {self.region} are driven by gratings; an experiment needs two"
            )
        chosen = np.sort(np.random.default_rng(self.seed).permutation(driven)[: self.units])
        unit = float(inhibition[driven].mean())
        curves = {dose: _rates(able, stimuli, layers, self._into("I", dose * unit)) for dose in DOSES}
        changes = (curves[DOSES[0]]["I"] - inhibition)[chosen] / inhibition[chosen] / DOSES[0]
        details = {
            "doses": [0.0, *DOSES],
            "curves": {
                cells: plain([rest[cells].mean(), *(one[cells].mean() for one in curves.values())]) for cells in layers
            },
            "slopes": plain(changes),
            "controls": self._controls(able, stimuli, layers, rest, DOSES[0] * unit),
        }
        return Measured({}, {"inhibition_falls": -changes}, details)

    def _into(self, cells: str, current: float) -> Perturbation:
        return Perturbation(self.region, "add", current, units=cells, point="drive")

    def _controls(
        self,
        able: PerturbableBrainModel,
        stimuli: StimulusSet,
        layers: dict[str, str],
        rest: dict[str, np.ndarray],
        current: float,
    ) -> dict[str, Any]:
        """Relative changes of inhibition by matched perturbations."""
        half = Perturbation(layers["I"], "add", current, units=Fraction(0.5, self.seed), point="drive")
        done = {
            "no current": self._into("I", 0.0),
            "into excitatory cells": self._into("E", current),
            "into half of the inhibitory cells": half,
        }
        found = {name: _rates(able, stimuli, layers, one)["I"].mean() for name, one in done.items()}
        return {name: plain(rate / rest["I"].mean() - 1) for name, rate in found.items()}

    def figure(self, details: dict[str, Any]) -> "Figure":
        """Mean rates over currents, and the slopes of cells."""
        from harness_plugins.benchmarks.causal_v1.figure import paradox

        return paradox(details)


def _rates(
    able: PerturbableBrainModel, stimuli: StimulusSet, layers: dict[str, str], done: Perturbation | None = None
) -> dict[str, np.ndarray]:
    """Class of cells -> (cells,), mean settled rates."""
    candidate = able.perturbed(done) if done else able
    found = candidate.record_layers(stimuli, list(layers.values()), [(SETTLED, EXPOSURE)], CentreUnits())
    return {cells: np.asarray(found[layer].array(), dtype=float)[:, 0].mean(0) for cells, layer in layers.items()}
