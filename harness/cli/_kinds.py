"""The kinds of things that are listed and described."""

from enum import StrEnum


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
