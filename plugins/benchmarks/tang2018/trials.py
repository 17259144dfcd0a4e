"""Participants' choices, and the images that stand in for the stimuli."""

from dataclasses import dataclass

import numpy as np

from harness.data import locate

DATASET = "tang2018_occlusion_masking"
CATEGORIES = ("animal", "chair", "face", "fruit", "vehicle")
SOAS = (25.0, 50.0, 75.0, 100.0, 150.0)
PER_CATEGORY = 65


@dataclass(frozen=True)
class Participants:
    """Answers by participant and condition: the SOAs without a mask, then the SOAs with one.

    Attributes:
        right, trials: (participants, 10), numbers of right answers and of trials.
        black: mean percentage of the image that was occluded.
    """

    right: np.ndarray
    trials: np.ndarray
    black: float

    @property
    def accuracy(self) -> np.ndarray:
        """(participants, 10)."""
        return self.right / self.trials


def participants() -> Participants:
    """All 13,000 trials of the 21 participants."""
    with np.load(locate(DATASET) / "derived" / "trials_v2.npz", allow_pickle=False) as table:
        _, participant = np.unique(table["subject"], return_inverse=True)
        soa = np.searchsorted(SOAS, np.round(table["soa"] * 1000))
        condition = soa + len(SOAS) * table["masked"].astype(int)
        shape = participant.max() + 1, 2 * len(SOAS)
        right, trials = np.zeros(shape), np.zeros(shape)
        np.add.at(right, (participant, condition), table["correct"])
        np.add.at(trials, (participant, condition), 1)
        return Participants(right, trials, float(table["black"].mean()))


def images() -> dict[str, np.ndarray]:
    """The 325 example images by `CATEGORY_NN`: (256, 256, 3) uint8.

    Image i carries the occluders of trial i but the object number i, so it is no trial's image. Categories come in
    blocks of 60, and of 5 from number 301 on.
    """
    import scipy.io

    images = scipy.io.loadmat(locate(DATASET) / "KLAB325-occluded.mat")["img_mat"][0]
    named = {}
    for number, category in enumerate(CATEGORIES):
        members = [*range(60 * number, 60 * number + 60), *range(300 + 5 * number, 305 + 5 * number)]
        for position, index in enumerate(members):
            named[f"{category}_{position:02d}"] = np.repeat(images[index][:, :, None], 3, axis=2)
    return named
