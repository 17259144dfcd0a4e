"""Writes the tables of docs/results.md: models of every kind on every benchmark of the harness whose data are here.

    python docs/make_results.py [--models TITLE,...] [BENCHMARK ...]

Scores come from the cache in HARNESS_HOME where nothing has changed, so it can be stopped and run again; the first run takes hours,
four to eight minutes a network. With names, only these are scored, so that several processes can share the work; the tables hold
everything that has been.

A column of several networks holds what all of them have: the mean over seeds of training, with an error in which their spread is.
"""

import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from _pages import KINDS, cell, measurable_here, table, write_part

from harness.scoring import wait_asleep

PAGE = Path(__file__).parent / "results.md"
SEEDS = (0, 1, 2)
RECURRENCES = ("none", "self", "depthpointwise", "full")
Named = tuple[str, dict[str, Any]]


def masking(recurrence: str, weights: str) -> list[Named]:
    """The networks of the zoo that name silhouettes, one for each seed."""
    return [("dyrcnn_x4_masking", {"recurrence": recurrence, "weights": weights, "seed": seed}) for seed in SEEDS]


def and_twin(title: str, model: str, **arguments: Any) -> dict[str, list[Named]]:
    """The column of a network of the zoo of which there is one seed, and that of its untrained twin."""
    return {title: [(model, arguments)], f"{title}*": [(model, {**arguments, "weights": "random"})]}


MODELS: dict[str, list[Named]] = {
    "ResNet-18*": [("torchvision/resnet18", {"weights": "random", "seed": 0})],
    "ResNet-56 (CIFAR-10)": [("cifar_resnet56", {})],
    "EfficientNet-Lite0 (ImageNet)": [("efficientnet_lite0", {})],
    "EfficientNet-Lite0*": [("efficientnet_lite0", {"weights": "random"})],
    "DyRCNN x2*": [("dyrcnn_x2", {"weights": "random", "seed": 0, "size": 32, "dt": 4})],
    "DyRCNN x4*": [("dyrcnn_x4", {"weights": "random", "seed": 0, "size": 32, "dt": 4})],
    "V1 normalisation": [("v1_normalization", {"dt": 2})],
    "V1 energy": [("v1_energy", {})],
    "pixels": [("pixels", {})],
    **{f"masking {kind}": masking(kind, "trained") for kind in RECURRENCES},
    **{f"masking {kind}*": masking(kind, "random") for kind in RECURRENCES},
    **and_twin("masking deep", "feedforward_masking"),
    **and_twin("masking feedback", "feedback_masking"),
    **and_twin("masking CORnet-RT", "cornet_rt_masking"),
    "digits CordsNet": [("cordsnet_r2_digits", {})],
    "digits CordsNet direct": [("cordsnet_r2_digits", {"training": "direct"})],
    "digits CordsNet*": [("cordsnet_r2_digits", {"weights": "random"})],
    **and_twin("contours GammaNet", "gammanet_v2_contours", dt=100),
    **and_twin("contours GammaNet without circuits", "gammanet_v2_contours", dt=100, circuits=False),
    **and_twin("motion ConvLSTM", "convlstm_motion"),
    **and_twin("motion PredRNN", "predrnn_motion"),
}
"""Columns and the networks in them: one, or one for each seed. An asterisk marks random weights."""
GROUPS = {
    "The zoo: naming what has gone, three seeds of each kind of lateral connection": [
        f"masking {kind}{weights}" for kind in RECURRENCES for weights in ("", "*")
    ],
    "The zoo: naming what has gone, other networks": [
        f"masking {kind}{weights}" for kind in ("deep", "feedback", "CORnet-RT") for weights in ("", "*")
    ],
    "The zoo: digits, contours and motion": [
        title for title in MODELS if title.startswith(("digits ", "contours ", "motion "))
    ],
}
"""Tables of the zoo and their columns."""
ZOO = [title for titles in GROUPS.values() for title in titles]
TRAINED = [
    ("EfficientNet-Lite0 (ImageNet)", "EfficientNet-Lite0*"),
    *((title, f"{title}*") for title in ZOO if f"{title}*" in ZOO),
    ("digits CordsNet direct", "digits CordsNet*"),
]
"""Trained networks and their untrained twins."""
RECURRENT = [
    *((f"masking {kind}{weights}", f"masking none{weights}") for kind in RECURRENCES[1:] for weights in ("", "*")),
    *((f"masking full{weights}", f"masking deep{weights}") for weights in ("", "*")),
    *((f"contours GammaNet{weights}", f"contours GammaNet without circuits{weights}") for weights in ("", "*")),
]
"""Networks with recurrence, and ones without."""
UNITS = 4
FEWER_UNITS = {"v1_normalization": 2}
"""Units of a model whose units are all alike."""
IN_SILICO_ONLY = ("v1_normalization", "v1_energy")
"""Models of V1 alone."""
NO_DISTRIBUTIONS = ("v1_normalization",)
"""A model that takes an hour for the thousands of gratings of these."""
ONLY = {
    "dyrcnn_x4": ("Cowley2023.V4-ridge", "Kriegeskorte2008.IT-rdm", "Kriegeskorte2008.monkeyIT-rdm"),
}
"""Benchmarks for which a larger model stands in for one without their region."""
FEWER = {
    "Peterson2019-cifar10h": {"images_per_class": 100},
    "Tang2018-masking": {"images_per_category": 10},
    "Maniquet2025-masking": {"exemplars": 3},
}


