"""Executors: where the pairs of a run are scored. Each yields what became of a pair when it is known."""

import queue
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError

from harness.studies.durations import divided
from harness.studies.run_folder import Finished, Run, Task
from harness.studies.study import ExecutorName, RunEntry
from harness.studies.workers import Worker, cores

Executor = Callable[[Run, list[Task], RunEntry], Iterator[Finished]]
"""Scores tasks of a run and yields what became of each, in the order of their ends; every one is noted in the run's log."""


def executor(name: ExecutorName) -> Executor:
    """The executor of a name; what it needs is imported now.

    Raises:
        HarnessError: if its library is not installed.
    """
    if name == "slurm":
        from harness.studies.slurm import slurm

        return slurm
    if name == "ray":
        from harness.studies.on_ray import on_ray

        return on_ray
    return local


def local(run: Run, tasks: list[Task], how: RunEntry) -> Iterator[Finished]:
    """Processes of this machine, each with the pairs of one model, or part of them, at a time; two where there are two cores."""
    jobs = how.jobs or min(2, cores())
    waiting: queue.SimpleQueue[list[Task]] = queue.SimpleQueue()
    parts = divided(tasks, jobs, how)
    for part in parts:
        waiting.put(part)
    ended: queue.SimpleQueue[Finished | BaseException | None] = queue.SimpleQueue()
    workers = [Worker(how, max(1, cores() // jobs)) for _ in range(min(jobs, len(parts)))]

    def work(worker: Worker) -> None:
        try:
            with worker:
                while True:
                    for one in worker.run(waiting.get_nowait()):
                        run.note(one)
                        ended.put(one)
        except (queue.Empty, CancelledError):
            ended.put(None)
        except BaseException as error:
            ended.put(error)

    threads = [threading.Thread(target=work, args=(worker,), daemon=True) for worker in workers]
    for thread in threads:
        thread.start()
    try:
        open_ = len(threads)
        while open_:
            one = ended.get()
            if isinstance(one, BaseException):
                raise one
            if one is None:
                open_ -= 1
            else:
                yield one
    finally:
        for worker in workers:
            worker.stop()
        for thread in threads:
            thread.join()
