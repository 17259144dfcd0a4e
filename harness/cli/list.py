"""`harness list`: the registered models, stimuli, benchmarks, data sets, suites, recipes and training sets."""

from typing import Annotated, Any

import typer

from harness.cli import _output as output
from harness.cli._arguments import JsonOption
from harness.cli._kinds import TAGGED, Kind
from harness.errors import HarnessError
from harness.host import Registry, either


def list_(
    kind: Annotated[Kind | None, typer.Argument(help="Kind to list; everything if not given.")] = None,
    pattern: Annotated[
        str, typer.Argument(help='Part of an identifier, or a pattern; "timm/resnet*" opens a family.')
    ] = "",
    tag: Annotated[list[str] | None, typer.Option(help="Only entries with this tag; may be repeated.")] = None,
    json: JsonOption = False,
) -> None:
    """List models, stimuli, benchmarks, data sets, suites, recipes and training sets."""
    kinds = [kind] if kind else list(Kind)
    _check_tags(tag or [])
    found = {each: _found(each, pattern, set(tag or ())) for each in kinds}
    if json:
        output.as_json([entry for entries in found.values() for entry in entries])
        return
    for each, entries in found.items():
        rows = [[entry["identifier"], entry["summary"], ", ".join(entry.get("tags", []))] for entry in entries]
        if rows or kind:
            output.table([str(each), "", "tags" if each in TAGGED else ""], rows, prose=(1, 2))
            print()


def _check_tags(tags: list[str]) -> None:
    """Refuse a tag that is neither of the vocabulary nor of any plugin."""
    from harness.host import TAGS, host, nearest

    registries = (host().models, host().stimuli, host().benchmarks, host().recipes, host().training_sets)
    known = {*TAGS, *(tag for registry in registries for spec in registry for tag in spec.tags)}
    for tag in tags:
        if tag not in known:
            near = nearest(tag, known)
            hint = f"did you mean {either(near)}?" if near else f"there are {', '.join(sorted(known))}"
            raise HarnessError(f"unknown tag '{tag}'; {hint}")


def _found(kind: Kind, pattern: str, tags: set[str]) -> list[dict[str, Any]]:
    from harness.host import plugin_host as hosts

    registry: Registry[Any] = getattr(hosts.host(), kind)
    names = getattr(hosts, f"list_{kind}")(pattern)
    entries = [(name, registry.get(name)) for name in names]
    return [
        {
            "kind": str(kind),
            "identifier": name,
            "summary": _with_data(registry.summary(name), kind, name, spec),
            **({"tags": list(spec.tags)} if kind in TAGGED else {}),
            "plugin": registry.plugin(name).name,
            "distribution": registry.plugin(name).distribution,
        }
        for name, spec in entries
        if tags <= set(getattr(spec, "tags", ()))
    ]


def _with_data(summary: str, kind: Kind, name: str, spec: Any) -> str:
    """The line of text, with what is not on this machine."""
    from harness.data import is_here

    needed = spec.data_of(name) if kind is Kind.benchmarks else (name,) if kind is Kind.datasets else ()
    missing = [dataset for dataset in needed if not is_here(dataset)]
    return f"{summary} (data not here: {', '.join(missing)})" if missing else summary
