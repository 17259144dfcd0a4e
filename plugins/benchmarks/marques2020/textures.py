"""Textures and their noise (Freeman, Ziemba, Heeger, Simoncelli & Movshon 2013), as Marques et al. (2021) show and measure them.

The images are Brain-Score's, 8 degrees wide with an aperture of 4 degrees half a degree to the right of and below the middle;
here they are moved so that the aperture lies on the receptive fields.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from harness.errors import DataError
from harness.stimuli import Frame, StimulusSet, Timeline

if TYPE_CHECKING:
    from harness.assemblies import BrainIOStimulusSet

IMAGES = "FreemanZiemba2013_properties"
DEGREES = 8.0
APERTURE = (0.5, -0.5)
"""(x, y) degrees of its centre, upwards."""
GREY = 128
SHOWN = 170.0
"""ms."""
COLUMNS = ["type", "family", "sample"]
AT_ONCE = 90
COUNTED = 0.1
"""Seconds over which spikes were counted."""
OFFSET = 0.02
"""Added to both variances, so that their ratio is defined."""


def load() -> "BrainIOStimulusSet":
    """Brain-Score's table of the images, in the order noise and texture, families, samples.

    Raises:
        MissingData: if they are not available.
        DataError: if the table is not a complete crossing.
    """
    from harness.data import load_stimulus_set

    table = load_stimulus_set(IMAGES)
    lacking = [column for column in COLUMNS if column not in table]
    if lacking or len(table) != np.prod([table[column].nunique() for column in COLUMNS]):
        raise DataError(f"the images of '{IMAGES}' do not cross type, family and sample; fetch them again")
    return table.sort_values(COLUMNS)


def crossing(table: "BrainIOStimulusSet") -> tuple[int, int, int]:
    """How many types (noise and texture), families and samples there are."""
    types, families, samples = (int(table[column].nunique()) for column in COLUMNS)
    return types, families, samples


def images(table: "BrainIOStimulusSet", centre: tuple[float, float]) -> Iterator[StimulusSet]:
    """The images with their aperture at (x, y) degrees, in their order and in several sets."""
    paths = table.stimulus_paths
    for first in range(0, len(table), AT_ONCE):
        part = pd.DataFrame(table.iloc[first : first + AT_ONCE])
        rows = pd.DataFrame({"stimulus_id": part["stimulus_id"].astype(str), **{c: part[c] for c in COLUMNS}})
        shown = [Timeline.still(_moved(paths[name], centre), SHOWN) for name in part["stimulus_id"]]
        yield StimulusSet("marques2020-textures", rows.reset_index(drop=True), shown, DEGREES, GREY / 255)


def _moved(path: str | Path, centre: tuple[float, float]) -> np.ndarray:
    """The image with its aperture at the centre; what leaves it at one border and enters at the other is grey."""
    pixels = Frame(path).load(GREY / 255)
    shift = APERTURE[1] - centre[1], centre[0] - APERTURE[0]  # downwards, to the right
    return np.roll(pixels, [round(degrees * len(pixels) / DEGREES) for degrees in shift], (0, 1))


def modulation(rates: np.ndarray) -> np.ndarray:
    """(units,), mean over families of (texture - noise) / (texture + noise), of the means over samples."""
    noise, texture = np.moveaxis(rates.mean(3), 1, 0)
    with np.errstate(invalid="ignore", divide="ignore"):
        indices = (texture - noise) / (texture + noise)
    defined = np.isfinite(indices)
    return np.where(defined, indices, 0).sum(1) / np.where(defined.any(1), defined.sum(1), np.nan)


def sparseness(responses: np.ndarray) -> np.ndarray:
    """(units,), (1 - mean(r)^2 / mean(r^2)) / (1 - 1/n) over n stimuli: 0 for equal responses, 1 for a response to one only.

    Args:
        responses: (units, n).
    """
    n = responses.shape[1]
    with np.errstate(invalid="ignore", divide="ignore"):
        return (1 - responses.mean(1) ** 2 / (responses**2).mean(1)) / (1 - 1 / n)


def variance_ratio(rates: np.ndarray) -> np.ndarray:
    """(units,), variance between families over that between samples of a family, each as a share of their sum, of counts whose
    variance is made equal (Freeman & Tukey): the components of a nested analysis of variance.

    Args:
        rates: (units, families, samples), the blank not subtracted.
    """
    counts = np.maximum(rates, 0) * COUNTED
    stable = np.sqrt(counts) + np.sqrt(counts + 1)
    samples = rates.shape[2]
    within = stable.var(2, ddof=1).mean(1)
    between = stable.mean(2).var(1, ddof=1) - within / samples
    with np.errstate(invalid="ignore", divide="ignore"):
        return (between / (within + between) + OFFSET) / (within / (within + between) + OFFSET)
