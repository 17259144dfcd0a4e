"""Crops of photographs with the contours that HED finds in them, for networks that learn from it (Hinton, Vinyals & Dean 2015,
"Distilling the knowledge in a neural network")."""

from importlib.util import find_spec
from pathlib import Path

import numpy as np
import torch

from harness.errors import MissingData
from harness.stimuli import Frame
from harness.store import file_digest
from harness.training import Rows, TrainingSet, as_bytes, memory_mapped, normalised
from harness_plugins.models.hed.model import load, published
from harness_plugins.training_sets.contours.boundaries import place

FOLDERS = {"skimage": "data", "sklearn": "datasets/images"}
PHOTOGRAPHS = {
    "skimage": "astronaut brick camera chelsea coffee coins grass gravel motorcycle_left rocket",
    "sklearn": "china flower",
}
"""Packages and the photographs in them."""
HELD_OUT = ("coffee", "flower")
"""For validation."""


def hed_contours(
    size: int = 96, channels: int = 3, crops: int = 60, weights: str = "pretrained", seed: int = 0
) -> TrainingSet:
    """Maps as targets, HED's after the logistic function. What each argument is stands in the plugin's registration.

    Raises:
        MissingData: if scikit-image is not installed.
        MissingWeights: if HED's are not there.
    """
    file = published() if weights == "pretrained" else Path(weights)
    train, validation, content = memory_mapped(
        cropped,
        size=size,
        channels=channels,
        crops=crops,
        weights=str(file),
        digests=[file_digest(each) for each in (file, *photographs())],
        seed=seed,
    )
    return TrainingSet(
        "hed_contours",
        train,
        validation,
        digest=content,
        summary="contours that HED, trained on BSDS500, finds in twelve photographs",
    )


def cropped(size: int, channels: int, crops: int, weights: str, digests: list[str], seed: int) -> dict[str, Rows]:
    """Random crops, of a map that HED has of the whole photograph; those of `HELD_OUT` are for validation.

    Args:
        digests: of the files that are read, so that others are read anew.
    """
    hed, rng = load(weights), np.random.default_rng(seed)
    pairs: dict[str, list[tuple[np.ndarray, np.ndarray]]] = {"train": [], "validation": []}
    for file in photographs():
        pixels = Frame(file).load().transpose(2, 0, 1)
        with torch.no_grad():
            frames = normalised(torch.tensor(pixels)[None] / 255, hed.preprocessing)
            contours = as_bytes(torch.sigmoid(hed.network(frames))[0].numpy())
        split = pairs["validation" if file.stem in HELD_OUT else "train"]
        for _ in range(crops):
            where = place(contours.shape[1:], size, rng)
            split.append((pixels[-channels:, *where], contours[:, *where]))
    return {split: Rows.of(*map(np.stack, zip(*these, strict=True))) for split, these in pairs.items()}


def photographs() -> list[Path]:
    """The files, in the packages' folders.

    Raises:
        MissingData: if a package is not installed, or has them no more.
    """
    found: list[Path] = []
    for package, names in PHOTOGRAPHS.items():
        spec = find_spec(package)
        folder = Path(next(iter((spec and spec.submodule_search_locations) or ()), package)) / FOLDERS[package]
        files = [file for name in names.split() for file in folder.glob(f"{name}.*")]
        if len(files) != len(names.split()):
            raise MissingData(
                f"photographs to train on come with scikit-image, and {folder} has none; pip install scikit-image"
            )
        found += files
    return found
