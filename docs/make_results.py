"""Writes the tables of docs/results.md: models of every kind on every benchmark of the harness whose data are here.

    python docs/make_results.py [--models TITLE,...] [BENCHMARK ...]

Scores come from the cache in HARNESS_HOME where nothing has changed, so it can be stopped and run again; the first run takes an
hour and more. With names, only these are scored, so that several processes can share the work; the tables hold everything that has
been.
"""

import sys
from pathlib import Path
from typing import Any

from _pages import KINDS, cell, measurable_here, table, write_part

from harness.cli._threads import wait_asleep

PAGE = Path(__file__).parent / "results.md"
MODELS: dict[str, tuple[str, dict[str, Any]]] = {
    "ResNet-18*": ("torchvision/resnet18", {"weights": "random", "seed": 0}),
    "ResNet-56 (CIFAR-10)": ("cifar_resnet56", {}),
    "DyRCNN x2*": ("dyrcnn_x2", {"weights": "random", "seed": 0, "size": 32, "dt": 4}),
    "DyRCNN x4*": ("dyrcnn_x4", {"weights": "random", "seed": 0, "size": 32, "dt": 4}),
    "DyRCNN masking": ("dyrcnn_x4_masking", {}),
    "DyRCNN masking*": ("dyrcnn_x4_masking", {"weights": "random"}),
    "CordsNet R2*": ("cordsnet_r2", {"weights": "random", "seed": 0, "size": 32, "dt": 4}),
    "GammaNet v1*": ("gammanet_v1", {"weights": "random", "seed": 0, "size": 32, "dt": 40}),
    "V1 normalisation": ("v1_normalization", {"dt": 2}),
    "V1 energy": ("v1_energy", {}),
    "pixels": ("pixels", {}),
}
UNITS = 4
FEWER_UNITS = {"gammanet_v1": 2, "v1_normalization": 2}
"""Units of models that take long, or whose units are all alike."""
IN_SILICO_ONLY = ("gammanet_v1", "v1_normalization", "v1_energy")
"""Models of many steps, or of V1 alone."""
NO_DISTRIBUTIONS = ("gammanet_v1", "v1_normalization")
"""Models that take an hour for the thousands of gratings of these."""
ONLY = {"dyrcnn_x4": ("Cowley2023.V4-ridge", "Kriegeskorte2008.IT-rdm", "Kriegeskorte2008.monkeyIT-rdm")}
"""Benchmarks for which a larger model stands in for one without their region."""
FEWER = {
    "Peterson2019-cifar10h": {"images_per_class": 100},
    "Tang2018-masking": {"images_per_category": 10},
    "Maniquet2025-masking": {"exemplars": 3},
}


def benchmarks(names: list[str], model: str) -> list[tuple[str, dict[str, Any]]]:
    """The benchmarks of the harness itself that are scored, with arguments that keep the run to an hour."""
    found = []
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


def of_kind(kind: str, scored: dict[tuple[str, str], Any]) -> str:
    """A Markdown table: one row per benchmark, one column per model that was scored on any of them."""
    from harness.results import number

    results = {pair: result for pair, result in scored.items() if result.parent == kind and result.status != "failed"}
    models = [model for model in MODELS if any(model == title for title, _ in results)]
    rows = []
    for name in sorted({name for _, name in results}, key=str.lower):
        row = [results.get((model, name)) for model in models]
        one = next((result for result in row if result and result.ceiling is not None), next(filter(None, row)))
        mark = f" ({', '.join(one.caveats)})" if one.caveats else ""
        cells = ["–" if one is None else cell(one.status, one.score, one.error) for one in row]
        rows.append([f"`{name}`{mark}", number(one.ceiling), *cells])
    return table(["benchmark", "ceiling", *models], rows, numbers=["ceiling", *models])


def reasons(scored: dict[tuple[str, str], Any]) -> list[str]:
    """Why benchmarks are not measurable in models, or why a score is 0, a line for each reason."""
    found: dict[tuple[str, str], list[str]] = {}
    for (title, name), result in sorted(scored.items(), key=lambda item: item[0][1].lower()):
        why = [result.message] if result.status == "not measurable" else []
        if result.status == "scored" and abs(result.score) < 0.0005:
            notes = [str(note) for note in result.details.get("notes") or []]
            why = [f"0: {notes[0] if notes else 'the effect is absent, or as often one way as the other'}"]
        for reason in why:
            found.setdefault((name, reason), []).append(title)
    return [f"- `{name}`, {', '.join(titles)}: {reason}" for (name, reason), titles in found.items()]


def main() -> None:
    """Score, and write the page."""
    from harness import results
    from harness.results import number
    from harness.scoring import score_each

    scored: dict[tuple[str, str], Any] = {}
    words = sys.argv[1:]
    chosen = words[1].split(",") if words[:1] == ["--models"] else list(MODELS)
    names_wanted = words[2:] if words[:1] == ["--models"] else words
    for title, (model, given) in MODELS.items():
        wanted = benchmarks(names_wanted, model) if title in chosen else []
        for result in score_each([(model, given)], wanted):
            shown = result.message if result.score is None else number(result.score, result.error)
            print(f"{result.model} on {result.benchmark}: {shown}", flush=True)
        names = {results.named(*pair) for pair in benchmarks([], model)}
        for result in results.load_all()[0]:
            if result.model_name == results.named(model, given) and result.benchmark_name in names:
                scored[title, result.benchmark] = result
    kinds = {result.parent for result in scored.values()}
    sections = [f"### {title}\n\n{of_kind(kind, scored)}" for kind, title in KINDS.items() if kind in kinds]
    failed = [
        f"- {model} on `{name}`: {result.message}"
        for (model, name), result in sorted(scored.items())
        if result.status == "failed"
    ]
    parts = [*sections, "### Why not measurable (n/m), and why 0\n", *reasons(scored)]
    if failed:
        parts += ["\n### What failed\n", *failed]
    body = "\n".join(parts)
    write_part(PAGE, "make_results.py", f"\n{body}\n\n")


if __name__ == "__main__":
    wait_asleep()
    main()
