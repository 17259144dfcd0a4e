"""Workers: a process of its own that scores pairs one by one, stopped when one takes too long and made anew when it dies."""

import logging
import multiprocessing
import os
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import CancelledError
from concurrent.futures import TimeoutError as TookTooLong
from dataclasses import replace
from typing import TYPE_CHECKING, Self

from pebble import ProcessExpired, ProcessPool

from harness.errors import HarnessError
from harness.scoring import RunOptions, give_up, score_each, wait_asleep
from harness.studies.run_folder import Finished, Run, Task, finished
from harness.studies.study import RunEntry

if TYPE_CHECKING:
    from types import TracebackType

    from harness.results import Result

_log = logging.getLogger(__name__)


class Worker:
    """A process in which pairs are scored.

    Args:
        how: time limit, retries, device and batch size.
        threads: of numerical libraries in it.
        job: of a cluster, that it belongs to.
    """

    def __init__(self, how: RunEntry, threads: int, job: str = ""):
        self._how, self._stopped = how, False
        self._options = replace(options_of(how), figures=True, job=job)
        self._pool = ProcessPool(
            max_workers=1, initializer=_prepare, initargs=(threads,), context=multiprocessing.get_context("spawn")
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: "TracebackType | None"
    ) -> None:
        self._pool.close() if kind is None else self._pool.stop()
        self._pool.join()

    def stop(self) -> None:
        """End the process; `run` then raises CancelledError."""
        self._stopped = True
        self._pool.stop()

    def run(self, tasks: Sequence[Task]) -> Iterator[Finished]:
        """Score pairs and give what became of each; one that fails, is too slow or kills the process stops no other."""
        for task in tasks:
            began = time.monotonic()
            result = self._outcome(task)
            yield finished(result, time.monotonic() - began)

    def _outcome(self, task: Task) -> "Result":
        for attempt in range(1, self._how.retries + 2):
            options = replace(self._options, attempt=attempt)
            result, passing = self._attempt(task, options)
            if not passing:
                break
            _log.warning("%s on %s failed by what may pass: %s", *task.names, result.message)
        return result

    def _attempt(self, task: Task, options: RunOptions) -> "tuple[Result, bool]":
        """The result of a pair, and whether another attempt may do better."""
        error: HarnessError
        try:
            return self._pool.schedule(_score, (task, options), timeout=60 * self._how.timeout_minutes).result()
        except RuntimeError as stopped:  # of a pool that takes no more
            raise CancelledError from stopped
        except TookTooLong:
            error = HarnessError(
                f"timed out after {self._how.timeout_minutes:g} minutes; give it more with timeout_minutes in the study"
            )
            return give_up(task.model, task.benchmark, error, options), False
        except ProcessExpired as end:
            if self._stopped:
                raise CancelledError from end
            error = HarnessError(f"its process ended by itself (exit code {end.exitcode}), as when memory runs out")
            return give_up(task.model, task.benchmark, error, options), True


def options_of(how: RunEntry) -> RunOptions:
    """How the pairs of a study are run."""
    return RunOptions(device=how.device, batch_size=how.batch_size, remember=True, rerun=how.rerun)


def _prepare(threads: int) -> None:
    """Settings of a process, made before it imports anything heavy."""
    os.environ.setdefault("OMP_NUM_THREADS", str(threads))
    wait_asleep()


def _score(task: Task, options: RunOptions) -> "tuple[Result, bool]":
    try:
        if task.training is not None:
            task.training.ensure()
    except Exception as error:
        result = give_up(task.model, task.benchmark, error, options)
        return result, result.transient
    [result] = score_each([task.model], [task.benchmark], options)
    return result, result.transient


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def score_shard(run: Run, tasks: list[Task], how: RunEntry, job: str = "") -> list[Finished]:
    """Score tasks in a worker of this process and note them, as a job of a cluster does."""
    ended = []
    with Worker(how, cores(), job) as worker:
        for one in worker.run(tasks):
            run.note(one)
            ended.append(one)
            print(one, flush=True)
    return ended
