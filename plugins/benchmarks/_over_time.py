"""Descriptions of benchmarks of representations over time."""

from typing import Any

from harness import BenchmarkSpec
from harness_plugins.benchmarks._expectations import COURSES, OVER_TIME

TIMES = {"step": "ms, of the time bins", "start": "ms, of the first time bin", "end": "ms, of the last time bin"}


def over_time(
    identifier: str,
    load: str,
    summary: str,
    tags: tuple[str, ...],
    bibtex: str,
    data: tuple[str, ...],
    parameters: dict[str, str],
    /,
    **arguments: Any,
) -> BenchmarkSpec:
    """The time course of a model's representations against that of brains."""
    return BenchmarkSpec(
        identifier,
        load=load,
        summary=summary,
        tags=("neural", "rsa", "images", "temporal", *tags),
        parameters=parameters,
        arguments=arguments,
        quick={"step": 50.0},
        expects=OVER_TIME,
        controls=COURSES,
        bibtex=bibtex,
        data=data,
    )
