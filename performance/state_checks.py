"""What the engine's checks of a network's own memory cost: ratios within one run, of CPU seconds with them to those without.

    OMP_NUM_THREADS=1 OMP_WAIT_POLICY=PASSIVE python performance/state_checks.py

What a network holds is described before and after a run, and compared; a step of a deterministic recurrent model is made again; a
stimulus alone is compared with the same one in a batch (`harness.engine.memory`). The time in these is taken from that of the
extraction they are part of, so that nothing else on the machine counts. Wanted: at most 1.05 for 64 images.
"""

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

import numpy as np
from _side_by_side import PAIRS, seconds

from harness import Recording, StimulusSet, extract, load_model
from harness.engine import memory
from harness.store import Store

CHECKS = (
    (memory, "state_of"),
    (memory, "changed"),
    (memory.WatchedCapture, "repeat"),
    (memory.WatchedCapture, "unlike"),
)
CASES: dict[str, tuple[int, int, float]] = {
    "torchvision/resnet18": (64, 224, 100),
    "dyrcnn_x4": (4, 64, 40),
    "cordsnet_r4": (4, 96, 40),
    "gammanet_v2": (4, 64, 75),
}
"""Images, pixels and ms of each model."""


@contextmanager
def timed() -> Iterator[list[float]]:
    """Collects the CPU seconds of every outermost call of the checks."""
    spent: list[float] = []
    inside = [0]

    def around(check: Callable[..., Any]) -> Callable[..., Any]:
        def call(*given: Any, **named: Any) -> Any:
            if inside[0]:
                return check(*given, **named)
            inside[0], begin = 1, time.process_time()
            try:
                return check(*given, **named)
            finally:
                inside[0] = 0
                spent.append(time.process_time() - begin)

        return call

    with ExitStack() as patches:
        for where, name in CHECKS:
            patches.enter_context(patch.object(where, name, around(getattr(where, name))))
        yield spent


def ratio(name: str, images: int, pixels: int, duration: float) -> tuple[float, float]:
    """With / without the checks, and CPU seconds with them, of one extraction that stores what it finds."""
    model = load_model(name, weights="random", seed=0)
    random = np.random.default_rng(0)
    shown = [random.integers(0, 256, (pixels, pixels, 3), dtype=np.uint8) for _ in range(images)]
    stimuli = StimulusSet.from_images("noise", shown, duration, model.visual_degrees)
    recording = Recording(model.layers[-1:], [(0.0, duration)])
    with tempfile.TemporaryDirectory() as folder, timed() as spent:
        total = seconds(lambda: extract(model, stimuli, recording, store=Store(folder)))
    return total / (total - sum(spent)), total


def main() -> None:
    print("| model | images | with / without checks | CPU s |\n|---|--:|--:|--:|")
    for name, case in CASES.items():
        found = [ratio(name, *case) for _ in range(PAIRS + 1)][1:]  # the first one also loads what all need
        ratios, totals = zip(*found, strict=True)
        middle = statistics.median(ratios)
        print(
            f"| {name} | {case[0]} | {middle:.3f} ({min(ratios):.3f} to {max(ratios):.3f}) | {min(totals):.1f} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
