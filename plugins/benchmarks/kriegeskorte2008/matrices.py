"""Images and dissimilarity matrices from the published MATLAB files."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from harness.data import locate
from harness.errors import DataError
from harness.stimuli import StimulusSet

DATASET = "kriegeskorte2008_92objects"
PAPER = "Kriegeskorte_Neuron2008_supplementalData.mat"
N = 92
EXPOSURE = 300.0


@dataclass(frozen=True)
class Matrices:
    """Dissimilarities of the 92 objects.

    Attributes:
        human: (4, 92, 92), 1 - r between fMRI patterns in IT, mean over two sessions.
        monkey: (92, 92), 1 - r between patterns of 674 neurons of two macaques.
        judgements: (16, 92, 92), distances in which participants arranged the images.
    """

    human: np.ndarray
    monkey: np.ndarray
    judgements: np.ndarray


def load() -> Matrices:
    """All matrices.

    Raises:
        MissingData: if they are not here.
        DataError: if a file is not as published.
    """
    sessions = np.stack(
        [[_square(one.RDM) for one in participant] for participant in _read("92_brainRDMs.mat", "RDMs")]
    )
    published = {str(one.name): one.RDM for one in _read(PAPER, "RDMs_mIT_hIT_fig1")}
    judged = np.stack([_square(one.RDM) for one in _read("92_behavRDMs.mat", "rdms_behav_92")])
    return Matrices(sessions.mean(1), _square(published["mIT_674neurons"]), judged)


def stimuli(visual_degrees: float) -> StimulusSet:
    """The images on their grey ground, each for 300 ms, with `category`, `face`, `animal`, `human` and `natural`."""
    published = _read(PAPER, "stimuli_92objs")
    tags = {name: [int(getattr(one, name)) for one in published] for name in ("face", "animal", "human", "natural")}
    images = {f"object{number:02d}": np.asarray(one.image) for number, one in enumerate(published)}
    return StimulusSet.from_images(
        "Kriegeskorte2008",
        images,
        EXPOSURE,
        visual_degrees,
        background=128 / 255,
        category=[str(one.category) for one in published],
        **tags,
    )


def _read(name: str, variable: str) -> np.ndarray:
    from scipy.io import loadmat
    from scipy.io.matlab import MatReadError

    path = locate(DATASET) / name
    try:
        found: Any = loadmat(path, squeeze_me=True, struct_as_record=False)[variable]
    except (OSError, KeyError, ValueError, MatReadError) as error:
        raise DataError(f"'{path}' cannot be read as published ({error}); copy it again") from error
    return np.asarray(found)


def _square(values: np.ndarray) -> np.ndarray:
    """(92, 92) from a matrix or from its pairs."""
    from scipy.spatial.distance import squareform

    values = np.asarray(values, dtype=float)
    square = squareform(values) if values.ndim == 1 else values
    if square.shape != (N, N) or not np.isfinite(square).all():
        raise DataError(f"a dissimilarity matrix of {square.shape} was found where 92 x 92 finite ones are published")
    return square
