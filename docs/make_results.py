"""Writes the tables of docs/results.md: models of every kind on every benchmark of the harness whose data are here.

    python docs/make_results.py [--models TITLE,...] [BENCHMARK ...]

Scores come from the cache in HARNESS_HOME where nothing has changed, so it can be stopped and run again; the first run takes an
hour and more. With names, only these are scored, so that several processes can share the work; the tables hold everything that has
been.

A column of several networks holds what all of them have: the mean over seeds of training, with an error in which their spread is.
"""

import sys
from collections.abc import Sequence
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
    "CordsNet R2*": [("cordsnet_r2", {"weights": "random", "seed": 0, "size": 32, "dt": 4})],
    "GammaNet v1*": [("gammanet_v1", {"weights": "random", "seed": 0, "size": 32, "dt": 40})],
    "V1 normalisation": [("v1_normalization", {"dt": 2})],
    "V1 energy": [("v1_energy", {})],
    "pixels": [("pixels", {})],
    **{f"masking {kind}": masking(kind, "trained") for kind in RECURRENCES},
    **{f"masking {kind}*": masking(kind, "random") for kind in RECURRENCES},
    **and_twin("masking deep", "feedforward_masking"),
    **and_twin("masking feedback", "feedback_masking"),
    **and_twin("masking CORnet-RT", "cornet_rt_masking"),
    "digits CordsNet": [("cordsnet_r2_digits", {})],
    "digits CordsNet, direct": [("cordsnet_r2_digits", {"training": "direct"})],
    "digits CordsNet*": [("cordsnet_r2_digits", {"weights": "random"})],
    **and_twin("contours GammaNet", "gammanet_v2_contours", dt=100),
    **and_twin("contours GammaNet, no circuits", "gammanet_v2_contours", dt=100, circuits=False),
    **and_twin("motion ConvLSTM", "convlstm_motion"),
    **and_twin("motion PredRNN", "predrnn_motion"),
}
"""Columns and the networks in them: one, or one for each seed."""
UNITS = 4
FEWER_UNITS = {"gammanet_v1": 2, "v1_normalization": 2}
"""Units of models that take long, or whose units are all alike."""
IN_SILICO_ONLY = ("gammanet_v1", "v1_normalization", "v1_energy")
"""Models of many steps, or of V1 alone."""
NO_DISTRIBUTIONS = ("gammanet_v1", "v1_normalization")
"""Models that take an hour for the thousands of gratings of these."""
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


def pooled(results: Sequence[Any], networks: int) -> str:
    """A cell: the mean over the networks of a column that could be scored, with its standard error.

    All see the same stimuli, so that the errors within networks, e, do not average out; the spread s over n seeds does:
    sqrt(mean(e)^2 + s^2 / n). If not all could be, or have been, scored, the cell says how many.
    """
    scored = [result for result in results if result.status == "scored"]
    if not scored:
        return cell(results[0].status, None, None)
    scores, within = [result.score for result in scored], float(np.mean([result.error or 0.0 for result in scored]))
    spread = float(np.std(scores, ddof=1) / np.sqrt(len(scores))) if len(scores) > 1 else 0.0
    share = f" ({len(scores)} of {networks})" if len(scores) < networks else ""
    return cell("scored", float(np.mean(scores)), float(np.hypot(within, spread)) or None) + share


def of_kind(scored: Scored, models: Sequence[str]) -> str:
    """A Markdown table: one row per benchmark, one column per model that was scored on any of them."""
    from harness.results import number

    there = [model for model in models if any(model == title for title, _ in scored)]
    rows = []
    for name in sorted({name for _, name in scored}, key=str.lower):
        row = [scored.get((model, name), []) for model in there]
        every = [result for results in row for result in results]
        one = next((result for result in every if result.ceiling is not None), every[0])
        mark = f" ({', '.join(one.caveats)})" if one.caveats else ""
        cells = [
            pooled(results, len(MODELS[model])) if results else "–" for model, results in zip(there, row, strict=True)
        ]
        rows.append([f"`{name}`{mark}", number(one.ceiling), *cells])
    return table(["benchmark", "ceiling", *there], rows, numbers=["ceiling", *there])


def reasons(scored: Scored) -> list[str]:
    """Why benchmarks are not measurable in models, or why a score is 0, a line for each reason."""
    found: dict[tuple[str, str], list[str]] = {}
    for (title, name), results in sorted(scored.items(), key=lambda item: item[0][1].lower()):
        for reason in dict.fromkeys(filter(None, map(_reason, results))):
            found.setdefault((name, reason), []).append(title)
    return [f"- `{name}`, {', '.join(titles)}: {reason}" for (name, reason), titles in found.items()]


def _reason(result: Any) -> str:
    if result.status == "not measurable":
        return str(result.message)
    if result.status != "scored" or abs(result.score) >= 0.0005:
        return ""
    notes = [str(note) for note in result.details.get("notes") or []]
    return f"0: {notes[0] if notes else 'the effect is absent, or as often one way as the other'}"


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
    """The tables, those of single networks by kinds of benchmarks, and what stands below them."""
    several = [title for title, networks in MODELS.items() if len(networks) > 1]
    single = [title for title in MODELS if title not in several]
    whole = {
        pair: kept
        for pair, results in scored.items()
        if (kept := [result for result in results if result.status != "failed"])
    }
    sections = []
    for kind, heading in KINDS.items():
        these = {pair: kept for pair, kept in whole.items() if kept[0].parent == kind and pair[0] in single}
        sections += [f"### {heading}\n\n{of_kind(these, single)}"] if these else []
    seeds = {pair: kept for pair, kept in whole.items() if pair[0] in several}
    if seeds:
        sections.append(
            f"### Three seeds of each kind of recurrence, trained and untrained\n\n{of_kind(seeds, several)}"
        )
    failed = [
        f"- {model} on `{name}`: {result.message}"
        for (model, name), results in sorted(scored.items())
        for result in results
        if result.status == "failed"
    ]
    parts = [*sections, "### Why not measurable (n/m), and why 0\n", *reasons(scored)]
    return "\n".join([*parts, *(["\n### What failed\n", *failed] if failed else [])])


if __name__ == "__main__":
    wait_asleep()
    main()
