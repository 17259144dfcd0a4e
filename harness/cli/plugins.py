"""`harness plugins`: every plugin, and the error of each broken one."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Annotated

import typer

from harness.cli import _output as output
from harness.cli._arguments import JsonOption


def plugins(
    check: Annotated[
        bool, typer.Option(help="Also import what the plugins' descriptions name; takes a minute.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """List all plugins with the errors of broken ones; exit status 1 if any is broken."""
    from harness.host import host, imported

    found = imported(host()) if check else host().plugins
    if json:
        output.as_json([asdict(plugin) for plugin in found])
    else:
        rows: Iterable[list[str]] = ([p.name, p.distribution, p.version, p.status, p.reason] for p in found)
        output.table(["plugin", "distribution", "version", "status", "reason"], rows, prose=(4,))
    if any(plugin.status == "broken" for plugin in found):
        raise typer.Exit(1)
