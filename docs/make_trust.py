"""Writes the table of docs/trust.md: what models that know nothing, and models that know something, get on every benchmark.

    python docs/make_trust.py [BENCHMARK ...]

Benchmarks whose data are here are run small, with the `quick` arguments of their descriptions. Outcomes are kept in a file beside
the cache (HARNESS_HOME), so that the script can be stopped and run again; with names, these are measured anew. All of them take
about fifteen minutes of one core.
"""

import json
import sys
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

from _pages import KINDS, cell, measurable_here, own_benchmarks, table, write_part

from harness.scoring import wait_asleep

PAGE = Path(__file__).parent / "trust.md"
TRAINED, UNTRAINED = "ResNet-20", "ResNet-20*"
ADVERSARIES = ("noise", "clock", "hash", "constant")


def models(name: str, benchmark: Any, controls: dict[str, str]) -> dict[str, Callable[[], Any]]:
    """Title -> what makes the model."""
    from harness import load_model
    from harness.host import resolve
    from harness.testing import adversary

    makers: dict[str, Callable[[], Any]] = {title: lambda title=title: adversary(title) for title in ADVERSARIES}
    makers[UNTRAINED] = lambda: load_model("cifar_resnet20", weights="random", seed=0)
    makers[TRAINED] = lambda: load_model("cifar_resnet20")
    for control, target in controls.items():
        makers[control] = lambda target=target: resolve(target, name)(benchmark)
    return makers


def measured(spec: Any, store: Any) -> dict[str, Any]:
    """The outcome of each model on a benchmark."""
    from harness import as_brain_model, load_benchmark
    from harness.models import Model
    from harness.testing import outcome

    benchmark = load_benchmark(spec.identifier, **spec.quick)
    ceiling = benchmark.ceiling
    found: dict[str, Any] = {"parent": benchmark.parent, "ceiling": [float(ceiling), ceiling.attrs["error"]]}
    for title, make in models(spec.identifier, benchmark, spec.controls).items():
        candidate = make()
        one = outcome(benchmark, as_brain_model(candidate, store=store) if isinstance(candidate, Model) else candidate)
        found[title] = [one.status, one.score if one.status == "scored" else None, one.error, one.message]
        if one.attainable is not None:
            found["attainable"] = one.attainable
        print(f"{title} on {spec.identifier}: {one}", flush=True)
    return found


def of_kind(found: dict[str, dict[str, Any]], parent: str) -> str:
    """Benchmarks of a kind as Markdown, with what they declare of noise and of themselves."""
    from harness.host import host

    titles = [*ADVERSARIES, UNTRAINED, TRAINED, "published", "opposite"]
    numbers, rows = [*titles, "ceiling", "perfect model"], []
    for name in sorted((name for name, each in found.items() if each["parent"] == parent), key=str.lower):
        spec = host().benchmarks.get(name)
        cells = [_cell(found[name].get(title)) for title in titles]
        rows.append([f"`{name}`", *cells, *_limits(found[name]), _said(spec)])
    return table(["benchmark", *numbers, "discriminates"], rows, numbers)


def without_row(found: Collection[str]) -> str:
    """Benchmarks of the harness that are not in the tables, as Markdown: why, and which."""
    why: dict[str, list[str]] = {}
    for spec in own_benchmarks():
        if spec.identifier not in found:
            why.setdefault(_reason(spec), []).append(f"`{spec.identifier}`")
    rows = [[reason, ", ".join(sorted(names, key=str.lower))] for reason, names in sorted(why.items())]
    return table(["why", "benchmarks"], rows)


def _reason(spec: Any) -> str:
    """Why a benchmark has no row."""
    from harness.data import is_available

    if spec.prefix:
        return "a family, whose members are another package's"
    if "files" in spec.tags:
        return "it asks for a folder of one's own"
    if "leaks" in spec.tags:
        return "it leaks from training to test by design; its twin without the suffix is what counts"
    if not all(map(is_available, spec.data)):
        return "its data are published and cannot be shipped; the tests run it on files of their layout or on simulated ones"
    return "it was not part of this run; the tests hold what it declares"


def _limits(found: dict[str, Any]) -> list[str]:
    """The ceiling; and what a perfect model reaches at this n, where the benchmark estimates it."""
    from harness.results import number

    value, error = found["ceiling"]
    attainable = found.get("attainable")
    return [number(value, error), "–" if attainable is None else number(attainable, None)]


def _said(spec: Any) -> str:
    """Whether a benchmark discriminates, and what it says of that."""
    answer = "yes" if spec.discriminates else "no"
    return f"{answer}: {spec.remark}" if spec.remark else answer


def _cell(one: list[Any] | None) -> str:
    return "–" if one is None else cell(*one[:3])


def main() -> None:
    """Measure, and write the page."""
    import tempfile

    from harness.paths import home
    from harness.store import Store, write_text

    kept = home() / "trust.json"
    found = json.loads(kept.read_text()) if kept.exists() else {}
    wanted = [
        spec
        for spec in measurable_here()
        if "leaks" not in spec.tags
        and (spec.identifier in sys.argv[1:] or (len(sys.argv) == 1 and spec.identifier not in found))
    ]
    with tempfile.TemporaryDirectory(prefix="harness-") as folder:
        for spec in wanted:
            found[spec.identifier] = measured(spec, Store(folder))
            write_text(kept, json.dumps(found))
    parts = [f"### {title}\n\n{of_kind(found, parent)}" for parent, title in KINDS.items() if _any(found, parent)]
    parts.append(f"### Benchmarks without a row\n\n{without_row(set(found))}")
    body = "\n".join(parts)
    write_part(PAGE, "make_trust.py", f"\n{body}\n")


def _any(found: dict[str, dict[str, Any]], parent: str) -> bool:
    return any(each["parent"] == parent for each in found.values())


if __name__ == "__main__":
    wait_asleep()
    main()
