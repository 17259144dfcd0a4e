"""Conditions, the images at hand for them, and the accuracies of participants and published networks."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from harness.data import locate, read_table

DATASET = "maniquet2025_masking"
CATEGORIES = ("person", "cat", "bird", "tree", "banana", "firehydrant", "bus", "building")
ALL = 17
CONTROL = "control"
LOW_PASS = "scrambling_lowpass"  # of which exemplars 1 and 2 are at hand
ABSENT = ("clutter_light", "clutter_heavy", "scrambling_highpass")
FOLDERS = {"deletion": "deletion", "blobs": "blobs", "partial_viewing": "occluder"}
"""The tables' names of the occlusions, and of the folders that hold them: in `occluder` objects are seen through apertures."""
OCCLUSIONS = tuple(
    f"occlusion_{size}_{kind}_{level}"
    for size in ("few_large", "many_small")
    for kind in FOLDERS
    for level in ("low", "high")
)
CONDITIONS = (CONTROL, LOW_PASS, *OCCLUSIONS)
SHORT = {CONTROL: "control", LOW_PASS: "low-pass"} | {
    name: name.removeprefix("occlusion_")
    .replace("partial_viewing", "apertures")
    .replace("few_large_", "large ")
    .replace("many_small_", "small ")
    .replace("_", " ")
    for name in OCCLUSIONS
}


@dataclass(frozen=True)
class Published:
    """Accuracies in `CONDITIONS`.

    Attributes:
        participants: (2, conditions), without and with a mask; means over all exemplars, which are more than those at hand.
        errors: (2, conditions), their standard errors.
        networks: name -> (conditions,), mean over 20 seeds; images without a mask, and without a limit of time.
    """

    participants: np.ndarray
    errors: np.ndarray
    networks: dict[str, np.ndarray]


def load() -> Published:
    """The authors' tables."""
    folder = locate(DATASET) / "derived"
    human = read_table(folder / "human_by_condition.csv").set_index("condition").loc[list(CONDITIONS)]
    networks = read_table(folder / "published_model_accuracy.csv").groupby("model")[list(CONDITIONS)].mean()
    return Published(
        human[["no mask accuracy", "mask accuracy"]].to_numpy().T,
        human[["sem no mask accuracy", "sem mask accuracy"]].to_numpy().T,
        {str(name): row.to_numpy() for name, row in networks.iterrows()},
    )


def images(condition: str) -> dict[tuple[str, int], Path]:
    """The files at hand by category and exemplar."""
    folder = locate(DATASET) / "stimuli" / _folder(condition)
    found = {}
    for path in sorted(folder.glob("*.png")):
        name = path.stem.rstrip("0123456789")
        category = next(each for each in CATEGORIES if name.endswith(each))
        found[category, int(path.stem[len(name) :])] = path
    return found


def _folder(condition: str) -> str:
    if condition in (CONTROL, LOW_PASS):
        return {CONTROL: "control", LOW_PASS: "phase_scrambling/lowpass"}[condition]
    size = "few_large" if "few_large" in condition else "many_small"
    kind = condition.removeprefix(f"occlusion_{size}_").rsplit("_", 1)[0]
    return f"occlusion/{size}/{FOLDERS[kind]}/{condition.rsplit('_', 1)[1]}"
