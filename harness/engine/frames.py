"""Frame models: every unique frame is computed once."""

from collections.abc import Sequence

import torch

from harness.engine.batching import halving
from harness.engine.plan import Row
from harness.engine.run import Run


def run_frames(run: Run, rows: Sequence[Row]) -> None:
    """Compute rows of one frame each, batch by batch."""
    network = run.model.network
    first = run.inputs.frame(rows[0].events[0][0])[None].clone().to(run.device)
    run.alterations.now([rows[0].events[0][0]], [0])
    run.capture.probe(lambda: network(first))

    def compute(batch: Sequence[Row], inputs: torch.Tensor) -> None:
        images = inputs.to(run.device, non_blocking=True)
        run.alterations.now([row.events[0][0] for row in batch], [0] * len(batch))
        run.capture.run(lambda: network(images), len(images))
        values = {layer: value[:, None] for layer, value in run.capture.values.items()}
        run.put(batch, values, frames=len(batch))

    for batch, inputs in run.inputs.batches(rows, run.size):
        halving(batch, inputs, run.size, compute)
