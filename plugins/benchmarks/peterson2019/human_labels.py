"""The human labels of CIFAR-10H and their images."""

from dataclasses import dataclass

import numpy as np

from harness import StimulusSet
from harness.data import locate, read_table
from harness.errors import BenchmarkError

DATASET = "cifar10h_with_resnets"
CLASSES = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")


@dataclass(frozen=True)
class HumanLabels:
    """Images with the choices of many annotators.

    Attributes:
        stimuli: the images; `image_label` is what each shows.
        counts: (images, classes), how many annotators chose each class.
        classes: names, in the order of the counts.
    """

    stimuli: StimulusSet
    counts: np.ndarray
    classes: tuple[str, ...] = CLASSES

    def __post_init__(self) -> None:
        if self.counts.shape != (len(self.stimuli), len(self.classes)):
            raise BenchmarkError(
                f"{len(self.stimuli)} images and {len(self.classes)} classes need as many counts, not {self.counts.shape}"
            )
        if unknown := set(self.labels) - set(self.classes):
            raise BenchmarkError(
                f"the images are labelled '{sorted(unknown)[0]}', which is none of {', '.join(self.classes)}"
            )

    @property
    def labels(self) -> np.ndarray:
        """(images,), what each image shows."""
        return self.stimuli.table["image_label"].to_numpy()


def load(images_per_class: int, duration: float) -> HumanLabels:
    """The first images of every class, which fill the field of view (their size in degrees was not fixed: annotators
    saw them on their own screens, without a limit of time)."""
    folder = locate(DATASET)
    index = read_table(folder / "index.csv")
    available = index["category"].value_counts().min()
    if not 2 <= images_per_class <= available:
        raise BenchmarkError(
            f"there are {available} images of each class; ask for 2 to {available}, not {images_per_class}"
        )
    index = index.groupby("category").head(images_per_class).reset_index(drop=True)
    counts = np.load(folder / "cifar10h-counts.npy")[index["cifar10_test_index"]]
    stimuli = StimulusSet.from_images(
        "cifar10h",
        {file.removesuffix(".jpg"): folder / "images" / file for file in index["file"]},
        duration=duration,
        image_label=index["category"].tolist(),
        cifar10_test_index=index["cifar10_test_index"].tolist(),
    )
    return HumanLabels(stimuli, counts)
