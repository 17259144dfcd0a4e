"""The Berkeley images and the boundaries that participants drew in them."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from harness import Frame, StimulusSet
from harness.data import locate
from harness.errors import BenchmarkError, MissingData

DATASET = "bsds500_subset"
TEST_IMAGES = 200


@dataclass(frozen=True)
class Images:
    """Images with several annotators' boundaries.

    Attributes:
        stimuli: square frames, in whose middle an image stands between its own mirror images, so that its end is no contour.
        annotators: of every image, masks (height, width) of the image's own size.
    """

    stimuli: StimulusSet
    annotators: list[list[np.ndarray]]

    def __post_init__(self) -> None:
        if len(self.stimuli) != len(self.annotators):
            raise BenchmarkError(
                f"{len(self.stimuli)} images need as many lists of boundaries, not {len(self.annotators)}"
            )
        if (fewest := min(len(masks) for masks in self.annotators)) < 2:
            raise BenchmarkError(f"every image needs two annotators or more, who can agree; one has {fewest}")

    @property
    def shapes(self) -> list[tuple[int, int]]:
        """(height, width) of every image."""
        return [(masks[0].shape[0], masks[0].shape[1]) for masks in self.annotators]


def load(images: int | None, exposure: float, folder: str | Path | None = None) -> Images:
    """The first `images` images by name.

    Args:
        folder: holds `images` and `groundTruth`, or both with a folder `test` in them as published; the subset if not given.

    Raises:
        MissingData: if the data set is not here, or a folder holds no images with boundaries.
    """
    root = locate(DATASET) if folder is None else Path(folder)
    part = "test" if (root / "images" / "test").is_dir() else ""
    files = sorted((root / "images" / part).glob("*.jpg"))
    files = [file for file in files if (root / "groundTruth" / part / f"{file.stem}.mat").is_file()]
    if not files:
        raise MissingData(f"'{root}' has no images/*.jpg with groundTruth/*.mat of the same names; check `folder`")
    if images is not None and not 2 <= images <= len(files):
        raise BenchmarkError(f"there are {len(files)} images; ask for 2 to {len(files)}, not {images}")
    files = files[:images]
    drawn = [boundaries(root / "groundTruth" / part / f"{file.stem}.mat") for file in files]
    return of({file.stem: Frame(file).load() for file in files}, drawn, exposure)


def of(images: dict[str, np.ndarray], annotators: list[list[np.ndarray]], exposure: float) -> Images:
    """Images (height, width[, 3]) by name, each shown for `exposure` ms in a square that fills the field of view."""
    squares = {name: _square(image) for name, image in images.items()}
    return Images(StimulusSet.from_images("bsds500", squares, duration=exposure), annotators)


def boundaries(path: Path) -> list[np.ndarray]:
    """The masks in a file of the data: MATLAB 5, one cell per annotator, each a structure with `Boundaries`."""
    from scipy.io import loadmat

    cells = np.atleast_1d(loadmat(path, simplify_cells=True)["groundTruth"])
    return [cell["Boundaries"] > 0 for cell in cells]


def image_of(field: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    """The part (height, width) of a map of the whole square, (side, side), that the image covers, interpolated to its pixels."""
    import torch
    from torch.nn import functional

    side = max(shape)
    whole = torch.from_numpy(np.array(field, dtype=np.float32))[None, None]
    if whole.shape[-2:] != (side, side):
        whole = functional.interpolate(whole, size=(side, side), mode="bilinear", align_corners=False)
    top, left = _margins(shape)
    return whole[0, 0, top : top + shape[0], left : left + shape[1]].numpy().astype(np.float64)


def _margins(shape: tuple[int, ...]) -> tuple[int, int]:
    return (max(shape[:2]) - shape[0]) // 2, (max(shape[:2]) - shape[1]) // 2


def _square(image: np.ndarray) -> np.ndarray:
    side, before = max(image.shape[:2]), _margins(image.shape)
    around = [(n, side - length - n) for n, length in zip(before, image.shape, strict=False)]
    return np.pad(image, [*around, *[(0, 0)] * (image.ndim - 2)], mode="symmetric")
