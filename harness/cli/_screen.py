"""One screen of `harness describe`: defaults, citation in a line, page of the documentation."""

from collections.abc import Mapping, Sequence
from typing import Any

from harness.cli._kinds import Kind
from harness.errors import DescriptionError, HarnessError
from harness.host import citations

PAGES = {
    Kind.models: "docs/models.md",
    Kind.stimuli: "docs/stimuli.md",
    Kind.benchmarks: "docs/benchmarks.md",
    Kind.datasets: "docs/data.md",
    Kind.suites: "docs/results.md",
    Kind.recipes: "docs/training.md",
    Kind.training_sets: "docs/training.md",
}
OF_PLUGINS = {"causal_v1": "docs/perturbation.md", "circuits": "docs/perturbation.md", "zoo": "docs/training.md"}
"""Of plugins that are described elsewhere than others of their kind."""
LISTED = 8
"""So many layers or the like are named without --all."""
_LEFT_OUT = ("load", "fetch", "defaults", "bibtex", "members", "bare", "controls", "quick")


def page(kind: Kind, spec: Any, plugin: str) -> str:
    """The page of the documentation."""
    if plugin in OF_PLUGINS:
        return OF_PLUGINS[plugin]
    tags = getattr(spec, "tags", ())
    if kind is Kind.benchmarks and "masking" in tags:
        return "docs/masking.md"
    if kind is Kind.benchmarks and "in-silico" in tags:
        return "docs/temporal.md" if "iEEG" in tags or spec.identifier.startswith("Temporal.") else "docs/insilico.md"
    return PAGES[kind]


def defaults(spec: Any, what: str) -> dict[str, Any]:
    """Argument -> the value that it has if it is not given; of those that the description names and that have one."""
    import inspect

    from harness.host import resolve

    try:
        known = inspect.signature(resolve(spec.load, f"{what} '{spec.identifier}'")).parameters
    except (HarnessError, TypeError, ValueError):
        return {}
    found = {name: known[name].default for name in spec.parameters if name in known}
    return {name: value for name, value in found.items() if value is not inspect.Parameter.empty}


def one_screen(entry: Mapping[str, Any]) -> dict[str, Any]:
    """A description with long lists cut short, defaults beside their arguments, and its citation as one line."""
    shown = {name: value for name, value in entry.items() if name not in _LEFT_OUT}
    if "layers" in entry:
        shown["parameters"] = ", ".join(entry.get("parameters", ()))
    elif "parameters" in entry:
        shown["parameters"] = _with_defaults(entry["parameters"], entry.get("defaults", {}))
    if "expects" in entry:
        shown["expects"] = "; ".join(f"{name}: {value}" for name, value in entry["expects"].items())
    for name in ("layers", "other layers", "files"):
        if isinstance(values := entry.get(name), Sequence) and len(values) > LISTED:
            shown[name] = f"{', '.join(values[:LISTED])}, ... ({len(values)}; all of them: --all)"
    if entry.get("bibtex"):
        shown["cite"] = _cited(entry["bibtex"])
    if "plugin" in shown:
        shown["plugin"] = shown.pop("plugin")
    return shown


def _with_defaults(parameters: Mapping[str, str], values: Mapping[str, Any]) -> dict[str, str]:
    said = {name: f"{text} [{_short(values[name])}]" for name, text in parameters.items() if _telling(name, values)}
    return {**parameters, **said}


def _telling(name: str, values: Mapping[str, Any]) -> bool:
    return name in values and values[name] is not None


def _short(value: Any) -> str:
    text = str(list(value) if isinstance(value, tuple) else value)
    return text if len(text) <= 40 else f"{text[:37]}..."


def _cited(bibtex: str) -> str:
    """The entries of BibTeX in a line; the text itself where it is none."""
    try:
        return "; ".join(map(_citation, citations(bibtex))) + " (BibTeX: --all)"
    except DescriptionError:
        return " ".join(bibtex.split())


def _citation(entry: Mapping[str, str]) -> str:
    """`Linsley et al. 2020, Recurrent neural circuits for contour detection`, as far as the entry has it."""
    author, year, title = (entry.get(name, "") for name in ("author", "year", "title"))
    first, *others = author.split(" and ")
    family = first.partition(",")[0].strip() if "," in first else first.strip().rpartition(" ")[2]
    who = f"{family} et al." if len(others) > 1 else " and ".join([family, *(o.partition(",")[0] for o in others)])
    return ", ".join(filter(None, [f"{who} {year}".strip(), title]))
