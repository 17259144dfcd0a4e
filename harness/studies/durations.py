"""Durations of pairs, as earlier results tell them: a model whose pairs would take too long is divided among several jobs."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from statistics import median

from harness.results import load_all
from harness.studies.run_folder import Task, shards
from harness.studies.study import RunEntry


@dataclass(frozen=True)
class Durations:
    """Seconds of pairs that were scored, of (model, benchmark), both as results name them."""

    seconds: Mapping[tuple[str, str], float]

    @classmethod
    def known(cls) -> "Durations":
        """The durations in the results of `HARNESS_HOME`."""
        results = load_all()[0]
        found = {(one.model_name, one.benchmark_name): one.provenance.duration for one in results}
        return cls({pair: seconds for pair, seconds in found.items() if seconds})

    def expected(self, task: Task) -> float:
        """Seconds of a pair: its own; or the median of its benchmark (or of all), times how slow its model is on others.

        0 where nothing is known.
        """
        if task.names in self.seconds:
            return self.seconds[task.names]
        return self._usual.get(task.names[1], self._typical) * self._slowness.get(task.model[0], 1.0)

    @cached_property
    def _usual(self) -> dict[str, float]:
        """Benchmark -> the median over models."""
        return _medians((benchmark, seconds) for (_, benchmark), seconds in self.seconds.items())

    @cached_property
    def _slowness(self) -> dict[str, float]:
        """Model, whatever its arguments -> by how much longer than others it takes."""
        return _medians(
            (model.partition("(")[0], seconds / self._usual[benchmark])
            for (model, benchmark), seconds in self.seconds.items()
        )

    @cached_property
    def _typical(self) -> float:
        return median(self.seconds.values()) if self.seconds else 0.0


def _medians(values: Iterable[tuple[str, float]]) -> dict[str, float]:
    found: defaultdict[str, list[float]] = defaultdict(list)
    for name, value in values:
        found[name].append(value)
    return {name: median(all_) for name, all_ in found.items()}


def divided(tasks: list[Task], jobs: int, how: RunEntry) -> list[list[Task]]:
    """Tasks for each job: see `shards`; a model is divided where its pairs are expected to take longer than a job may."""
    limit = how.slurm.get("timeout_min") if how.executor == "slurm" else None
    minutes = min(how.split_minutes, limit) if isinstance(limit, (int, float)) else how.split_minutes
    return shards(tasks, jobs, Durations.known().expected, 60 * minutes)
