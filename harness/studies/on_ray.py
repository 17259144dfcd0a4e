"""Ray: a task for each model or part of one, on a cluster that runs already or on one that is started on this machine."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from harness.errors import HarnessError
from harness.studies.durations import divided
from harness.studies.run_folder import Finished, Run, Task
from harness.studies.study import RunEntry
from harness.studies.workers import cores, score_shard

try:
    import ray
except ImportError as error:
    raise HarnessError("the executor 'ray' needs ray: pip install 'vision-dynamics-harness[cluster]'") from error


def on_ray(run: Run, tasks: list[Task], how: RunEntry) -> Iterator[Finished]:
    """As many tasks at once as jobs are asked for, or as the cluster has room for. A task whose node is lost is run again."""
    begun = not ray.is_initialized()
    if begun:
        _connect(how)
    needs: dict[str, Any] = {"num_cpus": 1, "max_retries": how.retries}
    if (how.device or "").startswith("cuda"):
        needs["num_gpus"] = 1
    shard = ray.remote(**needs)(_shard)
    waiting = divided(tasks, how.jobs or 1, how)
    running: list[Any] = []
    seen = run.lines()
    try:
        while waiting or running:
            while waiting and len(running) < (how.jobs or len(tasks)):
                running.append(shard.remote(str(run.folder), waiting.pop(0), how))
            ended, running = ray.wait(running, timeout=2)
            lines = run.lines()
            yield from run.log(seen, lines)
            seen = lines
            for one in ended:
                _end(one)
        yield from run.log(seen)
    finally:
        for one in running:
            ray.cancel(one, force=True)
        if begun:
            ray.shutdown()


def _connect(how: RunEntry) -> None:
    local: dict[str, Any] = {} if how.ray_address else {"num_cpus": how.jobs or cores(), "include_dashboard": False}
    try:
        ray.init(address=how.ray_address, log_to_driver=False, logging_level="warning", **local)
    except (ConnectionError, RuntimeError, ValueError) as error:
        where = f"the Ray cluster at '{how.ray_address}'" if how.ray_address else "a Ray cluster on this machine"
        raise HarnessError(f"{where} cannot be used: {' '.join(str(error).split())[:300]}") from error


def _end(task: Any) -> None:
    try:
        ray.get(task)
    except ray.exceptions.RayError as error:
        raise HarnessError(
            f"a task was lost: {' '.join(str(error).split())[:300]}; call the same command again"
        ) from error


def _shard(folder: str, tasks: list[Task], how: RunEntry) -> int:
    job = f"ray {ray.get_runtime_context().get_task_id()}"
    return sum(one.status == "failed" for one in score_shard(Run(Path(folder)), tasks, how, job))
