"""Training images of data sets that torchvision fetches; their test images are left for benchmarks."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from torchvision import datasets

from harness.errors import MissingData
from harness.models import Preprocessing
from harness.paths import home
from harness.training import Rows, TrainingSet, as_bytes, memory_mapped

BLACK = (0.0, 0.0, 0.0)


def load(name: str, size: int = 32, channels: int = 3, folder: str | None = None, held_out: int = 10) -> TrainingSet:
    """A class for each label. What each argument is stands in the plugin's registration.

    Raises:
        MissingData: if the files are not here and cannot be fetched.
    """
    where = str(Path(folder).expanduser() if folder else home() / "training_data")
    source = fetched(name, where)
    train, validation, content = memory_mapped(
        images, name=name, where=where, size=size, channels=channels, held_out=held_out
    )
    return TrainingSet(
        name, train, validation, classes=tuple(source.classes), digest=content, summary=f"{name}'s training images"
    )


def images(name: str, where: str, size: int, channels: int, held_out: int) -> dict[str, Rows]:
    """Every training image at a size."""
    source = fetched(name, where)
    labels, validation = np.asarray(source.targets), np.arange(len(source)) % held_out == 0
    placing = Preprocessing(size, channels=channels)  # type: ignore[arg-type]

    def placed(rows: np.ndarray) -> Iterator[np.ndarray]:
        return (as_bytes(placing.place(np.asarray(source[row][0].convert("RGB")), 1.0, BLACK).numpy()) for row in rows)

    return {
        split: Rows((len(rows), channels, size, size), placed(rows), labels[rows].astype(np.int64))
        for split, rows in (("train", np.flatnonzero(~validation)), ("validation", np.flatnonzero(validation)))
    }


def fetched(name: str, where: str) -> Any:
    """The set, from its folder or from where torchvision fetches it."""
    try:
        return getattr(datasets, name)(where, train=True, download=True)
    except Exception as error:  # the library has an error for each of its sources
        raise MissingData(
            f"{name} is neither in '{where}' nor can it be fetched ({type(error).__name__}); connect to the network once, or put "
            "the published files there"
        ) from error
