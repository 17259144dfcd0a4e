"""What loading a thing reveals, as plain values for `harness describe`."""

from pathlib import Path
from typing import Any

from harness.data import locate
from harness.host import load_benchmark, load_model, load_stimuli


def model(identifier: str, arguments: dict[str, Any]) -> dict[str, Any]:
    """How a model consumes time, its layers and regions, its weights and size."""
    loaded = load_model(identifier, **arguments)
    return {
        "arguments": arguments,
        "consumes time as": loaded.kind,
        "time step (ms)": loaded.time_step,
        "field of view (degrees)": loaded.visual_degrees,
        "input (pixels)": loaded.preprocessing.size,
        "weights": str(loaded.weights),
        "parameter count": sum(parameter.numel() for parameter in loaded.network.parameters()),
        "regions": dict(loaded.regions),
        "layers": list(loaded.layers),
        "other layers": [n for n, _ in loaded.network.named_modules() if n and n not in loaded.layers],
        "read-out": loaded.readout,
        "classes": len(loaded.classes) or None,
        "bibtex": loaded.citation,
    }


def stimuli(identifier: str, arguments: dict[str, Any], sheet: Path | None) -> dict[str, Any]:
    """How many stimuli, how long, how large, with which conditions."""
    loaded = load_stimuli(identifier, **arguments)
    facts = {
        "arguments": arguments,
        "stimuli": len(loaded),
        "unique frames": len(loaded.frames()),
        "longest (ms)": loaded.duration,
        "size (degrees)": loaded.visual_degrees,
        "background (RGB)": list(loaded.background),
        "conditions": {n: loaded.table[n].nunique(dropna=False) for n in loaded.table.columns if n != "stimulus_id"},
        "digest": loaded.digest,
    }
    return facts | ({"drawn": str(loaded.show(sheet))} if sheet else {})


def benchmark(identifier: str, arguments: dict[str, Any]) -> dict[str, Any]:
    """Which version, which kind of experiment."""
    loaded = load_benchmark(identifier, **arguments)
    return {"arguments": arguments, "version": loaded.version, "parent": loaded.parent, "bibtex": loaded.bibtex}


def dataset(identifier: str) -> dict[str, Any]:
    """Where it lies."""
    return {"folder": str(locate(identifier))}
