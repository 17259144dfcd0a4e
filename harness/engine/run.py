"""One extraction in progress: state shared by the runners of all kinds of model."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import torch

from harness.engine.batching import BatchSize, Inputs
from harness.engine.compiling import Function, compiled
from harness.engine.interventions import Alterations
from harness.engine.memory import WatchedCapture
from harness.engine.plan import Plan, Row
from harness.engine.progress import Progress
from harness.engine.recording import Recording
from harness.engine.writer import Writer
from harness.models import Model

Callback = Callable[[Progress], None]


@dataclass
class Counter:
    """How far the extraction has come; tells the callbacks."""

    model: str
    stimuli: str
    stimuli_total: int
    rows_total: int
    hits: int
    callbacks: Sequence[Callback]
    computed: int = 0
    frames: int = 0
    began: float = field(default_factory=time.monotonic)

    def tell(self, finished: bool = False) -> None:
        """One call of every callback."""
        done = self.hits + self.computed
        progress = Progress(
            model=self.model,
            stimuli=self.stimuli,
            stimuli_total=self.stimuli_total,
            stimuli_done=self.stimuli_total * done // max(1, self.rows_total),
            rows_total=self.rows_total,
            rows_done=done,
            hits=self.hits,
            frames=self.frames,
            seconds=time.monotonic() - self.began,
            finished=finished,
        )
        for observer in self.callbacks:
            observer(progress)


@dataclass
class Run:
    """The inputs of a runner."""

    model: Model
    plan: Plan
    device: torch.device
    size: BatchSize
    inputs: Inputs
    capture: WatchedCapture
    writer: Writer
    counter: Counter
    recording: Recording
    alterations: Alterations

    def fast(self, function: Function) -> Function:
        """The network, or its step, as it is to be run: compiled, where that is asked for."""
        return compiled(function, self.model.identifier) if self.recording.compiled else function

    def put(
        self,
        rows: Sequence[Row],
        values: dict[str, torch.Tensor],
        frames: int,
        sizes: dict[str, torch.Tensor] | None = None,
    ) -> None:
        """Hand finished rows over: values (rows, time, units) a layer; `frames` were computed for them; `sizes` (rows, steps) a
        layer are mean |r| in every step of a recurrent model."""
        dtype = getattr(torch, self.recording.storage)
        stored = {layer: value.to(dtype) for layer, value in values.items()}
        self.writer.put([row.digest for row in rows], stored, sizes or {})
        self.counter.computed += len(rows)
        self.counter.frames += frames
        self.counter.tell()