def benchmarks(names: list[str], networks: Sequence[Named]) -> list[Named]:
    """The benchmarks of the harness itself that a column has, with arguments that keep the run to an hour."""
    found, model = [], networks[0][0]
    for spec in measurable_here():
        if _suits(model, spec) and (not names or spec.identifier in names):
            single = "units" in spec.parameters and "in-silico" in spec.tags and "distribution" not in spec.tags
            units = {"units": FEWER_UNITS.get(model, UNITS)} if single else {}
            found.append((spec.identifier, {**units, **FEWER.get(spec.identifier, {})}))
    return found


def _suits(model: str, spec: Any) -> bool:
    if "causal" in spec.tags:  # docs/make_causal.py
        return False
    if "leaks" in spec.tags or (model in IN_SILICO_ONLY and "in-silico" not in spec.tags):
        return False
    if model in NO_DISTRIBUTIONS and "distribution" in spec.tags:
        return False
    return spec.identifier in ONLY.get(model, (spec.identifier,))


Scored = dict[tuple[str, str], list[Any]]
"""Title of a column and identifier of a benchmark -> the results of the column's networks."""


@dataclass(frozen=True)
class Pooled:
    """A score of a column, and how many of its networks could be, and have been, scored."""

    score: float
    error: float
    networks: int


def pooled(results: Sequence[Any]) -> Pooled | None:
    """The mean over the networks of a column that could be scored, with its standard error; None if none could.

    All see the same stimuli, so that the errors within networks, e, do not average out; the spread s over n seeds does:
    sqrt(mean(e)^2 + s^2 / n).
    """
    scored = [result for result in results if result.status == "scored"]
    if not scored:
        return None
    scores, within = [result.score for result in scored], float(np.mean([result.error or 0.0 for result in scored]))
    spread = float(np.std(scores, ddof=1) / np.sqrt(len(scores))) if len(scores) > 1 else 0.0
    return Pooled(float(np.mean(scores)), float(np.hypot(within, spread)), len(scored))


def of_column(results: Sequence[Any], networks: int) -> str:
    """A cell; if not all networks could be, or have been, scored, it says how many."""
    if not results:
        return "–"
    mean = pooled(results)
    if mean is None:
        return cell(results[0].status, None, None)
    share = f" ({mean.networks} of {networks})" if mean.networks < networks else ""
    return cell("scored", mean.score, mean.error or None) + share


def of_kind(scored: Scored, models: Sequence[str]) -> str:
    """A Markdown table: one row per benchmark, one column per model that was scored on any of them."""
    from harness.results import number

    there = [model for model in models if any(model == title for title, _ in scored)]
    kinds = list(KINDS)
    rows = []
    parents = {name: results[0].parent for (_, name), results in scored.items()}
    for name in sorted(parents, key=lambda name: (kinds.index(parents[name]), name.lower())):
        row = [scored.get((model, name), []) for model in there]
        every = [result for results in row for result in results]
        one = next((result for result in every if result.ceiling is not None), every[0])
        mark = f" ({', '.join(one.caveats)})" if one.caveats else ""
        cells = [of_column(results, len(MODELS[model])) for model, results in zip(there, row, strict=True)]
        rows.append([f"`{name}`{mark}", number(one.ceiling), *cells])
    return table(["benchmark", "ceiling", *there], rows, numbers=["ceiling", *there])


