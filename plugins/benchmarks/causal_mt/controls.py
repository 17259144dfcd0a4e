"""MT whose columns a current drives, and MT whose columns it silences: controls."""

from dataclasses import replace
from typing import Any

import torch

from harness import load_model
from harness.models import Model
from harness_plugins.models.v1.filters import ORIENTATIONS, GaborBank
from harness_plugins.models.v1.motion import MotionEnergy

RATE, SIZE, DEGREES, STRIDE, STEP = 100.0, 64, 8.0, 8, 8.0


def columns_driven(benchmark: Any) -> Model:
    """Opponent motion energy, into whose columns a current flows."""
    return load_model("motion_energy", rate=RATE, size=SIZE, visual_degrees=DEGREES, stride=STRIDE, dt=STEP)


class Silenced(MotionEnergy):
    """Opponent motion energy in which a current drives the inhibition of a column alone."""

    def opposed(self, difference: torch.Tensor) -> torch.Tensor:
        """The response, from which is taken what a current adds to the drive."""
        return self.opponent(2 * difference - self.difference(difference))


def columns_silenced(benchmark: Any) -> Model:
    """The same, whose columns a current silences."""
    bank = GaborBank((1.0, 2.0), ORIENTATIONS, SIZE, DEGREES, STRIDE)
    return replace(columns_driven(benchmark), identifier="silenced columns", network=Silenced(bank, RATE, STEP))
