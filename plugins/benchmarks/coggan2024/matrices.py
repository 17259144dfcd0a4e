"""The correlation matrices. Their assembly is presentation x presentation x neuroid; a neuroid is a region of a
subject.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from harness.assemblies import walk_coords
from harness.brain_model import from_brainio
from harness.data import entry, load_assembly, load_stimulus_set
from harness.errors import DataError
from harness.stimuli import StimulusSet

IDENTIFIER = "Coggan2024_fMRI"


@dataclass(frozen=True)
class Similarities:
    """Correlations between response patterns.

    Attributes:
        matrices: (n_subjects_and_regions, n_conditions, n_conditions), symmetric.
        maps: one row per matrix: `subject`, `region`.
        conditions: one row per condition, with `object_name` and the kind of occlusion.
    """

    matrices: np.ndarray
    maps: pd.DataFrame
    conditions: pd.DataFrame


def load() -> Similarities:
    """All subjects and regions.

    Raises:
        DataError: if the assembly is not a stack of symmetric matrices.
    """
    assembly = load_assembly(IDENTIFIER)
    axis = assembly.dims.index("neuroid")
    matrices = np.moveaxis(assembly.values, axis, 0)
    if matrices.ndim != 3 or not np.allclose(matrices, matrices.transpose(0, 2, 1), equal_nan=True):
        raise DataError(f"'{IDENTIFIER}' is not a stack of symmetric matrices; fetch it again")
    tables = {
        dim: pd.DataFrame(
            {str(n): v for n, dims, v in walk_coords(assembly) if set(dims) == {dim} and np.ndim(v) == 1 and n != dim}
        )
        for dim in ("neuroid", "presentation")
    }
    return Similarities(matrices, tables["neuroid"], tables["presentation"])


def stimuli(duration: float = 1000.0) -> StimulusSet:
    """The images, each shown for `duration` ms."""
    return from_brainio(load_stimulus_set(entry(IDENTIFIER).stimuli), duration)
