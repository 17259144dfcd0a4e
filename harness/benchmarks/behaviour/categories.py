"""Sixteen everyday categories, and the classes of ILSVRC-2012 that belong to each.

The assignment is that of Geirhos et al. (2018, 2021): the WordNet descendants of each category less those that participants
would name otherwise, as published in the toolbox model-vs-human (`human_categories.py`); positions count from 0, in the
order of WordNet identifiers in which published networks give their classes. Confidence: high, taken from the source.
"""

from collections.abc import Sequence

from harness.checks import checked
from harness.errors import BenchmarkError

CATEGORIES = (
    *("airplane", "bear", "bicycle", "bird", "boat", "bottle", "car", "cat"),
    *("chair", "clock", "dog", "elephant", "keyboard", "knife", "oven", "truck"),
)
_POSITIONS = {
    "airplane": "404",
    "bear": "294-297",
    "bicycle": "444 671",
    "bird": "8 10-16 18-20 22-24 80-83 87-96 98-100 127-133 135-145",
    "boat": "472 554 625 814 914",
    "bottle": "440 720 737 898 899 901 907",
    "car": "436 511 817",
    "cat": "281-286",
    "chair": "423 559 765 857",
    "clock": "409 530 892",
    "dog": "152-191 193-203 205-226 228-241 243-250 252-257 259 261-263 265-268",
    "elephant": "385 386",
    "keyboard": "508 878",
    "knife": "499",
    "oven": "766",
    "truck": "555 569 656 675 717 734 864 867",
}


def positions(category: str) -> list[int]:
    """Which of the thousand classes belong to a category."""
    found: list[int] = []
    for part in _POSITIONS[category].split():
        first, _, last = part.partition("-")
        found += range(int(first), int(last or first) + 1)
    return found


@checked(BenchmarkError)
def imagenet_members(classes: Sequence[str]) -> dict[str, list[str]] | None:
    """For each category the names of a model's classes; None unless the classes are the thousand of ILSVRC-2012.

    Args:
        classes: all names of a model's classes, as torchvision's weights carry them or as WordNet identifiers, in the usual order.
    """
    from harness.models import imagenet_classes

    names = [str(name) for name in classes]
    if len(names) != 1000:
        return None
    synsets = names == sorted(names) and all(name[:1] == "n" and name[1:].isdigit() for name in names)
    if not synsets and tuple(names) != imagenet_classes():
        return None
    return {category: [names[position] for position in positions(category)] for category in CATEGORIES}
