"""Three figures of the README: a trained recurrent network in noise, a surround without feedback, and masking beside participants.

    python docs/make_headlines.py

writes `docs/figures/headline_*.png`. The last one needs the data set `tang2018_occlusion_masking`.
"""

from pathlib import Path

import matplotlib
import numpy as np

from harness import Recording, extract, load_model, load_stimuli, score_model
from harness.perturbation import perturbed
from harness.results import draw, load_all
from harness.store import write_bytes
from harness_plugins.benchmarks.causal_v1.controls import with_feedback
from harness_plugins.models.zoo.masking import Trials, right_over_time

matplotlib.use("Agg")
from matplotlib import pyplot as plt

FIGURES = Path(__file__).parent / "figures"
STEP, CHANCE = 1000 / 120, 1 / 7
NETWORKS = {
    "recurrent": {"recurrence": "full"},
    "feed-forward": {"recurrence": "none"},
    "untrained": {"recurrence": "full", "weights": "random"},
}
COLOURS = ("#1f6f78", "#c0702c", "0.6")
DIAMETERS = [0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0]
TRIALS = Trials(4, noise=0.3)
"""A silhouette that is shown for four steps in noise, which goes on."""


def in_noise(axis: plt.Axes) -> None:
    """Accuracy over time of DyRCNN, of its feed-forward twin and of itself untrained."""
    for (name, arguments), colour in zip(NETWORKS.items(), COLOURS, strict=True):
        right = right_over_time(load_model("dyrcnn_x4_masking", **arguments), TRIALS)
        course = np.asarray(right).mean(0)
        axis.plot(STEP * np.arange(1, len(course) + 1), course, color=colour, label=name)
    axis.axvspan(0, TRIALS.shown * STEP, color="0.93", lw=0)
    axis.axhline(CHANCE, color="k", lw=0.5, ls=":")
    axis.set(xlabel="ms after onset", ylabel="objects named", ylim=(0, 1), title="33 ms of an object in noise")
    axis.legend(frameon=False)


def surround(axis: plt.Axes) -> None:
    """Size tuning of a unit of V1, with its feedback from V2 and with that connection silenced."""
    stimuli = load_stimuli("gratings", aperture=DIAMETERS, spatial_frequency=2.0, visual_degrees=8.0, duration=200)
    intact = with_feedback(None)
    side = intact.network.places
    curves = {}
    for name, model in (("intact", intact), ("feedback silenced", perturbed(intact, "V2->V1: silence"))):
        maps = extract(model, stimuli, Recording(["v1"], [(0, 200)]))["v1"].array()[:, 0]
        curves[name] = maps.reshape(len(DIAMETERS), -1, side, side)[:, :, side // 2, side // 2]
    unit = curves["intact"].max(0).argmax()
    for (name, curve), colour in zip(curves.items(), COLOURS, strict=False):
        axis.plot(DIAMETERS, curve[:, unit] / curves["intact"][:, unit].max(), "o-", ms=3, color=colour, label=name)
    axis.set(
        xlabel="diameter of the grating (degrees)", ylabel="response of the unit", title="a surround from feedback"
    )
    axis.set_ylim(bottom=0)
    axis.legend(frameon=False)


def masking() -> None:
    """The trained network beside participants, as its benchmark draws it."""
    score_model("dyrcnn_x4_masking", "Tang2018-masking", benchmark_args={"images_per_category": 10})
    [result] = [
        one for one in load_all()[0] if one.benchmark == "Tang2018-masking" and one.model == "dyrcnn_x4_masking"
    ]
    write_bytes(FIGURES / "headline_masking.png", draw(result) or b"")


if __name__ == "__main__":
    for name, panel in (("in_noise", in_noise), ("surround", surround)):
        figure, axis = plt.subplots(figsize=(3.6, 2.8), layout="constrained")
        panel(axis)
        figure.savefig(FIGURES / f"headline_{name}.png", dpi=150)
    masking()
