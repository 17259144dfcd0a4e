"""Frame models: every unique frame is computed once."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager

import torch

from harness.engine.allocation import channels_last_weights
from harness.engine.batching import halving
from harness.engine.plan import Row
from harness.engine.run import Run

ROUNDING = 1e-5
"""Largest difference between two ways to compute the same, relative to the largest response of a layer."""


def run_frames(run: Run, rows: Sequence[Row]) -> None:
    """Compute rows of one frame each, batch by batch."""
    network = run.fast(run.model.network)
    first = run.inputs.frame(rows[0].events[0][0])[None].clone().to(run.device)
    run.alterations.now([rows[0].events[0][0]], [0])

    def compute(batch: Sequence[Row], inputs: torch.Tensor) -> None:
        images = inputs.to(run.device, non_blocking=True)
        run.alterations.now([row.events[0][0] for row in batch], [0] * len(batch))
        run.capture.run(lambda: network(images), len(images))
        values = {layer: value[:, None] for layer, value in run.capture.values.items()}
        run.put(batch, values, frames=len(batch))

    with _fastest_order(run, first):
        for batch, inputs in run.inputs.batches(rows, run.size):
            halving(batch, inputs, run.size, compute)


@contextmanager
def _fastest_order(run: Run, first: torch.Tensor) -> Iterator[None]:
    """Channels last on the CPU, if the network gives the same in that order; some networks count on the usual one."""
    network, capture = run.model.network, run.capture
    capture.probe(lambda: network(first))
    if run.device.type != "cpu":
        yield
        return
    expected = capture.values
    with ExitStack() as order:
        order.enter_context(channels_last_weights(network))
        try:
            capture.run(lambda: network(first), 1)
            same = all(_close(capture.values[layer], value) for layer, value in expected.items())
        except RuntimeError:
            same = False
        if not same:
            order.close()
        yield


def _close(value: torch.Tensor, expected: torch.Tensor) -> bool:
    """Equal beyond rounding; what is not finite is the writer's to refuse."""
    largest = expected.abs().max()
    return not torch.isfinite(largest) or bool((value - expected).abs().max() <= ROUNDING * largest)
