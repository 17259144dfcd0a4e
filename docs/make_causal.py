"""Causal experiments: the table of docs/results.md, and the figures of docs/perturbation.md.

    python docs/make_causal.py figures [BENCHMARK ...]
    python docs/make_causal.py table [MODEL ...]

The figures are those of each benchmark for its circuit with the published mechanism. The table holds what has been
scored; models and benchmarks are scored one after another, with few units, and what has not changed comes from the
cache in HARNESS_HOME.
"""

import sys
from pathlib import Path
from typing import Any

from _pages import cell, table, write_part

from harness.scoring import wait_asleep

HERE = Path(__file__).parent
PAGE, FIGURES = HERE / "results.md", HERE / "figures"
MODELS: dict[str, tuple[str, dict[str, Any]]] = {
    "GammaNet v2 contours": ("gammanet_v2_contours", {"dt": 100}),
    "CordsNet R2 digits": ("cordsnet_r2_digits", {}),
    "DyRCNN x4 feedback": ("feedback_masking", {}),
    "DyRCNN x4 feedback*": ("feedback_masking", {"weights": "random"}),
    "CORnet-RT masking": ("cornet_rt_masking", {}),
    "SSN": ("ssn_v1", {"size": 48, "visual_degrees": 4.0, "stride": 6, "gain": 20.0, "dt": 5.0}),
    "V1 normalisation": ("v1_normalization", {"size": 96, "visual_degrees": 6.0, "dt": 4}),
    "motion energy": ("motion_energy", {"dt": 8.0, "stride": 8}),
    "ResNet-56 (CIFAR-10)": ("cifar_resnet56", {}),
}
UNITS = {
    "Afraz2006.IT-microstimulation": 12,
    "Afraz2015.IT-suppression": 12,
    "Chettih2019.V1-influence": 6,
    "Kar2021.IT-feedback": 6,
    "Sanzeni2020.V1-paradoxical": 24,
}
FEW = 3
"""Units of the others, each of which is characterised."""


def benchmarks() -> list[Any]:
    """Descriptions of the causal experiments."""
    from harness.host import host

    return sorted(
        (spec for spec in host().benchmarks if "causal" in spec.tags), key=lambda spec: spec.identifier.lower()
    )


def file_of(identifier: str) -> Path:
    """The figure of a benchmark."""
    return FIGURES / f"causal_{identifier.lower().replace('.', '_').replace('-', '_')}.png"


def draw(names: list[str]) -> None:
    """The figures."""
    from harness import load_benchmark
    from harness.host import resolve

    for spec in benchmarks():
        if names and spec.identifier not in names:
            continue
        benchmark = load_benchmark(spec.identifier, **spec.quick)
        control = resolve(spec.controls["published"], spec.identifier)(benchmark)
        score = benchmark(control)
        benchmark.figure(score.attrs["details"]).savefig(file_of(spec.identifier), dpi=80)
        print(f"{spec.identifier}: {float(score):.3f}", flush=True)


def score(chosen: list[str]) -> None:
    """Score the chosen models, all if none is, and write all that has been scored."""
    from harness import results
    from harness.results import number
    from harness.scoring import score_each

    wanted = [(spec.identifier, {"units": UNITS.get(spec.identifier, FEW)}) for spec in benchmarks()]
    cells: dict[str, dict[str, Any]] = {name: {} for name, _ in wanted}
    for title, (model, given) in MODELS.items():
        if not chosen or title in chosen:
            for result in score_each([(model, given)], wanted):
                print(
                    f"{title} on {result.benchmark}: {result.message or number(result.score, result.error)}", flush=True
                )
        names = {results.named(*pair) for pair in wanted}
        for result in results.load_all()[0]:
            if result.model_name == results.named(model, given) and result.benchmark_name in names:
                cells[result.benchmark][title] = result
    titles = [title for title in MODELS if any(title in row for row in cells.values())]
    rows = [[f"`{name}`{_mark(row)}", *(_cell(row.get(title)) for title in titles)] for name, row in cells.items()]
    reasons: dict[str, list[str]] = {}
    for name, row in cells.items():
        for title, result in row.items():
            if why := _why(result):
                reasons.setdefault(f"`{name}`: {why}", []).append(title)
    told = "\n".join(f"- {', '.join(who)}, {reason}" for reason, who in reasons.items())
    write_part(PAGE, "make_causal.py", f"\n{table(['benchmark', *titles], rows, numbers=titles)}\n{told}\n\n")


def _mark(row: dict[str, Any]) -> str:
    """The caveats of a benchmark, in brackets."""
    caveats = dict.fromkeys(word for result in row.values() for word in result.caveats)
    return f" ({', '.join(caveats)})" if caveats else ""


def _why(result: Any) -> str | None:
    """Why there is no score, or one of 0."""
    if result.score is None:
        return str(result.message)
    if abs(result.score) >= 0.0005:
        return None
    orders = result.details["orders"].values()
    if orders and all(order["mean"] == 0 for order in orders):
        return "0 to the bit: what is perturbed reaches nothing else"
    return "0: what changes goes as often one way as the other"


def _cell(result: Any) -> str:
    return "–" if result is None or result.status == "failed" else cell(result.status, result.score, result.error)


if __name__ == "__main__":
    wait_asleep()
    commands = {"figures": draw, "table": score}
    if len(sys.argv) < 2 or sys.argv[1] not in commands:
        sys.exit(f"{__doc__}")
    commands[sys.argv[1]](sys.argv[2:])
