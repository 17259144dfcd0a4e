"""The names that the harness takes from Brain-Score's core. No other module of harness or plugins imports
`brainscore_core`.
"""

import warnings
from importlib import import_module
from pathlib import Path
from typing import Any

with warnings.catch_warnings():
    warnings.filterwarnings("ignore", message=".*__slots__", category=FutureWarning)  # xarray about its subclass Score
    from brainscore_core.benchmarks import Benchmark, score_benchmark
    from brainscore_core.metrics import Score
    from brainscore_core.supported_data_standards.brainio.assemblies import (
        BehavioralAssembly,
        DataAssembly,
        NeuroidAssembly,
        PropertyAssembly,
        merge_data_arrays,
        walk_coords,
    )
    from brainscore_core.supported_data_standards.brainio.stimuli import StimulusSet as BrainIOStimulusSet

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


def brainio_module(name: str) -> Any:
    """BrainIO's module `assemblies`, `fetch`, `packaging` or `s3`, imported when needed: some bring a client for S3 along."""
    return import_module(f"brainscore_core.supported_data_standards.brainio.{name}")


def write_netcdf(assembly: DataAssembly, path: str | Path) -> None:
    """Write an assembly as Brain-Score's packaging does: netCDF with the levels of its indexes as coordinates."""
    brainio_module("packaging").write_netcdf(assembly, path)
