"""Training sets: images or movies with their targets, written once as bytes and read by index."""

import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch

from harness.checks import Count, Seed, checked, shown
from harness.errors import DataError
from harness.identity import digest, source_digest
from harness.paths import home
from harness.store import file_digest, folder_digest, owned_name
from harness.training.presentations import Held, Presentation

SPLITS = ("train", "validation")


@checked(DataError)
@dataclass(frozen=True)
class Rows:
    """Samples as they are made, before they are written.

    Attributes:
        shape: of all of them, the samples first: (samples, channels, y, x), or (samples, steps, channels, y, x) for movies.
        frames: one uint8 array for each sample, or an array of all.
        targets: labels (samples,), or uint8 maps (samples, 1, y, x); None where a movie is its own target.
    """

    shape: tuple[int, ...]
    frames: Iterable[np.ndarray]
    targets: np.ndarray | None = None

    @classmethod
    def of(cls, frames: np.ndarray, targets: np.ndarray | None = None) -> "Rows":
        """From arrays that fit into memory."""
        return cls(frames.shape, frames, targets)


@checked(DataError)
@dataclass(frozen=True)
class Samples:
    """Samples on disk; `frames` and `targets` as in `Rows`, as memory maps."""

    frames: np.ndarray
    targets: np.ndarray | None

    def __len__(self) -> int:
        return len(self.frames)

    def batch(self, rows: "list[int]") -> tuple[torch.Tensor, torch.Tensor]:
        """Frames (uint8) and targets (int64 labels or uint8 maps) of some samples; empty targets where there are none."""
        frames = torch.from_numpy(np.ascontiguousarray(self.frames[rows]))
        if self.targets is None:
            return frames, torch.empty(len(rows), 0)
        return frames, torch.from_numpy(np.ascontiguousarray(self.targets[rows]))


@checked(DataError)
@dataclass(frozen=True)
class TrainingSet:
    """Samples to train on and samples to validate on; none is in both.

    Attributes:
        identifier: name of the set.
        train, validation: the samples.
        classes: names of the labels.
        presentation: makes movies of a batch of images, in each epoch anew.
        digest: identity of the samples by content.
        summary: what is on them, in a few words; it is shown beside the scores of what was trained on them.
    """

    identifier: str
    train: Samples
    validation: Samples
    classes: tuple[str, ...] = ()
    presentation: Presentation = field(default_factory=Held)
    digest: str = ""
    summary: str = ""


@checked(DataError, pure=True)
def as_bytes(luminance: np.ndarray) -> np.ndarray:
    """Values in [0, 1], any shape, as uint8."""
    return np.clip(np.rint(luminance * 255), 0, 255).astype(np.uint8)


@checked(DataError)
def drawn_splits(samples: Count, seed: Seed) -> Iterator[tuple[str, int, np.random.Generator]]:
    """(split, how many, what they are drawn by) of samples drawn at random: a fifth as many for validation, of another seed."""
    for number, (split, count) in enumerate(zip(SPLITS, (samples, max(1, samples // 5)), strict=True)):
        yield split, count, np.random.default_rng([seed, number])


@checked(DataError)
def memory_mapped(
    make: Callable[..., Mapping[str, Rows]], *, files: Path | None = None, **arguments: Any
) -> tuple[Samples, Samples, str]:
    """The samples that `make(**arguments)` gives, written at the first call and mapped into memory.

    They lie in `training_sets` in `HARNESS_HOME`, under the digest of the arguments and of the code of `make`.

    Args:
        make: a function of a module, which gives `Rows` for "train" and "validation".
        files: a folder that `make` reads; when a file in it changes, the samples are written anew.
        arguments: plain values.

    Returns:
        Samples to train on, samples to validate on, and a digest of their content.

    Raises:
        DataError: if `make` is not a function of a module or gives something else, or if a split has no samples.
    """
    if getattr(sys.modules.get(make.__module__), make.__qualname__, None) is not make:
        raise DataError(f"{shown(make)} is not a function that a module has under its name; define it there with `def`")
    code = source_digest(f"{make.__module__}:{make.__qualname__}", without="harness")
    read = (folder_digest(files),) if files else ()
    folder = home() / "training_sets" / f"{make.__name__}-{digest(make.__module__, code, arguments, *read)[:16]}"
    if not folder.is_dir():
        _write(folder, _made(make(**arguments), make.__name__))
    content = {path.name: file_digest(path) for path in sorted(folder.glob("*.npy"))}
    train, validation = (_read(folder, split) for split in SPLITS)
    return train, validation, digest(content)


def _made(rows: Any, by: str) -> Mapping[str, Rows]:
    if isinstance(rows, Mapping) and all(isinstance(rows.get(split), Rows) for split in SPLITS):
        return rows
    raise DataError(f"{by} gives {shown(rows)}; it must give Rows for {' and '.join(map(repr, SPLITS))}")


def _write(folder: Path, rows: Mapping[str, Rows]) -> None:
    part = folder.parent / f".{owned_name()}.part"
    part.mkdir(parents=True)
    try:
        for split in SPLITS:
            _write_split(part, split, rows[split])
        part.replace(folder)
    except OSError:
        if not folder.is_dir():  # else another process has written the same
            raise
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _write_split(folder: Path, split: str, rows: Rows) -> None:
    if not rows.shape[0]:
        raise DataError(f"there is nothing in the part '{split}' of the training set; give it more samples")
    file = np.lib.format.open_memmap(folder / f"{split}.frames.npy", mode="w+", dtype=np.uint8, shape=rows.shape)
    for number, frame in enumerate(rows.frames):
        file[number] = frame
    file.flush()
    if rows.targets is not None:
        np.save(folder / f"{split}.targets.npy", rows.targets)


def _read(folder: Path, split: str) -> Samples:
    targets = folder / f"{split}.targets.npy"
    frames = np.load(folder / f"{split}.frames.npy", mmap_mode="r")
    return Samples(frames, np.load(targets, mmap_mode="r") if targets.is_file() else None)
