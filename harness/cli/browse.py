"""`harness list`, `describe` and `plugins`: what there is."""

from collections.abc import Iterable
from dataclasses import asdict
from enum import StrEnum
from typing import Annotated, Any

import typer

from harness.cli import _arguments as values
from harness.cli import _output as show
from harness.cli._arguments import JsonOption
from harness.errors import HarnessError, UnknownIdentifier
from harness.host import Registry, either


class Kind(StrEnum):
    """What can be listed."""

    models = "models"
    stimuli = "stimuli"
    benchmarks = "benchmarks"
    datasets = "datasets"


def list_(
    kind: Annotated[Kind | None, typer.Argument(help="What to list; everything if not given.")] = None,
    pattern: Annotated[
        str, typer.Argument(help='Part of an identifier, or a pattern; "timm/resnet*" opens a family.')
    ] = "",
    tag: Annotated[list[str] | None, typer.Option(help="Only what has this tag; may be repeated.")] = None,
    json: JsonOption = False,
) -> None:
    """List models, stimuli, benchmarks and data sets."""
    kinds = [kind] if kind else list(Kind)
    found = {each: _found(each, pattern, set(tag or ())) for each in kinds}
    if json:
        show.as_json([entry for entries in found.values() for entry in entries])
        return
    for each, entries in found.items():
        rows = [[entry["identifier"], entry["summary"], ", ".join(entry.get("tags", []))] for entry in entries]
        if rows or kind:
            show.table([str(each), "", "tags" if each is not Kind.datasets else ""], rows, prose=(1, 2))
            print()


def _found(kind: Kind, pattern: str, tags: set[str]) -> list[dict[str, Any]]:
    from harness.host import plugin_host as hosts

    registry: Registry[Any] = getattr(hosts.host(), kind)
    names = getattr(hosts, f"list_{kind}")(pattern)
    entries = [(name, registry.get(name)) for name in names]
    return [
        {
            "kind": str(kind),
            "identifier": name,
            "summary": _with_data(spec.summary, kind, name, spec),
            **({} if kind is Kind.datasets else {"tags": list(spec.tags)}),
            "plugin": registry.plugin(name).name,
            "distribution": registry.plugin(name).distribution,
        }
        for name, spec in entries
        if tags <= set(getattr(spec, "tags", ()))
    ]


def _with_data(summary: str, kind: Kind, name: str, spec: Any) -> str:
    """The line of text, with what is not on this machine."""
    needed = spec.data_of(name) if kind is Kind.benchmarks else (name,) if kind is Kind.datasets else ()
    missing = [dataset for dataset in needed if not _is_here(dataset)]
    return f"{summary} (data not here: {', '.join(missing)})" if missing else summary


def _is_here(dataset: str) -> bool:
    from harness.data import is_available

    try:
        return is_available(dataset)
    except UnknownIdentifier:
        return False


def describe(
    identifier: Annotated[str, typer.Argument(help="A model, stimulus set, benchmark or data set.")],
    arguments: Annotated[str, typer.Option("--args", "--model-args", help="What to load it with: key=value,...")] = "",
    load: Annotated[bool, typer.Option("--load", help="Load it and show what that reveals.")] = False,
    shapes: Annotated[bool, typer.Option("--shapes", help="Run a model once and show what each layer gives.")] = False,
    json: JsonOption = False,
) -> None:
    """Describe one thing: what it is, what it takes, what to cite; with --load, what it looks like from inside."""
    options = values.arguments(arguments)
    described = []
    for kind in _kinds_of(identifier):
        known_as = _registry(kind).current(identifier)
        entry = _description(kind, known_as)
        if load or options or shapes:
            entry |= _loaded(kind, known_as, options, shapes)
        described.append(entry)
    if json:
        show.as_json(described[0] if len(described) == 1 else described)
    else:
        for entry in described:
            show.facts(
                f"{entry['identifier']} ({entry['kind']})",
                {k: v for k, v in entry.items() if k not in ("identifier", "kind")},
            )


def _kinds_of(identifier: str) -> list[Kind]:
    registries = {kind: _registry(kind) for kind in Kind}
    kinds = [kind for kind, registry in registries.items() if identifier in registry]
    if kinds:
        return kinds
    near = [name for registry in registries.values() for name in registry.near(identifier)]
    hint = f"did you mean {either(near)}?" if near else "nothing is called anything like it"
    raise UnknownIdentifier(f"unknown identifier '{identifier}'; {hint} (harness list)")


def _registry(kind: Kind) -> "Registry[Any]":
    from harness.host import host

    registry: Registry[Any] = getattr(host(), kind)
    return registry


def _description(kind: Kind, identifier: str) -> dict[str, Any]:
    registry = _registry(kind)
    spec, plugin = registry.get(identifier), registry.plugin(identifier)
    entry: dict[str, Any] = (
        {"identifier": identifier, "kind": registry.kind} | asdict(spec) | {"identifier": identifier}
    )
    if spec.identifier != identifier:
        entry["family"] = spec.identifier
    if kind is Kind.datasets:
        entry["files"] = sorted(entry["files"])
        entry["here"] = "yes" if _is_here(identifier) else "no"
    elif kind is Kind.benchmarks:
        entry["data"] = {name: "here" if _is_here(name) else "not here" for name in spec.data_of(identifier)}
    entry["plugin"] = f"{plugin.name} ({plugin.distribution} {plugin.version})"
    return entry


def _loaded(kind: Kind, identifier: str, options: dict[str, Any], shapes: bool) -> dict[str, Any]:
    from harness.cli import _inside as inside

    if shapes and kind is not Kind.models:
        raise HarnessError(f"--shapes is for models; '{identifier}' is none")
    if kind is Kind.models:
        return inside.model(identifier, options, shapes)
    if kind is Kind.stimuli:
        return inside.stimuli(identifier, options)
    if kind is Kind.benchmarks:
        return inside.benchmark(identifier, options)
    return inside.dataset(identifier)


def plugins(json: JsonOption = False) -> None:
    """List all plugins and what is wrong with the broken ones; exit status 1 if any is broken."""
    from harness.host import host

    found = host().plugins
    if json:
        show.as_json([asdict(plugin) for plugin in found])
    else:
        rows: Iterable[list[str]] = ([p.name, p.distribution, p.version, p.status, p.reason] for p in found)
        show.table(["plugin", "distribution", "version", "status", "reason"], rows, prose=(4,))
    if any(plugin.status == "broken" for plugin in found):
        raise typer.Exit(1)
