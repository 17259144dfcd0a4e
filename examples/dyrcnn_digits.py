"""Train a narrow DyRCNN x4 on scikit-learn's handwritten digits, and score it: a few minutes on two cores.

    python examples/dyrcnn_digits.py [FOLDER]

The 500 digits of the benchmark `Digits-decoding` are not trained on. The weights are written to FOLDER/dyrcnn_digits.safetensors
and load as any others do, with the arguments that stand below.
"""

import sys
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import save_file
from sklearn.datasets import load_digits

from harness import load_model, score_model
from harness.models import RecurrentModel

ARGUMENTS: dict[str, Any] = {
    "widths": [9, 16, 36, 100],
    "size": 16,
    "channels": 1,
    "mean": [0.3],
    "std": [0.35],
    "classes": [str(digit) for digit in range(10)],
    "t_ff": 2.0,
    "t_rc": 4.0,
    "recurrent_scale": 0.02,
}
STEPS, JUDGED = 9, 4  # a digit is shown for 18 ms, and must be told in the last 8


def digits(model: RecurrentModel) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Inputs (digits, 1, size, size), labels, and whether each is among the first 50 of its kind, which the benchmark shows."""
    data = load_digits()
    frames = [model.preprocessing.place(image.astype(np.float32) / 16, 1.0, (0, 0, 0)) for image in data.images]
    shown = np.zeros(len(frames), dtype=bool)
    for digit in range(10):
        shown[np.flatnonzero(data.target == digit)[:50]] = True
    return torch.stack(frames), torch.from_numpy(data.target), torch.from_numpy(shown)


def movie(frames: torch.Tensor) -> torch.Tensor:
    """Each frame held for all steps: (batch, steps, 1, size, size)."""
    return frames[:, None].expand(-1, STEPS, -1, -1, -1)


def train(network: torch.nn.Module, frames: torch.Tensor, labels: torch.Tensor, epochs: int) -> None:
    """An ordinary loop: cross entropy of the last steps, through time."""
    batches = -(-len(frames) // 32)
    optimiser = torch.optim.Adam(network.parameters())
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, max_lr=0.01, total_steps=epochs * batches)
    network.train()
    for epoch in range(epochs):
        for batch in torch.randperm(len(frames)).split(32):
            scores = network(movie(frames[batch]))[:, -JUDGED:]
            loss = torch.nn.functional.cross_entropy(scores.flatten(0, 1), labels[batch].repeat_interleave(JUDGED))
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
        print(f"epoch {epoch + 1} of {epochs}: loss {loss.item():.3f}")
    network.eval()


def main(folder: Path, epochs: int = 10) -> tuple[float, float]:
    """Train, save, load, score.

    Returns:
        Accuracy on the digits that were not trained on, and the score on `Digits-decoding`.
    """
    torch.manual_seed(0)
    model = load_model("dyrcnn_x4", **ARGUMENTS)
    frames, labels, held_out = digits(model)
    train(model.network, frames[~held_out], labels[~held_out], epochs)
    path = folder / "dyrcnn_digits.safetensors"
    save_file(model.network.state_dict(), path)
    trained = ARGUMENTS | {"weights": str(path)}
    with torch.no_grad():
        answers = load_model("dyrcnn_x4", **trained).network(movie(frames[held_out]))[:, -1].argmax(1)
    accuracy = (answers == labels[held_out]).float().mean().item()
    score = float(score_model("dyrcnn_x4", "Digits-decoding", model_args=trained))
    print(f"accuracy on digits not trained on {accuracy:.3f}, Digits-decoding {score:.3f}; weights in {path}")
    return accuracy, score


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "."))
