"""Any model of any plugin, whose stimuli do not move."""

from typing import Any

from harness import load_model
from harness.host import host
from harness.models import Model


def names() -> list[str]:
    """The identifiers of all models that are no families; members of families resolve as well."""
    return [spec.identifier for spec in host().models if not spec.prefix]


def load(name: str, **arguments: Any) -> Model:
    """The model `name`, shown the first frame of every stimulus for as long as the stimulus lasts.

    Args:
        name: identifier of a model.
        arguments: of that model.
    """
    model = load_model(name, **arguments)
    model.first_frame = True
    return model
