"""Folders of images or videos, each resized to the model's field of view."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from harness import load_stimuli
from harness.errors import MissingData
from harness.models import Preprocessing
from harness.stimuli import SUFFIXES, Frame
from harness.training import Rows, TrainingSet, as_bytes, memory_mapped

BLACK = (0.0, 0.0, 0.0)


def image_folder(folder: str, size: int = 224, channels: int = 3, held_out: int = 10) -> TrainingSet:
    """A class for each folder. What each argument is stands in the plugin's registration.

    Raises:
        MissingData: if there are no images in folders.
    """
    where = str(Path(folder).expanduser().resolve())
    train, validation, content = memory_mapped(
        images, files=Path(where), folder=where, size=size, channels=channels, held_out=held_out
    )
    return TrainingSet(
        "image_folder", train, validation, classes=classes_of(where), digest=content, summary=f"images of {where}"
    )


def video_folder(
    folder: str,
    size: int = 112,
    channels: int = 3,
    held_out: int = 10,
    steps: int = 12,
    dt: float = 100.0,
    frame_rate: float | None = None,
) -> TrainingSet:
    """A class for each folder, a movie for each video. What each argument is stands in the plugin's registration.

    Raises:
        MissingData: if there are no videos in folders.
    """
    where = str(Path(folder).expanduser().resolve())
    train, validation, content = memory_mapped(
        videos,
        files=Path(where),
        folder=where,
        size=size,
        channels=channels,
        held_out=held_out,
        steps=steps,
        dt=float(dt),
        frame_rate=frame_rate,
    )
    return TrainingSet(
        "video_folder", train, validation, classes=classes_of(where), digest=content, summary=f"videos of {where}"
    )


def images(folder: str, size: int, channels: int, held_out: int) -> dict[str, Rows]:
    """Every image file of every class."""

    def one(path: Path) -> np.ndarray:
        return _fitted(Frame(path).load(), size, channels)

    return _rows(folder, held_out, lambda path: path.suffix.lower() in SUFFIXES, one, (channels, size, size))


def videos(
    folder: str, size: int, channels: int, held_out: int, steps: int, dt: float, frame_rate: float | None
) -> dict[str, Rows]:
    """The first frames of every video, or folder of frames, of every class."""

    def one(path: Path) -> np.ndarray:
        listed = path.name if path.is_file() else None
        shown = load_stimuli("videos", folder=str(path.parent if listed else path), frame_rate=frame_rate)
        [name] = [each for each in shown.ids if listed is None or Path(each).stem == path.stem][:1]
        timeline = shown.timeline(name)
        return np.stack([_fitted(timeline.at(step * dt), size, channels) for step in range(steps)])

    return _rows(folder, held_out, lambda _: True, one, (steps, channels, size, size))


def classes_of(folder: str) -> tuple[str, ...]:
    """Names of the folders.

    Raises:
        MissingData: if there are none.
    """
    root = Path(folder)
    inner = root / "train" if (root / "train").is_dir() else root
    found = tuple(sorted(path.name for path in inner.iterdir() if path.is_dir())) if inner.is_dir() else ()
    if not found:
        raise MissingData(f"'{folder}' has no folders, one for each class; check the path")
    return found


def _rows(
    folder: str,
    held_out: int,
    wanted: Callable[[Path], bool],
    one: Callable[[Path], np.ndarray],
    shape: tuple[int, ...],
) -> dict[str, Rows]:
    root, classes = Path(folder), classes_of(folder)
    listed: dict[str, list[tuple[Path, int]]] = {"train": [], "validation": []}
    parts = (root / "train", root / "val")
    divided = all(part.is_dir() for part in parts)
    for label, name in enumerate(classes):
        for split, part in zip(listed, parts, strict=True):
            files = sorted(path for path in ((part if divided else root) / name).glob("*") if wanted(path))
            last = split == "validation"
            kept = files if divided else [file for k, file in enumerate(files) if (k % held_out == 0) == last]
            listed[split] += [(file, label) for file in kept]

    def drawn(files: list[tuple[Path, int]]) -> Iterator[np.ndarray]:
        return (one(path) for path, _ in files)

    return {
        split: Rows((len(files), *shape), drawn(files), np.array([label for _, label in files], dtype=np.int64))
        for split, files in listed.items()
    }


def _fitted(pixels: np.ndarray, size: int, channels: int) -> np.ndarray:
    """(channels, size, size) uint8, the whole image in a square."""
    placed = Preprocessing(size, channels=channels).place(pixels, 1.0, BLACK)  # type: ignore[arg-type]
    return as_bytes(placed.numpy())
