"""SLURM: an array of jobs by submitit, one for each model or part of one, which go on where they were when they are preempted."""

import json
import logging
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from harness.errors import HarnessError
from harness.store import write_text
from harness.studies.durations import divided
from harness.studies.run_folder import Finished, Run, Task
from harness.studies.study import RunEntry
from harness.studies.workers import score_shard

try:
    import submitit
except ImportError as error:
    raise HarnessError("the executor 'slurm' needs submitit: pip install 'vision-dynamics-harness[cluster]'") from error

if TYPE_CHECKING:
    from submitit.core.core import Job

logging.getLogger("submitit").setLevel(
    logging.ERROR
)  # it warns at every look where a cluster keeps no account of its jobs

_PAUSE = 2.0
"""Seconds between two looks at the log and the queue."""
_DAY = 24 * 60


class ShardJob:
    """The work of a job, pickled by submitit. One that is preempted or out of time is queued again and finds its scores cached."""

    def __init__(self, folder: Path, how: RunEntry):
        self.folder, self.how = folder, how

    def __call__(self, tasks: list[Task]) -> int:
        """Score the tasks; gives how many failed."""
        job = submitit.JobEnvironment().job_id
        return sum(one.status == "failed" for one in score_shard(Run(self.folder), tasks, self.how, job))

    def checkpoint(self, tasks: list[Task]) -> "submitit.helpers.DelayedSubmission":
        """The same again."""
        return submitit.helpers.DelayedSubmission(self, tasks)


def slurm(run: Run, tasks: list[Task], how: RunEntry, cluster: str | None = "slurm") -> Iterator[Finished]:
    """Submit what is not in the queue already, and follow all of it. To stop following leaves the jobs where they are."""
    folder = run.folder / "jobs"
    seen = run.lines()
    queue = _queue()
    running = [one for one in _submitted(folder) if not one["job"].done() and (queue is None or one["id"] in queue)]
    queued = {tuple(names) for one in running for names in one["tasks"]}
    fresh = [task for task in tasks if task.names not in queued]
    jobs = [one["job"] for one in running]
    if fresh:
        jobs += _submit(run, fresh, how, folder, cluster)
    yield from _follow(run, jobs, seen)


def _submit(run: Run, tasks: list[Task], how: RunEntry, folder: Path, cluster: str | None) -> "list[Job[int]]":
    parts = divided(tasks, 1, how)
    try:
        executor = submitit.AutoExecutor(folder, cluster=cluster)
        executor.update_parameters(
            **{
                "name": run.identifier,
                "timeout_min": _DAY,
                "slurm_array_parallelism": how.jobs or len(parts),
                **({"gpus_per_node": 1} if (how.device or "").startswith("cuda") else {}),
                **how.slurm,
            }
        )
        jobs = executor.map_array(ShardJob(run.folder, how), parts)
    except (RuntimeError, ValueError, TypeError, submitit.core.utils.FailedJobError) as error:
        raise HarnessError(f"SLURM did not take the jobs: {' '.join(str(error).split())}") from error
    earlier = [{"id": one["id"], "tasks": one["tasks"]} for one in _submitted(folder)]
    new = [{"id": job.job_id, "tasks": [task.names for task in part]} for job, part in zip(jobs, parts, strict=True)]
    write_text(folder / "jobs.json", json.dumps([*earlier, *new]))
    return list(jobs)


def _submitted(folder: Path) -> list[dict[str, Any]]:
    """The jobs of earlier calls."""
    try:
        written = json.loads((folder / "jobs.json").read_text())
    except (OSError, ValueError):
        return []
    return [{**one, "job": submitit.SlurmJob(folder, one["id"])} for one in written]


def _follow(run: Run, jobs: "list[Job[int]]", seen: int) -> Iterator[Finished]:
    while True:
        queue = _queue()
        over = all(job.done() or (queue is not None and job.job_id not in queue) for job in jobs)
        lines = run.lines()
        yield from run.log(seen, lines)
        seen = lines
        if over:
            return
        time.sleep(_PAUSE)


def _queue() -> set[str] | None:
    """Identifiers of this user's jobs that wait or run, also where a cluster keeps no account; None if that cannot be told."""
    command = ["squeue", "--me", "--noheader", "--array", "--format=%i"]
    try:
        return set(subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout.split())
    except (OSError, subprocess.SubprocessError):
        return None
