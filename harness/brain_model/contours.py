"""Contours of an image in a model that was made to find them, as an image, also in every step of the model."""

from dataclasses import dataclass

import numpy as np

from harness.brain_model.protocol import BrainModel
from harness.checks import Positive, checked
from harness.errors import ModelError
from harness.stimuli import StimulusSet, TimeBin, mirrored_square, part_of_square, successive_bins


@dataclass(frozen=True)
class ContourMaps:
    """Maps of contours over time.

    Attributes:
        time_bins: [start, end) in ms from the onset of the image; one for a model without time.
        maps: (bins, height, width) of the image's own size, from 0 to 1: the model's map through the logistic function.
    """

    time_bins: list[TimeBin]
    maps: np.ndarray

    def image(self, number: int = -1) -> np.ndarray:
        """(height, width) uint8, white where contours are; the last bin if not told otherwise."""
        return np.asarray(np.round(255 * self.maps[number]), dtype=np.uint8)


@checked(ModelError)
def contour_maps(candidate: BrainModel, image: np.ndarray, exposure: Positive = 200.0) -> ContourMaps:
    """Show an image and record the layer that the model declares as its contours.

    The image stands between its own mirror images in a square that fills the field of view, so that its edge is no contour.

    Args:
        image: (height, width[, 3]), uint8, or float in [0, 1].
        exposure: ms for which it is shown; a model with time steps gives a map of each.

    Raises:
        ModelError: if the model declares no contours, or what it declares is not one map.
    """
    from scipy.special import expit

    from harness.engine import AllUnits

    if candidate.contours is None:
        raise ModelError(
            f"'{candidate.identifier}' declares no contours; take a model that was made to find them "
            "(harness list models --tag contours)"
        )
    stimuli = StimulusSet.from_images("image", {"image": mirrored_square(image)}, duration=exposure)
    bins = _steps(candidate.time_step, exposure)
    responses = candidate.record_layers(stimuli, [candidate.contours], bins, AllUnits())[candidate.contours]
    units, values = responses.units, responses.array()[0]
    shape = [int(axis.max()) + 1 for axis in (units.channel, units.y, units.x)]
    if shape[0] != 1 or units.y.min() < 0 or np.prod(shape) != values.shape[1]:
        raise ModelError(
            f"'{candidate.contours}', which '{candidate.identifier}' declares as its contours, is not a single map"
        )
    fields = values.reshape(-1, *shape[1:])
    size = image.shape[0], image.shape[1]
    return ContourMaps(bins, np.array([expit(part_of_square(field, size)) for field in fields]))


def _steps(step: float | None, exposure: float) -> list[TimeBin]:
    if step is None or step >= exposure:
        return [(0.0, exposure)]
    return successive_bins(0.0, exposure, step)
