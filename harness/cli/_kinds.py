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


TAGGED = (Kind.models, Kind.stimuli, Kind.benchmarks)
"""What has tags."""


def is_here(dataset: str) -> bool:
    from harness.data import is_available

    try:
        return is_available(dataset)
    except UnknownIdentifier:
        return False
