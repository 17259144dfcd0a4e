"""Brain-Score's `perturb`: inactivation and stimulation at a place in tissue, by the parameters of the experiment.

It is for networks that place the units of a layer in tissue. From dose to units:

- muscimol silences all within 1 mm of 1 ul and none beyond 2 mm, linearly between (autoradiography of Arikan et al. 2002, read from
  their figure); distances grow with the cube root of the amount;
- microstimulation recruits a unit with a probability that falls to 0.5 and 0.1 at distances which grow with the current (digitised
  from Kumaravelu et al. 2021);
- optogenetic suppression deletes 27 % of what is emitted within 0.95 mm of the fibre (Afraz et al. 2015 report 17 to 36 % for most
  sites; light of Chow et al. 2010).
"""

from collections.abc import Mapping
from typing import Any, Protocol, runtime_checkable

import numpy as np

from harness.checks import Positive, checked
from harness.errors import ArgumentError, BenchmarkError, NotPerturbable
from harness.models import Model
from harness.perturbation import Perturbation

COMPLETE, NONE = 1.0, 2.0
CURRENTS = (15.0, 30.0, 50.0, 100.0)
HALF, TENTH = (0.032, 0.102, 0.172, 0.291), (0.117, 0.352, 0.585, 0.980)
"""uA, and mm at which half and a tenth of the units are recruited."""
LIGHT, DELETED = 0.95, 0.27
KINDS = ("muscimol", "microstimulation", "optogenetic_suppression")


@runtime_checkable
class InTissue(Protocol):
    """A network that places the units of its layers in tissue."""

    def tissue(self, layer: str) -> np.ndarray:
        """(units, 2), the place of every unit of a layer in mm, channel by channel."""


@checked(BenchmarkError)
def in_tissue(model: Model, kind: Any, region: str, parameters: Mapping[str, Any]) -> Perturbation:
    """An experiment on tissue as a perturbation of a region.

    Args:
        kind: one of `KINDS`, or Brain-Score's enumeration of the same names.
        parameters: `location` (x, y) in mm; `amount_microliter`; `current_pulse_mA` (which holds uA), `stimulation_onset_ms`,
            `stimulation_duration_ms`, `strength` (in units of the layer, 1 if not given), `seed`; `laser_pulse_duration_ms`.

    Raises:
        NotPerturbable: if the network has no tissue.
        BenchmarkError: for an unknown kind, or without a location.
    """
    name = str(getattr(kind, "name", kind))
    if name not in KINDS:
        raise BenchmarkError(f"there is no perturbation '{name}'; there are {', '.join(KINDS)}")
    layer = model.layer_of(region)
    if not isinstance(model.network, InTissue):
        raise NotPerturbable(f"'{model.identifier}' does not place the units of {region} in tissue")
    if "location" not in parameters:
        raise BenchmarkError(f"'{name}' needs a location (x, y) in mm")
    distance = np.hypot(*(np.asarray(model.network.tissue(layer), dtype=float) - np.asarray(parameters["location"])).T)
    return {"muscimol": _muscimol, "microstimulation": _current, "optogenetic_suppression": _light}[name](
        region, distance, parameters
    )


@checked(ArgumentError, pure=True)
def recruitment(distance: np.ndarray, current: Positive) -> np.ndarray:
    """The probability that a current in uA recruits a unit at a distance in mm."""
    half, tenth = (
        float(np.exp(np.interp(np.log(current), np.log(CURRENTS), np.log(known)))) for known in (HALF, TENTH)
    )
    steepness = np.log(9) / np.log(tenth / half)
    return 1 / (1 + (np.asarray(distance, dtype=float) / half) ** steepness)


def _muscimol(region: str, distance: np.ndarray, parameters: Mapping[str, Any]) -> Perturbation:
    spread = float(parameters.get("amount_microliter", 1.0)) ** (1 / 3)
    left = np.clip((distance / spread - COMPLETE) / (NONE - COMPLETE), 0, 1)
    return Perturbation(region, "scale", left)


def _current(region: str, distance: np.ndarray, parameters: Mapping[str, Any]) -> Perturbation:
    onset = float(parameters.get("stimulation_onset_ms", 0.0))
    end = onset + float(parameters.get("stimulation_duration_ms", np.inf))
    drawn = np.random.default_rng(int(parameters.get("seed", 0))).random(len(distance))
    recruited = drawn < recruitment(distance, float(parameters.get("current_pulse_mA", 50.0)))
    return Perturbation(region, "add", float(parameters.get("strength", 1.0)), units=recruited, window=(onset, end))


def _light(region: str, distance: np.ndarray, parameters: Mapping[str, Any]) -> Perturbation:
    end = float(parameters.get("laser_pulse_duration_ms", np.inf))
    return Perturbation(region, "scale", np.where(distance <= LIGHT, 1 - DELETED, 1.0), window=(0.0, end))
