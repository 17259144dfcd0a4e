"""The Berkeley images and the boundaries that participants drew in them."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from harness import Frame, StimulusSet
from harness.data import locate
from harness.errors import BenchmarkError, MissingData
from harness.stimuli import mirrored_square

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
    squares = {name: mirrored_square(image) for name, image in images.items()}
    return Images(StimulusSet.from_images("bsds500", squares, duration=exposure), annotators)


def boundaries(path: Path) -> list[np.ndarray]:
    """The masks in a file of the data: MATLAB 5, one cell per annotator, each a structure with `Boundaries`."""
    from scipy.io import loadmat

    cells = np.atleast_1d(loadmat(path, simplify_cells=True)["groundTruth"])
    return [cell["Boundaries"] > 0 for cell in cells]
