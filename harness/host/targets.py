"""Import of all that descriptions refer to, on request: descriptions are light, the modules they name are not."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from harness.checks import checked
from harness.errors import ArgumentError, HarnessError, said
from harness.host._loading import resolve
from harness.host.plugin_host import Host
from harness.host.registry import Plugin, Registry

_FIELDS = ("load", "fetch", "members")


@checked(ArgumentError)
def imported(host: Host) -> list[Plugin]:
    """The plugins of a host, in its order, with every `module:object` of their descriptions imported.

    A plugin of which one cannot be imported is broken here, with the first reason for each module; the host itself is unchanged.
    """
    faults: dict[tuple[str, str], dict[str, str]] = {}
    for registry in (host.models, host.stimuli, host.benchmarks, host.datasets):
        for plugin, target, whose in _targets(registry):
            try:
                resolve(target, whose)
            except HarnessError as error:
                module = target.partition(":")[0]
                faults.setdefault((plugin.distribution, plugin.name), {}).setdefault(module, said(error))
    found = [(plugin, faults.get((plugin.distribution, plugin.name))) for plugin in host.plugins]
    return [replace(p, status="broken", reason="; ".join(why.values())) if why else p for p, why in found]


def _targets(registry: "Registry[Any]") -> Iterator[tuple[Plugin, str, str]]:
    """Every target with its plugin, and the description it belongs to for the message."""
    for spec in registry:
        plugin = registry.plugin(spec.identifier)
        targets = [getattr(spec, field, None) for field in _FIELDS] + list(getattr(spec, "controls", {}).values())
        for target in dict.fromkeys(filter(None, targets)):
            yield plugin, target, f"{registry.kind} '{spec.identifier}'"
