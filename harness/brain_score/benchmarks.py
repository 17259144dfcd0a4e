"""Brain-Score's benchmarks as benchmarks of the harness: its class, our candidate, our results."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from importlib.metadata import version
from typing import Any

import numpy as np

from harness.assemblies import Score
from harness.benchmarks import Benchmark, make_score
from harness.brain_model import BrainModel, EngineBrainModel
from harness.brain_score.black_box import BlackBox
from harness.brain_score.catalogue import load
from harness.brain_score.commitment import Commitment, to_brain_score
from harness.checks import checked
from harness.errors import BenchmarkError, HarnessError, MissingData, NotMeasurable

DISABLE = "RESULTCACHING_DISABLE"
_UNREACHABLE = ("NoCredentialsError", "EndpointConnectionError", "ClientError", "ConnectionError", "FileNotFoundError")


@checked(BenchmarkError)
class TheirBenchmark(Benchmark):
    """A benchmark of Brain-Score vision on a candidate of ours. The number is Brain-Score's own.

    What Brain-Score would keep under names alone (firing rates and receptive fields of a model, ceilings, images on a screen) is
    computed anew. The score has Brain-Score's error where that is one number, which is not always a standard error.

    Args:
        name: Brain-Score's identifier.
    """

    parent = "behavioural"
    version = 0
    chance = 0.0

    def __init__(self, name: str):
        self.name, self.identifier = name, f"brainscore-benchmark/{name}"
        try:
            with _nothing_by_name():
                self.theirs = load(name, "benchmarks")
        except Exception as error:
            raise _in_a_sentence(error, name) from error
        self.parent = _kind(name, self.theirs)  # type: ignore[misc]
        self.bibtex = str(self.theirs.bibtex or "")
        self.version = f"{self.theirs.version} of {version('brainscore-vision')}"  # type: ignore[misc, assignment]

    @cached_property
    def ceiling(self) -> Score:
        """Brain-Score's."""
        with _nothing_by_name():
            return make_score(float(np.mean(self.theirs.ceiling)), error=None)

    def run(self, candidate: BrainModel) -> Score:
        theirs = _as_theirs(candidate)
        with _nothing_by_name():
            try:
                found = self.theirs(theirs)
            except HarnessError:
                raise
            except Exception as error:
                if isinstance(theirs, Commitment) and theirs.alike:
                    alike = f"the responses do not vary over the stimuli of Brain-Score's benchmark '{self.name}'"
                    raise NotMeasurable(f"{alike}: {error}") from error
                raise _in_a_sentence(error, self.name) from error
        values = np.atleast_1d(np.asarray(found, dtype=float))
        if not np.isfinite(values).all():
            raise NotMeasurable(f"Brain-Score's benchmark '{self.name}' gives no number: {values.tolist()}")
        details = {"brainscore_vision": version("brainscore-vision"), "values": values.tolist()}
        raw = found.attrs.get("raw")
        return make_score(
            float(values.mean()),
            error=_number(found.attrs.get("error")),
            raw=None if raw is None else make_score(float(np.mean(np.asarray(raw, dtype=float))), error=None),
            ceiling=self.ceiling,
            details=details,
        )


def _kind(name: str, theirs: Any) -> str:
    """Where the harness files a benchmark."""
    if hasattr(theirs, "region") or hasattr(theirs, "_region"):
        return "neural"
    return "task" if name.endswith(("-top1", "EngineeringAccuracy")) else "behavioural"


def _as_theirs(candidate: BrainModel) -> Any:
    if isinstance(candidate, EngineBrainModel):
        return to_brain_score(candidate)
    return candidate.commitment if isinstance(candidate, BlackBox) else candidate


def _number(error: Any) -> float | None:
    values = np.asarray(np.nan if error is None else error, dtype=float)
    return float(values) if values.size == 1 and np.isfinite(values).all() else None


def _in_a_sentence(error: Exception, name: str) -> HarnessError:
    if isinstance(error, HarnessError):
        return error
    if type(error).__name__ in _UNREACHABLE:
        return MissingData(f"what Brain-Score's benchmark '{name}' needs is not here and cannot be fetched: {error}")
    return BenchmarkError(f"Brain-Score's benchmark '{name}' failed: {type(error).__name__}: {error}")


@contextmanager
def _nothing_by_name() -> Iterator[None]:
    """Results that Brain-Score caches under names alone are neither read nor written."""
    before = os.environ.get(DISABLE)
    if before != "1":
        os.environ[DISABLE] = ",".join(filter(None, [before if before != "0" else "", "brainscore_vision"]))
    try:
        yield
    finally:
        os.environ.pop(DISABLE, None)
        if before is not None:
            os.environ[DISABLE] = before
