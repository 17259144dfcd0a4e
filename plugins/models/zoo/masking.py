"""Accuracy of networks of the zoo over time: silhouettes of another seed, shown for a few steps, then grey or masked."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import torch

from harness.host import load_training_set
from harness.models import RecurrentModel
from harness.training import Masked, normalised, unrolled

AFTER = 12  # steps from the onset on, of which the last is the one that training asks for
HELD_OUT = 1000  # seed of the drawings


@torch.no_grad()
def accuracy_over_time(
    model: RecurrentModel, shown: int, masked: bool, lead: int = 0, count: int = 490, noise: float = 0.15
) -> np.ndarray:
    """The share of right answers in each of 12 steps from the onset on, (12,).

    Args:
        model: with the classes of the silhouettes.
        shown: steps of the image.
        masked: whether a mask follows, and not grey.
        lead: steps of background before the onset.
        count: of images, the same in all conditions.
        noise: standard deviation of the noise on all of the movie, in luminance.
    """
    right = [
        (unrolled(model, model.network, movie).scores[:, lead:].argmax(2) == labels[:, None]).float()  # type: ignore[index]
        for movie, labels in _trials(model, shown, masked, lead, count, noise)
    ]
    return torch.cat(right).mean(0).numpy()


def _trials(
    model: RecurrentModel, shown: int, masked: bool, lead: int, count: int, noise: float
) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
    """Batches of movies and labels."""
    size, channels = model.preprocessing.size, model.preprocessing.channels
    samples = load_training_set("silhouettes", size=size, channels=channels, samples=count, seed=HELD_OUT).train
    presentation = Masked(masked=float(masked), noise=noise)
    state = torch.get_rng_state()
    try:
        for begin in range(0, count, 70):
            torch.manual_seed(begin)
            frames, labels = samples.batch(list(range(begin, min(begin + 70, count))))
            steps = torch.full((len(frames),), shown)
            movie, _ = presentation.at(frames.float() / 255, labels, AFTER, lead, steps)
            yield normalised(movie, model.preprocessing), labels
    finally:
        torch.set_rng_state(state)


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
