"""Recurrent networks, drawing and cached scores, in CPU seconds; ratios of runs that follow each other in one process.

    OMP_NUM_THREADS=1 OMP_WAIT_POLICY=PASSIVE python performance/recurrent.py [dyrcnn maps short cached drawing precision compiled]

`dyrcnn` needs an environment with dynvision (`sh performance/peers.sh FOLDER`) for the comparison with it; without, it is compared
with its own convolutions alone.
"""

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import zlib
from typing import Any

import numpy as np
import torch
from _side_by_side import PAIRS, absent, compared, seconds
from torch import nn

from harness import Recording, StimulusSet, extract, load_model, load_stimuli
from harness.store import Store

_USED = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True, capture_output=True)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)
"""  # CPU seconds and MB of a command


def plain(network: nn.Module, frames: torch.Tensor, steps: int) -> None:
    """The loop of steps that a user would write."""
    with torch.no_grad():
        state = network.init(len(frames), frames.device)  # type: ignore[operator]
        for _ in range(steps):
            state = network.step(frames, state)  # type: ignore[operator]


def dyrcnn(batch: int = 32, steps: int = 20, size: int = 64) -> None:
    """x4 with full recurrence, against its convolutions alone (default layout), and against dynvision."""
    network, frames = load_model("dyrcnn_x4", size=size).network, torch.randn(batch, 3, size, size)
    calls: list[tuple[nn.Module, torch.Tensor]] = []
    handles = [
        module.register_forward_hook(lambda module, inputs, output: calls.append((module, inputs[0].contiguous())))
        for module in network.modules()
        if isinstance(module, nn.Conv2d)
    ]
    plain(network, frames, 1)
    for handle in handles:
        handle.remove()

    @torch.no_grad()
    def alone() -> None:
        for _ in range(steps):
            for module, values in calls:
                module(values)

    print("DyRCNN / its convolutions alone:", compared(lambda: plain(network, frames, steps), alone))
    for name in ("wandb", "ffcv", "ffcv.fields", "ffcv.loader", "ffcv.transforms", "ffcv.pipeline", "ffcv.writer"):
        sys.modules.setdefault(name, absent(name))  # dynvision imports what it needs for training
    try:
        from dynvision.models import DyRCNNx4
    except ImportError as error:
        print(f"DyRCNN / dynvision: not measured ({error})")
        return
    shape = (steps, 3, size, size)
    peer = DyRCNNx4(n_classes=10, input_dims=shape, n_timesteps=steps, recurrence_type="full").eval()
    shown = frames[:, None].expand(-1, steps, -1, -1, -1).contiguous()

    @torch.no_grad()
    def theirs() -> None:
        peer(shown)

    print("DyRCNN / dynvision:", compared(lambda: plain(network, frames, steps), theirs))


def _images(number: int, size: int) -> StimulusSet:
    random = np.random.default_rng(0)
    images = [random.integers(0, 256, (size, size, 3), dtype=np.uint8) for _ in range(number)]
    return StimulusSet.from_images("images", images, 40.0)


def _recorded(model: Any, stimuli: StimulusSet, recording: Recording) -> None:
    with tempfile.TemporaryDirectory() as folder:
        extract(model, stimuli, recording, store=Store(folder), device="cpu")


def maps(number: int = 32, size: int = 64) -> None:
    """CPU seconds a GB that 20 bins of full maps cost over the same run pooled to one unit."""
    from harness.engine import MeanAbsolute

    model, stimuli = load_model("dyrcnn_x4", size=size), _images(number, size)
    bins = [(2.0 * k, 2.0 * k + 2) for k in range(20)]
    full, pooled = Recording("V1.output", bins), Recording("V1.output", bins, MeanAbsolute())
    gigabytes = 4 * number * 20 * 36 * size**2 / 1e9
    costs = [
        seconds(lambda: _recorded(model, stimuli, full)) - seconds(lambda: _recorded(model, stimuli, pooled))
        for _ in range(PAIRS)
    ]
    floor = [seconds(lambda: _written(int(gigabytes * 1e9))) for _ in range(PAIRS)]
    print(
        f"full maps, {gigabytes:.2f} GB: {statistics.median(costs) / gigabytes:.2f} CPU s/GB; to fill as much fresh memory, "
        f"sum it, take its checksum and write it alone: {statistics.median(floor) / gigabytes:.2f} CPU s/GB"
    )


def _written(size: int) -> None:
    values = torch.ones(size // 4).numpy()
    zlib.crc32(values.data)
    values.sum(dtype=np.float32)
    with tempfile.TemporaryFile() as file:
        file.write(values.data)


def short(number: int = 4, steps: int = 20, size: int = 96) -> None:
    """The engine over a plain loop of the same steps."""
    for name in ("cordsnet_r8", "gammanet_v2"):
        model, stimuli = (
            load_model(name, size=size, **({"lead_in": 0.0} if "cords" in name else {})),
            _images(number, size),
        )
        bins = [(0.0, steps * model.time_step)]
        recording, frames = Recording(model.layers[:1], bins), torch.randn(number, 3, size, size)
        engine = lambda model=model, stimuli=stimuli, recording=recording: _recorded(model, stimuli, recording)
        loop = lambda model=model, frames=frames: plain(model.network, frames, steps)
        print(f"{name}, {steps} steps, engine / plain loop:", compared(engine, loop))


def cached(pairs: int = 200) -> None:
    """A pair whose score is known: milliseconds in a run of many; CPU seconds and memory of a command of its own."""
    from harness.scoring import RunOptions, score_each

    with tempfile.TemporaryDirectory() as folder:
        os.environ["HARNESS_HOME"] = folder
        options = RunOptions(remember=True)
        list(score_each(["constant"], ["Temporal.contrast"], options))
        cost = seconds(lambda: list(score_each(["constant"] * pairs, ["Temporal.contrast"], options)))
        print(f"cached pairs: {1000 * cost / pairs:.1f} ms each")
        asked = ["score", "-m", "cornet_rt", "-b", "Temporal.contrast", "--json"]
        command = [sys.executable, "-W", "ignore", "-m", "harness", *asked]
        subprocess.run(command, check=True, capture_output=True)
        answer = subprocess.run([sys.executable, "-c", _USED, *command], check=True, capture_output=True, text=True)
        cpu, megabytes = map(float, answer.stdout.split())
    print(f"a cached pair in a new process: {cpu:.2f} CPU s, {megabytes:.0f} MB")


def drawing() -> None:
    """Displays of Kapadia1995, drawn and asked for again."""
    turns = [15 * k for k in range(12)]
    load_stimuli("kapadia", orientation=0)
    first, again = (seconds(lambda: load_stimuli("kapadia", orientation=turns)) for _ in range(2))
    print(f"Kapadia, 96 displays: {first:.3f} s, again {again:.4f} s")


def precision(number: int = 32, size: int = 224) -> None:
    """bfloat16 against float32, resnet18 up to avgpool, and what it changes."""
    model, stimuli = load_model("torchvision/resnet18", weights="random"), _images(number, size)
    wide, narrow = Recording("avgpool"), Recording("avgpool", precision="bfloat16")
    print(
        "bfloat16 / float32:",
        compared(lambda: _recorded(model, stimuli, narrow), lambda: _recorded(model, stimuli, wide)),
    )
    with tempfile.TemporaryDirectory() as folder:
        values = [np.array(extract(model, stimuli, one, store=Store(folder)).array()) for one in (wide, narrow)]
    print(
        f"largest difference: {np.abs(values[0] - values[1]).max() / np.abs(values[0]).max():.1e} of the largest response"
    )


COMPILED = {"torchvision/resnet18": ("layer4", 224), "dyrcnn_x4": ("V1.output", 64), "cordsnet_r4": ("areas.3", 96)}
"""Layer, and size of the input."""


def compiled(batches: int = 4) -> None:
    """Networks that `torch.compile` translates against the same as they are: the first batch, later ones, and what it changes."""
    from harness.engine import MeanAbsolute

    os.environ["TORCHINDUCTOR_COMPILE_THREADS"] = (
        "1"  # so that all of it is work of this process and of what it waits for
    )
    for name, (layer, size) in COMPILED.items():
        own = {"weights": "random"} if "torchvision" in name else {"size": size}
        cost, values = {}, {}
        for translated in (False, True):
            model = load_model(name, compiled=translated, **own)
            recording = Recording(layer, [(0.0, 20 * (model.time_step or 2.0))], MeanAbsolute())
            with tempfile.TemporaryDirectory() as folder:
                os.environ["TORCHINDUCTOR_CACHE_DIR"] = f"{folder}/inductor"  # nothing is known of earlier translations
                cost[translated], values[translated] = _batches(model, _images(32 * batches, size), recording, folder)
        once, [usual, later] = (
            cost[True][0] - cost[False][0],
            [statistics.median(cost[each][1:]) for each in (False, True)],
        )
        apart = np.abs(values[True] - values[False]).max() / np.abs(values[False]).max()
        print(
            f"{name}, compiled: {once:.1f} s once, then {later / usual:.2f} of {usual:.2f} s a batch; changes {apart:.1e}",
            flush=True,
        )


def _batches(model: Any, stimuli: StimulusSet, recording: Recording, folder: str) -> tuple[list[float], np.ndarray]:
    """CPU seconds of each batch of an extraction, and the responses."""
    moments: list[float] = []

    def now(progress: Any) -> None:
        used = [resource.getrusage(whose) for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        moments.append(sum(each.ru_utime + each.ru_stime for each in used))

    options: dict[str, Any] = {"store": Store(folder), "device": "cpu", "batch_size": 32, "callbacks": [now]}
    responses = extract(model, stimuli, recording, **options)
    return np.diff(moments[:-1]).tolist(), np.array(responses.array())


PARTS = {part.__name__: part for part in (dyrcnn, maps, short, cached, drawing, precision, compiled)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], default=[])
    torch.set_num_threads(1)
    for part in parser.parse_args().parts or PARTS:
        PARTS[part]()


if __name__ == "__main__":
    main()
