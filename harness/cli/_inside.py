"""Layers, regions, weights and the like of a loaded model, stimulus set or benchmark, as plain values for `harness
describe`.
"""

from typing import TYPE_CHECKING, Any

from harness.data import locate
from harness.host import load_benchmark, load_model, load_stimuli

if TYPE_CHECKING:
    from harness.models import Model


def model(identifier: str, arguments: dict[str, Any], shapes: bool = False) -> dict[str, Any]:
    """How a model consumes time, its layers and regions, its weights and size; with `shapes` what each layer gives."""
    loaded = load_model(identifier, **arguments)
    return {
        "arguments": arguments,
        "consumes time as": loaded.kind,
        "time step (ms)": loaded.time_step,
        **_time(loaded),
        "field of view (degrees)": loaded.visual_degrees,
        "input (pixels)": loaded.preprocessing.size,
        "weights": str(loaded.weights),
        "parameter count": sum(parameter.numel() for parameter in loaded.network.parameters()),
        "regions": dict(loaded.regions),
        "layers": list(loaded.layers),
        "other layers": [n for n, _ in loaded.network.named_modules() if n and n not in loaded.layers],
        "read-out": loaded.readout,
        "classes": len(loaded.classes) or None,
        "shapes": _shapes(loaded) if shapes else {},
        **({"bibtex": loaded.citation} if loaded.citation else {}),
    }


def _time(loaded: "Model") -> dict[str, Any]:
    """Properties that only models of some kinds have, and whether an output may depend on later frames."""
    from harness.models import ClipModel, RecurrentModel

    if isinstance(loaded, ClipModel):
        return {
            "frames per second": loaded.frame_rate,
            "window (frames)": loaded.window,
            "stride (frames)": loaded.stride,
            "may see the future": "no" if loaded.causal else "yes",
        }
    lead_in = {"lead-in (ms)": loaded.lead_in} if isinstance(loaded, RecurrentModel) else {}
    return {**lead_in, "may see the future": "no"}


def _shapes(loaded: "Model") -> dict[str, str]:
    from harness.engine import output_shapes

    return output_shapes(loaded)


def stimuli(identifier: str, arguments: dict[str, Any]) -> dict[str, Any]:
    """How many stimuli, how long, how large, with which conditions."""
    loaded = load_stimuli(identifier, **arguments)
    return {
        "arguments": arguments,
        "stimuli": len(loaded),
        "unique frames": len(loaded.frames()),
        "longest (ms)": loaded.duration,
        "size (degrees)": loaded.visual_degrees,
        "background (RGB)": list(loaded.background),
        "conditions": {n: loaded.table[n].nunique(dropna=False) for n in loaded.table.columns if n != "stimulus_id"},
        "digest": loaded.digest,
    }


def benchmark(identifier: str, arguments: dict[str, Any]) -> dict[str, Any]:
    """Which version, which kind of experiment."""
    loaded = load_benchmark(identifier, **arguments)
    return {"arguments": arguments, "version": loaded.version, "parent": loaded.parent, "bibtex": loaded.bibtex}


def dataset(identifier: str) -> dict[str, Any]:
    """Where it lies."""
    return {"folder": str(locate(identifier))}
