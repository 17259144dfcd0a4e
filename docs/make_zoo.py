"""Benefit of recurrence: accuracy over time of the trained networks that name a silhouette after it has gone.

    python docs/make_zoo.py

draws `docs/figures/zoo_masking.png` and prints the tables of `docs/training.md`: means over the seeds of which there are files.
"""

from pathlib import Path

import matplotlib
import numpy as np

from harness import load_model
from harness_plugins.models.zoo.masking import AFTER, accuracy_over_time
from harness_plugins.models.zoo.members import MEMBERS

matplotlib.use("Agg")
from matplotlib import pyplot as plt

NAME = "dyrcnn_x4_masking"
CONDITIONS = {
    "grey after 2": (2, False),
    "mask after 2": (2, True),
    "mask after 4": (4, True),
    "grey after 6": (6, False),
}
COLOURS = {"none": "0.5", "self": "#1f77b4", "depthpointwise": "#2ca02c", "full": "#d62728"}
NOISES = (0.0, 0.3)
COUNT, CHANCE = 350, 1 / 7


def courses(recurrence: str, seed: int, cut: bool, lead: int, noise: float = 0.15) -> np.ndarray:
    """(conditions, steps), the accuracy of a network."""
    model = load_model(NAME, recurrence=recurrence, seed=seed, cut_recurrence=cut)
    return np.array([accuracy_over_time(model, *how, lead, COUNT, noise) for how in CONDITIONS.values()])


def main() -> None:
    """Measure, draw, print."""
    members = {
        one.variant: [seed for seed in one.seeds if one.path(seed).is_file()] for one in MEMBERS if one.name == NAME
    }
    members = {variant: seeds for variant, seeds in members.items() if seeds}
    figure, axes = plt.subplots(1, len(CONDITIONS), figsize=(12, 3), sharey=True, layout="constrained")
    print("| lateral connections | seeds | " + " | ".join(CONDITIONS) + " | largest difference with a lead-in |")
    print("|---" * (len(CONDITIONS) + 3) + "|")
    for variant, seeds in members.items():
        for cut in (False, True)[: 1 + (variant != "none")]:
            each = np.array([courses(variant, seed, cut, 6) for seed in seeds])
            apart = np.mean([courses(variant, seed, cut, 0)[:, -1] for seed in seeds], 0) - each[:, :, -1].mean(0)
            numbers = " | ".join(f"{value:.2f}" for value in each[:, :, -1].mean(0))
            label = f"{variant}, cut after training" if cut else variant
            print(f"| {label} | {len(seeds)} | {numbers} | {np.abs(apart).max():.2f} |", flush=True)
            for axis, course in zip(axes, each.mean(0), strict=True):
                axis.plot(range(1, AFTER + 1), course, "--" if cut else "-", color=COLOURS[variant], label=label)
    for axis, title in zip(axes, CONDITIONS, strict=True):
        axis.set(title=f"{title} steps", xlabel="steps of 8.3 ms after onset", ylim=(0, 1))
        axis.axhline(CHANCE, color="k", lw=0.5)
    axes[0].set_ylabel("accuracy")
    axes[-1].legend(fontsize=7)
    figure.savefig(Path(__file__).parent / "figures" / "zoo_masking.png", dpi=110)
    print("\n| noise | " + " | ".join(members) + " |\n" + "|---" * (len(members) + 1) + "|")
    for noise in NOISES:
        values = [
            np.mean([courses(v, seed, False, 6, noise)[:, -1].mean() for seed in seeds]) for v, seeds in members.items()
        ]
        print(f"| {noise:g} | " + " | ".join(f"{value:.2f}" for value in values) + " |", flush=True)


if __name__ == "__main__":
    main()
