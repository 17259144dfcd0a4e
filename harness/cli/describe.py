"""`harness describe`: one model, stimulus set, benchmark, data set or suite, on one screen."""

from dataclasses import asdict
from typing import Annotated, Any

import typer

from harness.cli import _arguments as values
from harness.cli import _completion
from harness.cli import _output as output
from harness.cli._arguments import JsonOption
from harness.cli._kinds import Kind
from harness.cli._screen import defaults, one_screen, page
from harness.errors import HarnessError, UnknownIdentifier
from harness.host import Registry, either


def describe(
    identifier: Annotated[
        str,
        typer.Argument(
            help="A model, stimulus set, benchmark, data set or suite.", autocompletion=_completion.anything
        ),
    ],
    arguments: Annotated[
        str, typer.Option("--args", "--model-args", help="Arguments to load it with: key=value,...")
    ] = "",
    load: Annotated[
        bool, typer.Option("--load", help="Load it and show its contents, such as layers or conditions.")
    ] = False,
    shapes: Annotated[
        bool, typer.Option("--shapes", help="Run a model once and show the output shape of each layer.")
    ] = False,
    everything: Annotated[
        bool, typer.Option("--all", help="All layers, the whole citation, and where the code is.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Describe a model, stimulus set, benchmark, data set or suite: summary, arguments, citation; with --load, its contents."""
    options = values.arguments(arguments)
    described = []
    for kind in _kinds_of(identifier):
        known_as = _registry(kind).current(identifier)
        entry = _description(kind, known_as)
        if load or options or shapes:
            entry |= _loaded(kind, known_as, options, shapes)
        described.append(entry)
    if json:
        output.as_json(described[0] if len(described) == 1 else described)
    else:
        for entry in described:
            shown = entry if everything else one_screen(entry)
            output.facts(
                f"{entry['identifier']} ({entry['kind']})",
                {k: v for k, v in shown.items() if k not in ("identifier", "kind")},
            )


def _kinds_of(identifier: str) -> list[Kind]:
    registries = {kind: _registry(kind) for kind in Kind}
    kinds = [kind for kind, registry in registries.items() if identifier in registry]
    if kinds:
        return [kind for kind in kinds if registries[kind].names(identifier)] or kinds
    near = [name for registry in registries.values() for name in registry.near(identifier)]
    hint = f"did you mean {either(near)}?" if near else "no registered name is similar"
    raise UnknownIdentifier(f"unknown identifier '{identifier}'; {hint} (harness list)")


def _registry(kind: Kind) -> "Registry[Any]":
    from harness.host import host

    registry: Registry[Any] = getattr(host(), kind)
    return registry


def _description(kind: Kind, identifier: str) -> dict[str, Any]:
    from harness.data import is_here

    registry = _registry(kind)
    spec, plugin = registry.get(identifier), registry.plugin(identifier)
    entry: dict[str, Any] = {"identifier": identifier, "kind": registry.kind} | asdict(spec)
    entry |= {"identifier": identifier, "summary": registry.summary(identifier)}
    if spec.identifier != identifier:
        entry["family"] = spec.identifier
        if (meant := entry["summary"].split(maxsplit=1)[0].rstrip(",;")) in registry and "tags" in entry:
            entry["tags"] = registry.get(meant).tags  # a name for another model, which has tags of its own
    if kind is Kind.datasets:
        entry["files"] = sorted(entry["files"])
        entry["here"] = "yes" if is_here(identifier) else "no"
    elif kind is Kind.benchmarks:
        entry["data"] = {name: "here" if is_here(name) else "not here" for name in spec.data_of(identifier)}
    elif kind is Kind.recipes:
        named = [model.identifier for model in _registry(Kind.models) if model.identifier.startswith(f"{identifier}_")]
        entry |= {"models": named} if named else {}
    elif kind is Kind.suites:
        entry["benchmarks"] = {name: _needs(name) for name in spec.benchmarks}
    if entry.get("parameters"):
        entry["defaults"] = defaults(spec, registry.kind)
    entry["docs"] = page(kind, spec, plugin.name)
    entry["plugin"] = f"{plugin.name} ({plugin.distribution} {plugin.version})"
    return entry


def _needs(benchmark: str) -> str:
    """The data sets that a member of a suite needs, and whether they are on this machine."""
    from harness.data import is_here

    registry = _registry(Kind.benchmarks)
    if benchmark not in registry:
        return "its plugin, which is not installed"
    data = registry.get(benchmark).data_of(benchmark)
    return ", ".join(f"{name} ({'here' if is_here(name) else 'not here'})" for name in data) or "no data"


def _loaded(kind: Kind, identifier: str, options: dict[str, Any], shapes: bool) -> dict[str, Any]:
    from harness.cli import _inside as inside

    if shapes and kind is not Kind.models:
        raise HarnessError(f"--shapes is for models; '{identifier}' is not a model")
    if kind is Kind.models:
        return inside.model(identifier, options, shapes)
    if kind is Kind.stimuli:
        return inside.stimuli(identifier, options)
    if kind is Kind.benchmarks:
        return inside.benchmark(identifier, options)
    return inside.dataset(identifier) if kind is Kind.datasets else {}
