"""Answers of networks of the zoo over time: silhouettes of another seed, shown for a few steps, then grey or masked."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from harness.host import load_training_set
from harness.models import RecurrentModel
from harness.training import Masked, normalised, unrolled

AFTER = 12  # steps from the onset on, of which the last is the one that training asks for
HELD_OUT = 1000  # seed of the drawings


@dataclass(frozen=True)
class Trials:
    """A condition of the task.

    Attributes:
        shown: steps of the image.
        masked: whether a mask follows, and not grey.
        lead: steps of background before the onset, in the noise of the movie.
        blank: steps of a blank screen before the movie.
        noise: standard deviation of the noise on all of the movie, in luminance.
        occlusion: share of a drawing under blocks, at most.
        count: of images, the same in all conditions.
    """

    shown: int = 2
    masked: bool = False
    lead: int = 6
    blank: int = 0
    noise: float = 0.15
    occlusion: float = 0.0
    count: int = 350

    def batches(self, model: RecurrentModel) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
        """Movies for a model, and labels."""
        size, channels = model.preprocessing.size, model.preprocessing.channels
        samples = load_training_set(
            "silhouettes",
            size=size,
            channels=channels,
            samples=self.count,
            occlusion=self.occlusion,
            seed=HELD_OUT,
        ).train
        presentation = Masked(masked=float(self.masked), noise=self.noise)
        state = torch.get_rng_state()
        try:
            for begin in range(0, self.count, 70):
                torch.manual_seed(begin)
                frames, labels = samples.batch(list(range(begin, min(begin + 70, self.count))))
                steps = torch.full((len(frames),), self.shown)
                movie, _ = presentation.at(frames.float() / 255, labels, AFTER, self.lead, steps)
                yield normalised(movie, model.preprocessing), labels
        finally:
            torch.set_rng_state(state)


@torch.no_grad()
def right_over_time(model: RecurrentModel, trials: Trials) -> np.ndarray:
    """Whether each image is named rightly in each of 12 steps from the onset on, (images, 12).

    Args:
        model: with the classes of the silhouettes.
    """
    right = [
        unrolled(model, model.network, movie, idle=trials.blank).scores[:, trials.lead :].argmax(2) == labels[:, None]  # type: ignore[index]
        for movie, labels in trials.batches(model)
    ]
    return torch.cat(right).numpy()


@torch.no_grad()
def activity_over_time(model: RecurrentModel, steps: int = 300, blank: int = 100) -> dict[str, np.ndarray]:
    """The mean activity of each layer while an image is held on, and in a blank after it, (steps + blank,)."""
    size, channels = model.preprocessing.size, model.preprocessing.channels
    samples = load_training_set("silhouettes", size=size, channels=channels, samples=70, seed=HELD_OUT).train
    frames = normalised(samples.batch(list(range(14)))[0].float() / 255, model.preprocessing)
    grey = normalised(torch.full_like(frames, 0.5), model.preprocessing)
    movie = torch.cat([frames[:, None].expand(-1, steps, -1, -1, -1), grey[:, None].expand(-1, blank, -1, -1, -1)], 1)
    layers = [layer for layer in model.layers if layer != model.readout]
    recorded: dict[str, Any] = unrolled(model, model.network, movie, layers).recorded
    return {layer: np.array([float(step.abs().mean()) for step in recorded[layer]]) for layer in layers}


@torch.no_grad()
def multiplications(model: RecurrentModel) -> int:
    """Multiplications of convolutions and linear maps for one frame in one step, once all areas have been reached."""
    counted: list[int] = []

    def count(module: torch.nn.Module, _: Any, output: torch.Tensor) -> None:
        each = module.weight[0].numel()  # type: ignore[index]
        counted.append(output.numel() * each)

    kinds = (torch.nn.Conv2d, torch.nn.Linear)
    hooks = [each.register_forward_hook(count) for each in model.network.modules() if isinstance(each, kinds)]
    size, channels = model.preprocessing.size, model.preprocessing.channels
    network: Any = model.network
    state = network.init(1, torch.device("cpu"))
    try:
        for _ in range(AFTER):
            counted.clear()
            state = network.step(torch.zeros(1, channels, size, size), state)
    finally:
        for hook in hooks:
            hook.remove()
    return sum(counted)