def differences(scored: Scored, pairs: Sequence[tuple[str, str]], head: tuple[str, str]) -> str:
    """A table of mean differences between two columns, for each kind of benchmark.

    Over the n benchmarks that tell models apart and could be scored in both. The error is that of the benchmarks' own errors, as if
    both columns erred independently, which is too much where they saw the same stimuli. Then, in how many the first is better and
    worse by more than two such errors and by more than .02.
    """
    rows = []
    for first, second in pairs:
        cells = []
        for kind in KINDS:
            found = [
                (one, other)
                for (title, name), results in scored.items()
                if title == first and results[0].parent == kind and "does not discriminate" not in results[0].caveats
                if (one := pooled(results)) and (other := pooled(scored.get((second, name), [])))
            ]
            by = np.array([one.score - other.score for one, other in found])
            errors = np.array([np.hypot(one.error, other.error) for one, other in found])
            if not len(by):
                cells.append("–")
                continue
            clear = np.abs(by) > np.maximum(2 * errors, 0.02)
            mean = cell("scored", float(by.mean()), float(np.sqrt((errors**2).sum()) / len(by)))
            cells.append(f"{mean} ({(clear & (by > 0)).sum()}, {(clear & (by < 0)).sum()} of {len(by)})")
        rows.append([first, second, *cells])
    return table([*head, *KINDS.values()], rows, numbers=list(KINDS.values()))


def reasons(scored: Scored, why: Callable[[Any], str]) -> list[str]:
    """A line for each reason that `why` gives for results, whatever the numbers in it and the model's name."""
    found: dict[tuple[str, str], tuple[str, dict[str, None]]] = {}
    for (title, name), results in sorted(scored.items(), key=lambda item: item[0][1].lower()):
        for result in results:
            if reason := why(result):
                same = re.sub(r"[\d.]+", "0", reason.replace(result.model, ""))
                _, titles = found.setdefault((name, same), (reason, {}))
                titles[title] = None
    return [f"- `{name}`, {', '.join(titles)}: {reason}" for (name, _), (reason, titles) in found.items()]


def _failure(result: Any) -> str:
    return str(result.message) if result.status == "failed" else ""


def _reason(result: Any) -> str:
    if result.status == "not measurable":
        return str(result.message)
    if result.status != "scored" or abs(result.score) >= 0.0005:
        return ""
    notes = [str(note) for note in result.details.get("notes") or []]
    return f"0: {notes[0]}" if notes else ""


def main() -> None:
    """Score, and write the page."""
    from harness import results
    from harness.results import number
    from harness.scoring import score_each

    scored: Scored = {}
    words = sys.argv[1:]
    chosen = words[1].split(",") if words[:1] == ["--models"] else list(MODELS)
    names_wanted = words[2:] if words[:1] == ["--models"] else words
    for title, networks in MODELS.items():
        wanted = benchmarks(names_wanted, networks) if title in chosen else []
        for result in score_each(networks, wanted):
            shown = result.message if result.score is None else number(result.score, result.error)
            print(f"{result.model_name} on {result.benchmark}: {shown}", flush=True)
        names = {results.named(*pair) for pair in benchmarks([], networks)}
        own = {results.named(*network) for network in networks}
        for result in results.load_all()[0]:
            if result.model_name in own and result.benchmark_name in names:
                scored.setdefault((title, result.benchmark), []).append(result)
    write_part(PAGE, "make_results.py", f"\n{body(scored)}\n\n")


def body(scored: Scored) -> str:
    """The tables: what training and recurrence buy, architectures by kinds of benchmarks, the zoo; and what stands below them."""
    whole = {
        pair: kept
        for pair, results in scored.items()
        if (kept := [result for result in results if result.status != "failed"])
    }
    architectures = [title for title in MODELS if title not in ZOO]
    training = differences(whole, TRAINED, ("trained", "untrained"))
    recurrence = differences(whole, RECURRENT, ("with", "without"))
    sections = [f"### What training buys\n\n{training}", f"### What recurrence buys\n\n{recurrence}"]
    for kind, heading in KINDS.items():
        these = {pair: kept for pair, kept in whole.items() if kept[0].parent == kind and pair[0] in architectures}
        sections += [f"### {heading}\n\n{of_kind(these, architectures)}"] if these else []
    for heading, titles in GROUPS.items():
        these = {pair: kept for pair, kept in whole.items() if pair[0] in titles}
        sections += [f"### {heading}\n\n{of_kind(these, titles)}"] if these else []
    parts = [*sections, "### Why not measurable (n/m), and why 0\n", *reasons(scored, _reason)]
    failed = reasons(scored, _failure)
    return "\n".join([*parts, *(["\n### What failed\n", *failed] if failed else [])])


if __name__ == "__main__":
    wait_asleep()
    main()
