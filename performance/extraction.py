"""Speed and memory of extraction, side by side with two peers in one run.

    python performance/extraction.py [--images 256] [--pairs 5] [--stimuli 500 5000]

(a) the bare loop: the same preprocessing and the same forward pass, results thrown away.
(b) a straightforward harness: every stimulus by itself, every repeated frame run again, everything held in memory and one pickle
    at the end.

Threads that wait for each other awake cost whichever side happens to meet other work on the machine; OMP_WAIT_POLICY is therefore
PASSIVE for both, unless it is set.

Ratios are what counts: both sides of a pair run one after the other on the same machine, and the median over pairs is given.
Peak memory is anonymous memory (RssAnon), sampled in a process of its own: mapped files are not memory that is needed.
"""

import argparse
import functools
import json
import os
import pickle
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # read when torch is imported

import numpy as np
import torch
import torchvision

from harness import Frame, FrameModel, Preprocessing, Recording, StimulusSet, Timeline, extract
from harness.models import IMAGENET_MEAN, IMAGENET_STD
from harness.store import Store

RECORDINGS = {"pooled": ["avgpool"], "layer1, 0.77 MiB per image": ["layer1"]}
WHOLE = "fc"


def network(size: int = 224) -> FrameModel:
    torch.manual_seed(0)
    resnet = torchvision.models.resnet18(weights=None)
    preprocessing = Preprocessing(size, IMAGENET_MEAN, IMAGENET_STD)
    return FrameModel("resnet18", resnet, preprocessing=preprocessing, layers=["avgpool"], layouts={"avgpool": "CHW"})


def noise_images(number: int, size: int = 224) -> list[Frame]:
    random = np.random.default_rng(0)
    return [Frame(random.integers(0, 256, (size, size, 3), dtype=np.uint8)) for _ in range(number)]


def static(frames: list[Frame], duration: float = 100.0) -> StimulusSet:
    return StimulusSet.from_images("static", frames, duration)


def movies(frames: list[Frame], repeats: int = 20) -> StimulusSet:
    """Every image as a movie of so many equal frames at 50 Hz; as a timeline, one run."""
    import pandas as pd

    table = pd.DataFrame({"stimulus_id": [str(number) for number in range(len(frames))]})
    return StimulusSet("movies", table, [Timeline.movie([frame] * repeats, 50.0) for frame in frames])


@torch.inference_mode()
def bare(model: FrameModel, frames: list[Frame], layer: str, batch: int = 32) -> None:
    """(a) Preprocess and run up to a layer, nothing else."""
    stop = _StopAt(model.network.get_submodule(layer))
    for start in range(0, len(frames), batch):
        placed = [model.preprocessing.place(f.load(), 1.0, (0.5,) * 3) for f in frames[start : start + batch]]
        stop.run(model.network, torch.stack(placed))


class _StopAt:
    """Ends a pass at a module, as the engine does after the last layer that is wanted."""

    def __init__(self, module: torch.nn.Module):
        self._module = module

    def run(self, network: torch.nn.Module, images: torch.Tensor) -> None:
        def stop(*_: object) -> None:
            raise StopIteration

        handle = self._module.register_forward_hook(stop)
        try:
            network(images)
        except StopIteration:
            pass
        finally:
            handle.remove()


@torch.inference_mode()
def straightforward(model: FrameModel, stimuli: StimulusSet, step: float, layers: list[str], path: Path) -> None:
    """(b) Frame by frame through every stimulus, all in memory, one pickle."""
    kept: dict[str, dict[str, np.ndarray]] = {layer: {} for layer in layers}
    for stimulus, timeline in stimuli:
        count = max(1, round(timeline.duration / step))
        frames = [timeline.at((number + 0.5) * step) for number in range(count)]
        images = torch.stack([model.preprocessing.place(frame, 1.0, (0.5,) * 3) for frame in frames])
        handles = [
            model.network.get_submodule(layer).register_forward_hook(
                lambda module, inputs, output, kept=kept[layer], stimulus=stimulus: kept.update(
                    {stimulus: output.detach().cpu().clone().flatten(1).numpy()}
                )
            )
            for layer in layers
        ]
        model.network(images)
        for handle in handles:
            handle.remove()
    path.write_bytes(pickle.dumps(kept))


def timed(run: Callable[[], object]) -> tuple[float, float]:
    """Wall and CPU seconds."""
    wall, cpu = time.perf_counter(), time.process_time()
    run()
    return time.perf_counter() - wall, time.process_time() - cpu


def ratios(ours: Callable[[], object], theirs: Callable[[], object], pairs: int) -> dict[str, object]:
    """How many times faster we are than the other side, over interleaved pairs: median and range, wall and CPU."""
    walls, cpus = [], []
    for number in range(pairs):
        order = (ours, theirs) if number % 2 else (theirs, ours)
        first, second = timed(order[0]), timed(order[1])
        mine, other = (first, second) if number % 2 else (second, first)
        walls.append(other[0] / mine[0])
        cpus.append(other[1] / mine[1])
    return {"wall": spread(walls), "CPU": spread(cpus), "pairs": pairs}


