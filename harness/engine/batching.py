"""Batch sizes that halve when memory runs out, and inputs prepared ahead of the network."""

import os
from collections import OrderedDict, deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

import torch

from harness.engine.plan import Plan, Row
from harness.errors import RecordingError
from harness.models import Preprocessing
from harness.stimuli import Frame

_AHEAD = 2  # batches prepared while the network works


def default_batch_size(device: torch.device) -> int:
    """Where the search begins if the caller names no size."""
    return 32 if device.type == "cpu" else 256


def out_of_memory(error: BaseException) -> bool:
    """Whether an error says that a device or the machine has no memory left."""
    if isinstance(error, (MemoryError, torch.OutOfMemoryError)):
        return True
    return isinstance(error, RuntimeError) and ("out of memory" in str(error) or "can't allocate memory" in str(error))


class BatchSize:
    """The number of rows computed at once: halves when memory runs out and stays there."""

    def __init__(self, size: int):
        if size < 1:
            raise RecordingError(f"a batch holds at least one stimulus, not {size}")
        self.size = size

    def halve(self, tried: int, error: BaseException) -> None:
        """After `tried` rows did not fit. Raises RecordingError if that was one row."""
        if torch.cuda.is_available():
            torch.cuda.empty_cache()
        if tried <= 1:
            raise RecordingError(
                "one stimulus alone does not fit into memory; record fewer layers or reduce them "
                "(SpatialMean, CentreUnits, RandomProjection), or use a larger device"
            ) from error
        self.size = max(1, tried // 2)


class Inputs:
    """Network inputs of rows, prepared by threads while the network works; frames shown again soon are kept."""

    def __init__(self, plan: Plan, preprocessing: Preprocessing, dtype: torch.dtype = torch.float32, keep: int = 128):
        self._plan, self._preprocessing, self._dtype, self._keep = plan, preprocessing, dtype, keep
        self._recent: OrderedDict[str, torch.Tensor] = OrderedDict()

    def frame(self, frame: Frame) -> torch.Tensor:
        """(channels, size, size) of one frame."""
        if frame.digest in self._recent:
            self._recent.move_to_end(frame.digest)
            return self._recent[frame.digest]
        placed = self._place(frame)
        self._recent[frame.digest] = placed
        if len(self._recent) > self._keep:
            self._recent.popitem(last=False)
        return placed

    def batches(self, rows: Sequence[Row], size: BatchSize) -> Iterator[tuple[Sequence[Row], torch.Tensor]]:
        """Rows of one frame each with their inputs (batch, channels, size, size), in order."""
        pin = torch.cuda.is_available()

        def prepare(batch: Sequence[Row]) -> torch.Tensor:
            stacked = torch.stack([self._place(row.events[0][0]) for row in batch])
            return stacked.pin_memory() if pin else stacked

        workers = max(1, min(8, (os.cpu_count() or 2) // 2))
        with ThreadPoolExecutor(workers, thread_name_prefix="harness-input") as pool:
            pending: deque[tuple[Sequence[Row], Future[torch.Tensor]]] = deque()
            position = 0
            while position < len(rows) or pending:
                while position < len(rows) and len(pending) < max(_AHEAD, workers):
                    batch = rows[position : position + size.size]
                    position += len(batch)
                    pending.append((batch, pool.submit(prepare, batch)))
                batch, future = pending.popleft()
                yield batch, future.result()

    def _place(self, frame: Frame) -> torch.Tensor:
        background = self._plan.background
        return self._preprocessing.place(frame.load(background), self._plan.span, background).to(self._dtype)


def halving(
    rows: Sequence[Row], inputs: torch.Tensor, size: BatchSize, run: Callable[[Sequence[Row], torch.Tensor], None]
) -> None:
    """Run a batch; when memory runs out, run its halves."""
    try:
        run(rows, inputs)
        return
    except BaseException as error:
        if not out_of_memory(error):
            raise
        size.halve(len(rows), error)
    position = 0
    while position < len(rows):
        part = slice(position, position + size.size)
        position += len(rows[part])
        halving(rows[part], inputs[part], size, run)
