"""Sixteen everyday categories, and the classes of ILSVRC-2012 that belong to each.

The assignment is that of Geirhos et al. (2018, 2021): the WordNet descendants of each category less those that participants
would name otherwise, as published in the toolbox model-vs-human (`human_categories.py`); see `harness.models.label_positions`.
Confidence: high, taken from the source.
"""

from collections.abc import Sequence

from harness.checks import checked
from harness.errors import BenchmarkError

CATEGORIES = (
    *("airplane", "bear", "bicycle", "bird", "boat", "bottle", "car", "cat"),
    *("chair", "clock", "dog", "elephant", "keyboard", "knife", "oven", "truck"),
)


@checked(BenchmarkError)
def imagenet_members(classes: Sequence[str]) -> dict[str, list[str]] | None:
    """For each category the names of a model's classes; None unless the classes are the thousand of ILSVRC-2012.

    Args:
        classes: all names of a model's classes, as torchvision's weights carry them or as WordNet identifiers, in the usual order.
    """
    from harness.models import are_imagenet, label_positions

    if not are_imagenet(classes):
        return None
    names = [str(name) for name in classes]
    return {category: [names[position] for position in label_positions(category)] for category in CATEGORIES}
