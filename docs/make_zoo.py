"""Benefit of recurrence: networks that were trained to name a silhouette after it has gone, with lateral connections and without.

    python docs/make_zoo.py [--train]

writes the tables of `docs/training.md` and the figures `docs/figures/zoo_*.png`. Answers are kept in `HARNESS_HOME`.
With `--train`, networks with other weights of the activity loss are trained first, a quarter of an hour on one core.
"""

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import joblib
import matplotlib
import numpy as np
from _pages import table, write_part

from harness import load_model
from harness.errors import NotMeasurable
from harness.models import RecurrentModel, training_of
from harness.paths import home
from harness.store import file_digest
from harness.studies import Training
from harness_plugins.models.zoo.masking import AFTER, Trials, activity_over_time, multiplications, right_over_time
from harness_plugins.models.zoo.members import Member, member

matplotlib.use("Agg")
from matplotlib import pyplot as plt

PAGE = Path(__file__).parent / "training.md"
FIGURES = Path(__file__).parent / "figures"
MEMORY = joblib.Memory(home() / "zoo", verbose=0)
CHANCE, STEP = 1 / 7, 1000 / 120
CONDITIONS = {
    "grey after 2": Trials(2, masked=False),
    "mask after 2": Trials(2, masked=True),
    "grey after 4": Trials(4, masked=False),
    "mask after 4": Trials(4, masked=True),
    "grey after 6": Trials(6, masked=False),
}
HARDER = {
    "noise 0": Trials(4, noise=0.0),
    "noise .15": Trials(4),
    "noise .3": Trials(4, noise=0.3),
    "noise .45": Trials(4, noise=0.45),
    "occlusion .25": Trials(4, occlusion=0.25),
    "occlusion .5": Trials(4, occlusion=0.5),
    "held, noise .45": Trials(12, noise=0.45),
    "held, occlusion .5": Trials(12, occlusion=0.5),
}
NAMES = {"feedforward_masking": "none, deep", "cornet_rt_masking": "CORnet-RT"}
COLOURS = {"none": "0.5", "self": "C0", "depthpointwise": "C2", "full": "C3", "none, deep": "C5"}
KINDS = ("none", "self", "depthpointwise", "full")
PUBLISHED = 0.0002
WEIGHTS = (0.0, PUBLISHED, 0.02, 0.2, 1.0)
"""Of the activity loss; the network of the zoo has the published one."""


@dataclass(frozen=True)
class Network:
    """A kind of network, of which there are some seeds."""

    member: Member
    cut: bool = False

    @property
    def label(self) -> str:
        """As in the tables."""
        name = NAMES.get(self.member.name, self.member.variant)
        return f"{name}, cut at test" if self.cut else name

    @property
    def paths(self) -> list[Path]:
        """Of the weights of all seeds that there are."""
        return [path for path in map(self.member.path, self.member.seeds) if path.is_file()]

    def load(self, path: Path) -> RecurrentModel:
        """With the weights of a seed."""
        return load_model(self.member.model, weights=str(path), **({"cut_recurrence": True} if self.cut else {}))  # type: ignore[return-value]

    def right(self, trials: Trials) -> np.ndarray:
        """(seeds, images, steps)."""
        return np.array([_right(self, path, file_digest(path), trials) for path in self.paths])


@MEMORY.cache(ignore=["path"])
def _right(network: Network, path: Path, weights: str, trials: Trials) -> np.ndarray:
    return right_over_time(network.load(path), trials)


NETWORKS = [
    *(Network(member("dyrcnn_x4_masking", kind)) for kind in KINDS),
    *(Network(member("dyrcnn_x4_masking", kind), cut=True) for kind in KINDS[1:]),
    Network(member("feedforward_masking")),
    Network(member("cornet_rt_masking")),
]


def estimate(right: np.ndarray) -> tuple[float, float]:
    """The mean over seeds and images and its standard error, from both (seeds, images); the same images are shown to all."""
    over_images = right.mean(0).std(ddof=1) / np.sqrt(right.shape[1])
    over_seeds = right.mean(1).std(ddof=1) / np.sqrt(len(right)) if len(right) > 1 else 0.0
    return float(right.mean()), float(np.hypot(over_images, over_seeds))


def difference(right: np.ndarray, other: np.ndarray) -> str:
    """The difference of two kinds of network with its standard error, over the same images and the seeds of each."""
    mean, over_images = estimate(right.mean(0, keepdims=True) - other.mean(0, keepdims=True))
    over_seeds = [one.mean(1).std(ddof=1) / np.sqrt(len(one)) if len(one) > 1 else 0.0 for one in (right, other)]
    return written(mean, float(np.hypot(over_images, np.hypot(*over_seeds))))


def shown(right: np.ndarray) -> str:
    """A mean with its standard error."""
    return written(*estimate(right))


