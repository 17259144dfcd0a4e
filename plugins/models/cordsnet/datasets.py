"""Properties fixed by the data sets that CordsNets were trained for: input channels and scaling, and classes."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from harness.errors import ModelError
from harness.models import IMAGENET_MEAN, IMAGENET_STD, imagenet_classes

DIGITS = tuple("0123456789")
CIFAR10 = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
CLOTHES = ("T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot")
_CIFAR100 = """
apple aquarium_fish baby bear beaver bed bee beetle bicycle bottle bowl boy bridge bus butterfly camel can castle caterpillar
cattle chair chimpanzee clock cloud cockroach couch crab crocodile cup dinosaur dolphin elephant flatfish forest fox girl
hamster house kangaroo keyboard lamp lawn_mower leopard lion lizard lobster man maple_tree motorcycle mountain mouse mushroom
oak_tree orange orchid otter palm_tree pear pickup_truck pine_tree plain plate poppy porcupine possum rabbit raccoon ray road
rocket rose sea seal shark shrew skunk skyscraper snail snake spider squirrel streetcar sunflower sweet_pepper table tank
telephone television tiger tractor train trout tulip turtle wardrobe whale willow_tree wolf woman worm
"""
CIFAR100 = tuple(_CIFAR100.split())


@dataclass(frozen=True)
class Dataset:
    """Scaling of the input to [0, 1], then mean and standard deviation of each channel; names of the classes."""

    mean: tuple[float, ...]
    std: tuple[float, ...]
    classes: Callable[[], tuple[str, ...]]

    @property
    def channels(self) -> Literal[1, 3]:
        """Of a frame."""
        return 3 if len(self.mean) == 3 else 1


DATASETS = {
    "imagenet": Dataset(IMAGENET_MEAN, IMAGENET_STD, imagenet_classes),
    "cifar100": Dataset((0.5071, 0.4865, 0.4409), (0.2673, 0.2564, 0.2762), lambda: CIFAR100),
    "cifar10": Dataset((0.4914, 0.4822, 0.4465), (0.2470, 0.2435, 0.2616), lambda: CIFAR10),
    "mnist": Dataset((0.1307,), (0.3081,), lambda: DIGITS),
    "fashionmnist": Dataset((0.2860,), (0.3530,), lambda: CLOTHES),
}


def dataset(name: str) -> Dataset:
    """A data set by its name. Raises ModelError if there is none of that name."""
    if name not in DATASETS:
        raise ModelError(f"there is no CordsNet for the data set '{name}'; choose one of {', '.join(DATASETS)}")
    return DATASETS[name]
