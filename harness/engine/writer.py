"""Background writing: batches leave the device asynchronously and stream to the open parts while the network goes on."""

import queue
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch

from harness.engine.runaway import unbounded_growth
from harness.errors import NotFinite, RecordingError
from harness.store import Entry, PartWriter

PART_BYTES = 128 * 2**20
"""A part is finished when its largest layer holds about this much; what a killed run loses is less than a part."""

PART_SECONDS = 60.0
"""A part is also finished when this much time has passed since it was begun: slow networks may give little."""

RUNAWAY = "runaway"
"""Where a part says by how many powers of ten the activity of its rows grew without bound: digest of a row -> powers."""

_Values = dict[str, torch.Tensor]
_WAITING = 3  # batches between device and disk; bounds memory


class Writer:
    """Writes rows of several layers at once, in the order in which they are put; use as a context manager.

    On leaving, what was written so far becomes finished parts, also if the run failed: no finished row is lost.

    Args:
        where: (digest of a row, position in time) -> the stimulus and the time, in words.
    """

    def __init__(self, entries: dict[str, Entry], meta: dict[str, dict[str, Any]], where: Callable[[str, int], str]):
        self._entries, self._meta, self._where = entries, meta, where
        self._parts: dict[str, PartWriter] = {}
        self._queue: queue.Queue[tuple[list[str], _Values, _Values, Any] | None] = queue.Queue(_WAITING)
        self._error: BaseException | None = None
        self._begun = 0.0
        self._thread = threading.Thread(target=self._work, name="harness-writer", daemon=True)

    def __enter__(self) -> "Writer":
        self._thread.start()
        return self

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        self._queue.put(None)
        self._thread.join()
        if error is None and self._error is not None:
            raise self._error

    def put(self, rows: Sequence[str], values: dict[str, torch.Tensor], sizes: dict[str, torch.Tensor]) -> None:
        """Hand over rows: digests, and of each layer a tensor (rows, time, units) and, if recurrent, mean |r| in every step
        (rows, steps), on any device, not used afterwards."""
        if self._error is not None:
            raise self._error
        arrived = None
        if next(iter(values.values())).is_cuda:
            source = values, sizes
            values, sizes = ({layer: _to_host(value) for layer, value in part.items()} for part in source)
            arrived = (torch.cuda.Event(), source)  # the source must outlive the copy
            arrived[0].record()
        self._queue.put((list(rows), values, sizes, arrived))

    def _work(self) -> None:
        while (item := self._queue.get()) is not None:
            if self._error is not None:
                continue
            try:
                self._write(*item)
            except BaseException as error:
                self._error = error
                self._abandon()
            del item
        if self._error is None:
            try:
                self._finish()
            except BaseException as error:
                self._error = error
                self._abandon()

    def _write(self, rows: list[str], values: _Values, sizes: _Values, arrived: Any) -> None:
        if arrived is not None:
            arrived[0].synchronize()
        if not self._parts:
            self._begun = time.monotonic()
        for layer, tensor in values.items():
            array = tensor.numpy()
            with np.errstate(over="ignore", invalid="ignore"):
                suspect = not np.isfinite(array.sum(dtype=np.float32))  # one pass; a sum can also be too large
            if suspect:
                self._refuse(layer, rows, array)
            if layer not in self._parts:
                bins, units = array.shape[1:]
                meta = self._meta[layer] | ({RUNAWAY: {}} if layer in sizes else {})
                self._parts[layer] = self._entries[layer].writer((bins, units), array.dtype.str, meta)
            self._parts[layer].append(rows, array)
            if layer in sizes:
                grown = unbounded_growth(sizes[layer].numpy())
                self._parts[layer].meta[RUNAWAY].update({rows[i]: float(grown[i]) for i in np.flatnonzero(grown)})
        full = max(part.nbytes for part in self._parts.values()) >= PART_BYTES
        if full or time.monotonic() - self._begun >= PART_SECONDS:
            self._finish()

    def _refuse(self, layer: str, rows: list[str], array: np.ndarray) -> None:
        """Raise RecordingError if a response is not finite."""
        bad = np.argwhere(~np.isfinite(array))
        if not len(bad):
            return
        row, time_bin, unit = bad[0]
        value = array[row, time_bin, unit]
        if array.dtype == np.float16 and np.isinf(value):
            raise RecordingError(
                f"responses of the layer '{layer}' do not fit into float16, whose largest number is 65504; record with "
                "storage='float32'"
            )
        raise NotFinite(
            f"layer '{layer}' responds with {'NaN' if np.isnan(value) else 'infinity'} to {self._where(rows[row], int(time_bin))}; "
            "fix the network or its weights, because such responses cannot be used"
        )

    def _finish(self) -> None:
        for layer in list(self._parts):
            self._parts[layer].finish()
            del self._parts[layer]

    def _abandon(self) -> None:
        for part in self._parts.values():
            part.abandon()
        self._parts = {}


def _to_host(value: torch.Tensor) -> torch.Tensor:
    host = torch.empty(value.shape, dtype=value.dtype, pin_memory=True)
    return host.copy_(value, non_blocking=True)