def written(mean: float, error: float) -> str:
    """Two numbers without their leading zeros."""
    return f"{mean:.2f} ± {error:.2f}".replace("0.", ".").replace("-.00", ".00").replace("-", "−")


def naming() -> str:
    """Accuracy after the image has gone, for all networks, and the cost of a mask."""
    rows, none = [], NETWORKS[0]
    for network in (one for one in NETWORKS if one.paths):
        last = {name: network.right(trials)[:, :, -1] for name, trials in CONDITIONS.items()}
        cost = last["grey after 4"].astype(float) - last["mask after 4"]
        lead = max(_apart(network, trials) for trials in (CONDITIONS["grey after 2"], CONDITIONS["mask after 4"]))
        parameters, operations = size(network)
        rows.append(
            [network.label, str(len(network.paths)), f"{parameters:,}", f"{operations:.1f}"]
            + [shown(right) for right in last.values()]
            + [shown(cost), f"{lead:.2f}".replace("0.", ".")]
        )
    head = ["lateral connections", "seeds", "weights", "millions of multiplications a step", *CONDITIONS]
    gains = [
        [network.label]
        + [difference(network.right(trials)[:, :, -1], none.right(trials)[:, :, -1]) for trials in CONDITIONS.values()]
        for network in NETWORKS[1:]
        if network.paths
    ]
    first = table([*head, "cost of the mask after 4", "six steps before change"], rows)
    return f"{first}\nDifference from the narrow network without lateral connections, on the same images:\n\n" + table(
        ["lateral connections", *CONDITIONS], gains
    )


def _apart(network: Network, trials: Trials) -> float:
    """The largest difference in any seed that six steps before make: of noisy background after three steps of it; or, without
    any, of noisy background or of a blank screen, whichever changes less. A clock would tell both."""

    def last(**before: int) -> np.ndarray:
        return network.right(replace(trials, **before))[:, :, -1].mean(1)

    first = last(lead=0)
    either = np.minimum(np.abs(first - last(lead=6)), np.abs(first - last(lead=0, blank=6)))
    return float(np.maximum(either, np.abs(last(lead=3) - last(lead=9))).max())


def size(network: Network) -> tuple[int, float]:
    """Weights, and millions of multiplications in a step."""
    model = network.load(network.paths[0])
    count = sum(parameter.numel() for name, parameter in model.network.named_parameters() if "log_tau" not in name)
    return count, multiplications(model) / 1e6


def harder() -> str:
    """Accuracy by noise and occlusion."""
    rows = [
        [network.label, *(shown(network.right(trials)[:, :, -1]) for trials in HARDER.values())]
        for network in NETWORKS
        if network.paths
    ]
    return table(["lateral connections", *HARDER], rows)


