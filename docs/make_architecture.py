"""Draws `docs/figures/architecture.png`: the packages in their layers, and the way of a stimulus to a score."""

from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
from matplotlib.patches import FancyBboxPatch

PAGE = Path(__file__).parent / "figures" / "architecture.png"
LAYERS = (
    (("cli", "commands and demo"),),
    (("studies", "models, grids and benchmarks in a file; SLURM, Ray"),),
    (("scoring", "a pair: key, cache, score, provenance"),),
    (("testing", "checks for plugin authors, simulated brains"),),
    (("results", "one file per pair; the leaderboard"),),
    (("brain_score", "both ways between Brain-Score and the harness"),),
    (
        ("benchmarks", "experiments of six kinds"),
        ("optogenetics", "a patch of an area"),
        ("training", "recipes, training sets"),
    ),
    (("data", "recordings and choices: formats, places, import"),),
    (("brain_model", "a model seen as a brain"), ("host", "plugins, registries")),
    (("perturbation", "what is done to a network while it runs"),),
    (("engine", "runs every network"),),
    (
        ("stimuli", "timelines, canvas"),
        ("models", "network and time"),
        ("metrics", "on arrays"),
        ("store", "disk caches"),
        ("assemblies", "scores, labelled arrays"),
    ),
    (("identity", "digests of values, code, networks, sources"),),
    (("checks", "arguments and identifiers"), ("notebooks", "objects as notebooks show them")),
)
WAY = (
    ("stimuli", "1  timelines in ms and degrees"),
    ("models", "2  a network that consumes time"),
    ("engine", "3  responses (stimuli, time, units)"),
    ("brain_model", "4  recorded from a region or in a task"),
    ("benchmarks", "5  compared with a target, by metrics"),
    ("scoring", "6  score, ceiling, error, provenance"),
    ("results", "7  a file, and a cell of the leaderboard"),
)
WIDTH, HEIGHT, GAP, STEP = 10.0, 0.62, 0.2, 0.8


def main() -> None:
    """Write the figure."""
    figure, axis = plt.subplots(figsize=(12, 9.5))
    for row, layer in enumerate(LAYERS):
        wide = (WIDTH - GAP * (len(layer) - 1)) / len(layer)
        for column, (name, about) in enumerate(layer):
            box(axis, column * (wide + GAP), -row * STEP, wide, name, about)
    way(axis, (len(LAYERS) - 1) * STEP / (len(WAY) - 1))
    axis.set(xlim=(-0.1, WIDTH + 4.4), ylim=(-len(LAYERS) * STEP + 0.7, 1.1))
    axis.axis("off")
    axis.text(0, 0.9, "imports run downwards only", size=9, style="italic", color="#666666")
    axis.text(WIDTH + 0.75, 0.9, "the way of a stimulus to a score", size=9, style="italic", color="#666666")
    figure.savefig(PAGE, dpi=100, bbox_inches="tight")


def box(axis: plt.Axes, x: float, y: float, wide: float, name: str, about: str) -> None:
    """A package with a line about it; coloured where it lies on the way of a stimulus."""
    fill, edge = ("#dcebf7", "#4a6d8c") if name in dict(WAY) else ("#f2f2f2", "#b0b0b0")
    axis.add_patch(FancyBboxPatch((x, y), wide, HEIGHT, boxstyle="round,pad=0,rounding_size=0.08", fc=fill, ec=edge))
    axis.text(x + wide / 2, y + HEIGHT * 0.7, name, ha="center", va="center", weight="bold", size=10.5)
    axis.text(x + wide / 2, y + HEIGHT * 0.28, about, ha="center", va="center", size=7.5, color="#444444")


def way(axis: plt.Axes, apart: float) -> None:
    """The stations of a stimulus, from the bottom to the top."""
    for number, (_, text) in enumerate(reversed(WAY)):
        y = HEIGHT / 2 - number * apart
        axis.text(WIDTH + 0.75, y, text, va="center", size=9.5, color="#2b4a66")
        if number:
            ends = (WIDTH + 0.85, y + apart - 0.25), (WIDTH + 0.85, y + 0.25)
            axis.annotate("", *ends, arrowprops={"arrowstyle": "->", "color": "#4a6d8c"})


if __name__ == "__main__":
    main()
