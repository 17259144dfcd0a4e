"""The kinds of things that are listed and described, and whether their data are on this machine."""

from enum import StrEnum

from harness.errors import UnknownIdentifier


class Kind(StrEnum):
    """A kind of thing to list."""

    models = "models"
    stimuli = "stimuli"
    benchmarks = "benchmarks"
    datasets = "datasets"
    suites = "suites"
    recipes = "recipes"
    training_sets = "training_sets"


TAGGED = (Kind.models, Kind.stimuli, Kind.benchmarks, Kind.recipes, Kind.training_sets)
"""What has tags."""


def is_here(dataset: str) -> bool:
    from harness.data import is_available

    try:
        return is_available(dataset)
    except UnknownIdentifier:
        return False
