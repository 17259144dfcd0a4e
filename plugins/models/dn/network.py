"""Any static model of any plugin, with delayed normalisation behind it."""

from collections.abc import Sequence
from typing import Any

from harness import load_model
from harness.errors import ModelError
from harness.host import host
from harness.models import DelayedNormalization, FrameModel, RecurrentModel, with_dynamics
from harness_plugins.models.dn import BIBTEX


def names() -> list[str]:
    """The identifiers of the static models that are not families; members of families resolve as well."""
    return [spec.identifier for spec in host().models if "static" in spec.tags and not spec.prefix]


def load(
    name: str,
    dynamics: DelayedNormalization | str = "zhou2019",
    dt: float = 5.0,
    layers: Sequence[str] | None = None,
    gain: float | None = None,
    lead_in: float = 0.0,
    **arguments: Any,
) -> RecurrentModel:
    """The model `name` with dynamics; see `harness.models.dynamics.with_dynamics`.

    Args:
        name: identifier of a static model.
        dynamics: parameters, or the name of a preset.
        dt: ms per step.
        layers: of the static model, whose units get dynamics; those of its regions if not given.
        gain: of all units; measured if not given.
        lead_in: ms of background before the onset.
        arguments: of the static model itself.

    Raises:
        ModelError: for a model with dynamics of its own, or an unknown preset or layer; and whatever the model itself raises.
    """
    model = load_model(name, **arguments)
    if not isinstance(model, FrameModel):
        raise ModelError(f"'{name}' has dynamics of its own; delayed normalisation is for static models")
    dynamic = with_dynamics(model, dynamics, dt, layers, gain, lead_in)
    dynamic.citation = "\n".join(entry for entry in (model.citation, BIBTEX) if entry)
    return dynamic