def over_time(conditions: Mapping[str, Trials], file: str, columns: int) -> None:
    """A figure of accuracy over time, with a band of the standard error."""
    lines = -(-len(conditions) // columns)
    figure, axes = plt.subplots(lines, columns, figsize=(3 * columns, 2.7 * lines), sharey=True, layout="constrained")
    steps = STEP * np.arange(1, AFTER + 1)
    for axis, (title, trials) in zip(np.ravel(axes), conditions.items(), strict=True):
        for network in (one for one in NETWORKS if one.paths):
            right = network.right(trials)
            means, errors = np.array([estimate(right[:, :, step]) for step in range(AFTER)]).T
            colour = COLOURS.get(network.label.removesuffix(", cut at test"), "k")
            axis.plot(steps, means, "--" if network.cut else "-", color=colour, label=network.label, lw=1.3)
            axis.fill_between(steps, means - errors, means + errors, color=colour, alpha=0.12, lw=0)
        axis.axvspan(0, trials.shown * STEP, color="0.9", zorder=0)
        axis.axhline(CHANCE, color="k", lw=0.5)
        axis.set(title=title, xlabel="ms after onset", ylim=(0, 1), xlim=(0, AFTER * STEP))
    np.ravel(axes)[0].set_ylabel("accuracy")
    figure.legend(*np.ravel(axes)[0].get_legend_handles_labels(), loc="outside right upper", fontsize=8)
    figure.savefig(FIGURES / file, dpi=110)
    plt.close(figure)


def training_with(weight: float) -> Training:
    """The training of the network with self connections, with another weight of the activity loss."""
    one = member("dyrcnn_x4_masking", "self")
    recipe_args = {**one.recipe_args, "activity_weight": weight}
    return Training(
        one.model, one.recipe, one.data, one.model_args, recipe_args, one.data_args, label=f"activity={weight:g}"
    )


def activity_loss() -> str:
    """Costs of low activity, from networks with one seed, and their figure; nothing where they have not been trained."""
    own, rows, points = Network(member("dyrcnn_x4_masking", "self")), [], []
    for weight in WEIGHTS:
        path = own.member.path(0) if weight == PUBLISHED else training_with(weight).path
        if path.is_file():
            last = [_right(own, path, file_digest(path), trials)[None, :, -1] for trials in CONDITIONS.values()]
            rates = activity_over_time(own.load(path), steps=AFTER, blank=1)
            mean = float(np.mean([rate[:AFTER].mean() for rate in rates.values()]))
            rows.append([f"{weight:g}", f"{mean:.2f}", *map(shown, last)])
            points.append((weight, mean, [estimate(right) for right in last]))
    _draw_activity_loss(points)
    return table(["weight of the activity loss", "mean rate", *CONDITIONS], rows)


def _draw_activity_loss(points: list[tuple[float, float, list[tuple[float, float]]]]) -> None:
    """Mean rate, and accuracy with its standard error, by the weight of the activity loss."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(8, 3), layout="constrained")
    places, rates = np.arange(len(points)), [rate for _, rate, _ in points]
    left.plot(places, rates, "o-k")
    left.set(ylabel="mean rate", ylim=(0, None))
    for number, name in enumerate(CONDITIONS):
        means, errors = np.array([accuracies[number] for _, _, accuracies in points]).T
        right.errorbar(places, means, errors, fmt="o-", label=name, lw=1.2, ms=4)
    right.axhline(CHANCE, color="k", lw=0.5)
    right.set(ylabel="accuracy", ylim=(0, 1))
    right.legend(fontsize=7)
    for axis in (left, right):
        axis.set_xticks(places, [f"{weight:g}" for weight, *_ in points])
        axis.set_xlabel("weight of the activity loss")
    figure.savefig(FIGURES / "zoo_activity_loss.png", dpi=110)
    plt.close(figure)


def courses() -> str:
    """Courses of responses to contrast and duration, before and after training: the figure, and what the benchmarks give."""
    from harness import load_stimuli, score_model

    experiments = {"Temporal.contrast": (0, -1), "Temporal.duration": (0, 2, -1)}
    columns = [(kind, weights) for kind in ("none", "self") for weights in ("random", "trained")]
    figure, axes = plt.subplots(2, len(columns), figsize=(3.2 * len(columns), 5), layout="constrained")
    rows = []
    images = load_stimuli("silhouettes", object=["car", "face", "hand"], size=5.0, size_px=24, duration=100)
    for line, (name, conditions) in zip(axes, experiments.items(), strict=True):
        for axis, (kind, weights) in zip(line, columns, strict=True):
            model_args = {"recurrence": kind, "weights": weights}
            axis.set(title=f"{name.partition('.')[2]}, {kind}, {weights}", xlabel="ms", xlim=(-20, 900))
            try:
                score = score_model("dyrcnn_x4_masking", name, model_args=model_args, benchmark_args={"images": images})
            except NotMeasurable as reason:
                rows.append([f"`{name}`", kind, weights, f"not measurable: {str(reason).partition(';')[0]}"])
                axis.text(0.5, 0.5, "not measurable", ha="center", transform=axis.transAxes)
                continue
            details: dict[str, Any] = score.attrs["details"]
            traces = np.array(details["traces"]["IT"])
            for number in conditions:
                axis.plot(details["times"], traces[number] / np.abs(traces).max(), lw=1.2)
            rows.append(
                [f"`{name}`", kind, weights, f"{float(score):.2f} ± {score.attrs['error']:.2f}".replace("-", "−")]
            )
    axes[0, 0].set_ylabel("response of IT / largest")
    figure.savefig(FIGURES / "zoo_courses.png", dpi=110)
    plt.close(figure)
    return table(["benchmark", "lateral connections", "weights", "score"], rows)


SECTIONS: dict[str, Callable[[], str]] = {
    "Naming a silhouette after it has gone": naming,
    "Noise and occlusion": harder,
    "Low activity": activity_loss,
    "Contrast and duration, before and after training": courses,
}


def main() -> None:
    """Train if asked, measure, draw, write."""
    if "--train" in sys.argv[1:]:
        for weight in WEIGHTS:
            if weight != PUBLISHED:
                training_with(weight).ensure()
    body = "\n".join(f"#### {title}\n\n{section()}" for title, section in SECTIONS.items())
    over_time(CONDITIONS, "zoo_masking.png", 5)
    over_time(HARDER, "zoo_noise_occlusion.png", 4)
    write_part(PAGE, "make_zoo.py", f"\n{body}\n")
    seeds = {network.label: [training_of(path)["seed"] for path in network.paths] for network in NETWORKS}  # type: ignore[index]
    print(*(f"{label}: seeds {found}" for label, found in seeds.items()), sep="\n")


if __name__ == "__main__":
    main()
