"""Draws `docs/figures/architecture.png`: the packages in their layers, and the way of a stimulus to a score."""

from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
from matplotlib.patches import FancyBboxPatch

PAGE = Path(__file__).parent / "figures" / "architecture.png"
LAYERS = (
    (("cli", "commands and demo"),),
    (("scoring", "a pair: key, cache, score, provenance"),),
    (("results", "one file per pair; the leaderboard"), ("testing", "checks for plugin authors")),
    (("benchmarks", "fmri · neural · physiology · dynamics · behaviour · readout"),),
    (("brain_model", "a model seen as a brain"), ("data", "recordings, choices"), ("host", "plugins, registries")),
    (("engine", "runs every network"),),
    (
        ("stimuli", "timelines, canvas"),
        ("models", "network and time"),
        ("metrics", "on arrays"),
        ("store", "disk caches"),
    ),
    (("identity", "digests of values, code, networks, sources"), ("assemblies", "scores and labelled arrays")),
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
WIDTH, HEIGHT, GAP = 10.0, 0.78, 0.2


def main() -> None:
    """Write the figure."""
    figure, axis = plt.subplots(figsize=(12, 7.2))
    for row, layer in enumerate(LAYERS):
        wide = (WIDTH - GAP * (len(layer) - 1)) / len(layer)
        for column, (name, about) in enumerate(layer):
            x, y = column * (wide + GAP), -row * (HEIGHT + 0.35)
            on_the_way = name in dict(WAY)
            axis.add_patch(
                FancyBboxPatch(
                    (x, y),
                    wide,
                    HEIGHT,
                    boxstyle="round,pad=0,rounding_size=0.08",
                    fc="#dcebf7" if on_the_way else "#f2f2f2",
                    ec="#4a6d8c" if on_the_way else "#b0b0b0",
                )
            )
            axis.text(x + wide / 2, y + HEIGHT * 0.64, name, ha="center", va="center", weight="bold", size=11)
            axis.text(x + wide / 2, y + HEIGHT * 0.27, about, ha="center", va="center", size=8, color="#444444")
    for number, (_, text) in enumerate(reversed(WAY)):
        axis.text(WIDTH + 0.75, -number * 1.13 + HEIGHT / 2, text, va="center", size=9.5, color="#2b4a66")
    for number in range(len(WAY) - 1):
        axis.annotate(
            "",
            (WIDTH + 0.85, -number * 1.13 + 0.15),
            (WIDTH + 0.85, -(number + 1) * 1.13 + 0.63),
            arrowprops={"arrowstyle": "->", "color": "#4a6d8c"},
        )
    axis.set(xlim=(-0.1, WIDTH + 4.4), ylim=(-8.1, 1.1))
    axis.axis("off")
    axis.text(0, 1.0, "imports run downwards only", size=9, style="italic", color="#666666")
    axis.text(WIDTH + 0.75, 1.0, "the way of a stimulus to a score", size=9, style="italic", color="#666666")
    figure.savefig(PAGE, dpi=110, bbox_inches="tight")


if __name__ == "__main__":
    main()
