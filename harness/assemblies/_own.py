"""The names of `_brain_score` for Python versions on which Brain-Score's core cannot be installed."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

import pandas as pd

from harness.assemblies._labelled import (
    BehavioralAssembly,
    DataAssembly,
    NeuroidAssembly,
    PropertyAssembly,
    Score,
    merge_data_arrays,
    walk_coords,
    write_netcdf,
)
from harness.errors import MissingData

__all__ = [
    "BehavioralAssembly",
    "Benchmark",
    "BrainIOStimulusSet",
    "DataAssembly",
    "NeuroidAssembly",
    "PropertyAssembly",
    "Score",
    "brainio_module",
    "merge_data_arrays",
    "score_benchmark",
    "walk_coords",
    "write_netcdf",
]


class BrainIOStimulusSet(pd.DataFrame):
    """A table of stimuli, `stimulus_id` and their parameters, with the files that hold them.

    Attributes:
        identifier: its name.
        stimulus_paths: from `stimulus_id` to a file.
    """

    _metadata: ClassVar = ["identifier", "stimulus_paths"]
    identifier: str
    stimulus_paths: Mapping[Any, str | Path]

    @property
    def _constructor(self) -> type["BrainIOStimulusSet"]:
        return BrainIOStimulusSet

    def get_stimulus(self, stimulus_id: Any) -> str | Path:
        """The file of a stimulus."""
        return self.stimulus_paths[stimulus_id]


class Benchmark(ABC):
    """Brain-Score's interface: an experiment on a model that gives a ceiled score.

    Its attributes are `identifier`, `version`, `parent`, `bibtex` and `ceiling`, a `Score`.
    """

    @abstractmethod
    def __call__(self, candidate: Any) -> Score:
        """The ceiled score of a model."""

    def preallocate_memory(self, candidate: Any) -> None:
        """Raise MemoryError if the experiment will not fit; nothing is known of that where a benchmark does not say so."""
        return


def score_benchmark(benchmark: Benchmark, candidate: Any) -> Score:
    """The score of a model, after a look at the memory that the experiment needs."""
    benchmark.preallocate_memory(candidate)
    return benchmark(candidate)


def brainio_module(name: str) -> Any:
    """Raises MissingData, because BrainIO's modules come with Brain-Score."""
    raise MissingData(
        "Brain-Score's own files are fetched and packaged by its package brainscore_core, which is not installed; install the "
        f"harness with Python 3.11, for which it is made (module {name})"
    )
