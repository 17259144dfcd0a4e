"""Crops of images with the boundaries that participants drew in them, from a folder laid out as BSDS500."""

from pathlib import Path

import numpy as np

from harness.data import is_available, locate
from harness.errors import ArgumentError, MissingData
from harness.stimuli import Frame
from harness.store import file_digest
from harness.training import Rows, TrainingSet, memory_mapped
from harness_plugins.benchmarks.bsds500.images import DATASET
from harness_plugins.benchmarks.bsds500.images import boundaries as annotators_of


def boundaries(
    folder: str,
    size: int = 224,
    channels: int = 3,
    part: str = "train",
    crops: int = 4,
    held_out: int = 5,
    seed: int = 0,
) -> TrainingSet:
    """Maps as targets: the share of annotators who drew a boundary. What each argument is stands in the plugin's registration.

    Raises:
        MissingData: if the folder has no images with boundaries; an image without them is never taken for one without contours.
        ArgumentError: for images that BSDS500-contours shows.
    """
    train, validation, content = memory_mapped(
        cropped,
        files=Path(folder),
        folder=str(Path(folder).resolve()),
        size=size,
        channels=channels,
        part=part,
        crops=crops,
        held_out=held_out,
        seed=seed,
    )
    return TrainingSet(
        "boundaries", train, validation, digest=content, summary=f"boundaries in images of {Path(folder).name}"
    )


def cropped(folder: str, size: int, channels: int, part: str, crops: int, held_out: int, seed: int) -> dict[str, Rows]:
    """Random crops; those of every `held_out`-th image are for validation."""
    root = Path(folder)
    inner = part if (root / "images" / part).is_dir() else ""
    files = sorted((root / "images" / inner).glob("*.jpg"))
    truth = {file: root / "groundTruth" / inner / f"{file.stem}.mat" for file in files}
    if missing := [file.name for file in files if not truth[file].is_file()]:
        raise MissingData(
            f"'{missing[0]}' in '{folder}' has no boundaries; add groundTruth/{inner}*.mat, or take the image out"
        )
    refuse_shown(files, part)
    if len(files) < 2:
        raise MissingData(f"'{folder}' has no images/{inner}*.jpg with groundTruth/{inner}*.mat of the same names")
    rng, frames, maps, numbers = np.random.default_rng(seed), [], [], []
    for number, file in enumerate(files):
        pixels = Frame(file).load().transpose(2, 0, 1)[-channels:]
        drawn = np.rint(255 * np.mean(annotators_of(truth[file]), 0)).astype(np.uint8)[None]
        for _ in range(crops):
            where = place(drawn.shape[1:], size, rng)
            frames.append(pixels[:, *where])
            maps.append(drawn[:, *where])
            numbers.append(number)
    validation = np.array(numbers) % held_out == 0
    rows = {"train": ~validation, "validation": validation}
    return {split: Rows.of(np.stack(frames)[these], np.stack(maps)[these]) for split, these in rows.items()}


def refuse_shown(files: list[Path], part: str) -> None:
    """Refuse the images of the benchmark: those of the test part, and, where the benchmark's data are here, the same files.

    Raises:
        ArgumentError: if they are among the files.
    """
    here = is_available(DATASET)
    shown = {file_digest(file) for file in (locate(DATASET) / "images").rglob("*.jpg")} if here else set()
    if part == "test" or any(file_digest(file) in shown for file in files):
        raise ArgumentError(
            f"BSDS500-contours shows images of '{files[0].parent if files else part}'; train on part=train or part=val"
        )


def place(shape: tuple[int, ...], size: int, rng: np.random.Generator) -> tuple[slice, slice]:
    """A crop at random of an image (height, width).

    Raises:
        MissingData: if the image is smaller.
    """
    if min(shape) < size:
        raise MissingData(
            f"an image of {shape[0]} x {shape[1]} pixels has no crop of {size}; give the model a smaller size"
        )
    top, left = (int(rng.integers(0, length - size + 1)) for length in shape)
    return slice(top, top + size), slice(left, left + size)
