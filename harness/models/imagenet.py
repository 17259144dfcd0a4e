"""The 1,000 classes of ILSVRC-2012, in the order of published networks' outputs: their names, and words that name several."""

import csv
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from harness.checks import checked
from harness.errors import ModelError

_LABELS = Path(__file__).parent / "imagenet_labels.csv"


def imagenet_classes() -> tuple[str, ...]:
    """Names of the classes, as torchvision's weights carry them."""
    from torchvision.models import ResNet18_Weights

    return tuple(ResNet18_Weights.IMAGENET1K_V1.meta["categories"])


@cache
def imagenet_synsets() -> tuple[str, ...]:
    """WordNet identifiers of the classes, such as n01440764."""
    from timm.data.imagenet_info import ImageNetInfo

    return tuple(ImageNetInfo("imagenet-1k").label_names())


@checked(ModelError)
def are_imagenet(classes: Sequence[str]) -> bool:
    """Whether these are all classes in the usual order, by torchvision's names or as WordNet identifiers."""
    names = [str(name) for name in classes]
    if len(names) != 1000:
        return False
    synsets = names == sorted(names) and all(name[:1] == "n" and name[1:].isdigit() for name in names)
    return synsets or tuple(names) == imagenet_classes()


@checked(ModelError)
def label_positions(label: str) -> list[int]:
    """Positions of the classes that an English word names, such as "airplane" or "sewing machine"; case and spaces do not matter.

    The words are those of Geirhos et al. (2018, 2021), Baker et al. (2022), Zhu et al. (2019), Scialom et al. (2024) and Kato et
    al. (2026) in Brain-Score; those of Kato et al. begin with `kato2026_`.

    Raises:
        ModelError: for a word that is not among them; the message holds the nearest.
    """
    from difflib import get_close_matches

    word = label.lower().replace(" ", "")
    if word not in _positions():
        near = get_close_matches(word, _positions(), n=3)
        raise ModelError(
            f"the label '{label}' is not among the {len(_positions())} words for classes of ImageNet"
            + (f"; near it are {', '.join(near)}" if near else "")
        )
    return list(_positions()[word])


@cache
def _positions() -> dict[str, tuple[int, ...]]:
    with _LABELS.open(newline="") as file:
        rows = csv.DictReader((line for line in file if not line.startswith("#")), delimiter="|")
        return {row["label"]: tuple(_spelled_out(row["positions"])) for row in rows}


def _spelled_out(ranges: str) -> list[int]:
    """`8 10-12` -> [8, 10, 11, 12]."""
    found: list[int] = []
    for part in ranges.split():
        first, _, last = part.partition("-")
        found += range(int(first), int(last or first) + 1)
    return found