def spread(values: list[float]) -> str:
    """Median and range."""
    return f"{statistics.median(values):.3g} ({min(values):.3g} to {max(values):.3g})"


def against_the_bare_loop(images: int, pairs: int) -> dict[str, object]:
    model, frames = network(), noise_images(images)
    stimuli = static(frames)
    results = {}
    for name, layers in RECORDINGS.items():
        recording = Recording(layers)

        def ours(recording: Recording = recording) -> None:
            with tempfile.TemporaryDirectory() as folder:
                extract(model, stimuli, recording, store=Store(folder), batch_size=32)

        for end, until in (("the whole pass", WHOLE), ("a pass that ends at the same layer", layers[-1])):
            theirs = functools.partial(bare, model, frames, until)
            results[f"{name}, against {end}"] = ratios(ours, theirs, pairs)
    return results


def against_a_straightforward_harness(images: int, pairs: int) -> dict[str, object]:
    model, frames = network(), noise_images(images)
    results = {}
    for name, stimuli, step in (("static images", static(frames), 100.0), ("20-frame movies", movies(frames), 20.0)):
        with tempfile.TemporaryDirectory() as folder:

            def ours(stimuli: StimulusSet = stimuli) -> None:
                with tempfile.TemporaryDirectory() as store:
                    extract(model, stimuli, Recording("avgpool"), store=Store(store))

            def theirs(stimuli: StimulusSet = stimuli, step: float = step, folder: str = folder) -> None:
                straightforward(model, stimuli, step, ["avgpool"], Path(folder) / "all.pkl")

            results[name] = ratios(ours, theirs, pairs)
    return results


def cached(images: int, pairs: int) -> dict[str, object]:
    model, stimuli = network(), static(noise_images(images))
    results = {}
    for name, layers in RECORDINGS.items():
        with tempfile.TemporaryDirectory() as kept:
            extract(model, stimuli, Recording(layers), store=Store(kept))

            def again(layers: list[str] = layers, kept: str = kept) -> None:
                extract(model, stimuli, Recording(layers), store=Store(kept)).array()

            def anew(layers: list[str] = layers) -> None:
                with tempfile.TemporaryDirectory() as folder:
                    extract(model, stimuli, Recording(layers), store=Store(folder))

            results[name] = ratios(again, anew, pairs)
    return results


def memory(counts: list[int]) -> dict[str, object]:
    """Peak anonymous memory of an extraction of so many stimuli, each in a process of its own."""
    peaks = {}
    for count in counts:
        command = [sys.executable, __file__, "--peak", str(count)]
        peaks[count] = json.loads(
            subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()[-1]
        )
    first, last = peaks[counts[0]], peaks[counts[-1]]
    return {"MiB": peaks, "growth": f"{100 * (last / first - 1):+.1f} %"}


def peak(count: int) -> float:
    """MiB of anonymous memory at the peak of one extraction, 64 px frames made as files on disk."""
    from PIL import Image

    with tempfile.TemporaryDirectory() as folder:
        random = np.random.default_rng(0)
        paths = [Path(folder) / f"{number:05d}.png" for number in range(count)]
        for path in paths:
            Image.fromarray(random.integers(0, 256, (64, 64, 3), dtype=np.uint8)).save(path)
        stimuli = StimulusSet.from_images("files", paths, 100.0)
        sampler = _Sampler()
        with sampler:
            extract(network(64), stimuli, Recording(["layer1", "avgpool"]), store=Store(Path(folder) / "store"))
        return sampler.peak / 2**20


class _Sampler:
    """Samples RssAnon of this process every 5 ms."""

    peak = 0

    def __enter__(self) -> None:
        self._running = True
        self._thread = threading.Thread(target=self._sample)
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._running = False
        self._thread.join()

    def _sample(self) -> None:
        while self._running:
            status = Path("/proc/self/status").read_text()
            self.peak = max(self.peak, int(status.split("RssAnon:")[1].split()[0]) * 1024)
            time.sleep(0.005)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--images", type=int, default=256)
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--stimuli", type=int, nargs="+", default=[500, 5000])
    parser.add_argument("--peak", type=int, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.peak:
        print(peak(arguments.peak))
        return
    print(
        f"resnet18, random weights, 224 px, {os.cpu_count()} cores, torch {torch.__version__}, {arguments.images} images"
    )
    report("rate relative to (a) the bare loop", against_the_bare_loop(arguments.images, arguments.pairs))
    few = max(8, arguments.images // 16)
    report("times faster than (b) a straightforward harness", against_a_straightforward_harness(few, arguments.pairs))
    report("times faster from the store than anew", cached(arguments.images, 3))
    report("peak anonymous memory, stimuli on disk", memory(arguments.stimuli))


def report(title: str, results: dict[str, object]) -> None:
    print(f"\n{title}")
    for name, value in results.items():
        print(f"  {name}: {value}", flush=True)


if __name__ == "__main__":
    main()
