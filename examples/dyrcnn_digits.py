"""Train a narrow DyRCNN x4 on scikit-learn's handwritten digits, and score it: a few minutes on one core.

    pip install 'vision-dynamics-harness[train]'
    python examples/dyrcnn_digits.py [FOLDER]

The 500 digits of the benchmark `Digits-decoding` are not trained on. The weights are written to FOLDER/dyrcnn_digits.safetensors,
which says of itself with which arguments it loads. `limit` keeps lateral connections from growing without end: a network trained
without it tells digits, too, but its activity explodes when it sees one for longer than it has in training.
"""

import sys
from pathlib import Path
from typing import Any

from harness import score_model, train_model

MODEL: dict[str, Any] = {
    "widths": [9, 16, 36, 100],
    "size": 16,
    "channels": 1,
    "mean": [0.3],
    "std": [0.35],
    "t_ff": 2.0,
    "t_rc": 4.0,
    "recurrent_scale": 0.02,
}
RECIPE: dict[str, Any] = {
    "epochs": 12,
    "batch_size": 32,
    "accumulate": 1,
    "steps": 9,  # a digit is shown for 18 ms, and must be told in the last 8
    "judged": 4,
    "reaction": 0.0,
    "residual": 0,
    "rate": 0.01,
    "schedule": "one_cycle",
    "weight_decay": 0.0,
    "limit": 0.8,
    "clip": 1.0,
    "flip": False,
}


def main(folder: Path) -> tuple[float, float]:
    """Train, save, load, score.

    Returns:
        Accuracy on other samples of the writers that were trained on, and the score on `Digits-decoding`, of other writers.
    """
    path = folder / "dyrcnn_digits.safetensors"
    trained = train_model("dyrcnn_x4", "dynvision", "digits", model_args=MODEL, recipe_args=RECIPE, out=path)
    accuracy = trained.metric[1]
    score = float(score_model("dyrcnn_x4", "Digits-decoding", model_args={"weights": str(path)}))
    print(f"accuracy in validation {accuracy:.3f}, Digits-decoding {score:.3f}; weights in {path}")
    return accuracy, score


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "."))
