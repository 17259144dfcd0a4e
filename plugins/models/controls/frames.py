"""Any model of any plugin, shown only first frames, or frames in shuffled order."""

from typing import Any, Literal

from harness import load_model
from harness.host import host
from harness.models import Model


def names() -> list[str]:
    """The identifiers of all models that are not families; members of families resolve as well."""
    return [spec.identifier for spec in host().models if not spec.prefix]


def load_first(name: str, **arguments: Any) -> Model:
    """The model `name`, shown the first frame of every stimulus for as long as the stimulus lasts.

    Args:
        name: identifier of a model.
        arguments: of that model.
    """
    return _shown(name, "first", arguments)


def load_shuffled(name: str, **arguments: Any) -> Model:
    """The model `name`, shown the frames of every stimulus in another order, the same for all models.

    Args:
        name: identifier of a model.
        arguments: of that model.
    """
    return _shown(name, "shuffled", arguments)


def _shown(name: str, frames: Literal["first", "shuffled"], arguments: dict[str, Any]) -> Model:
    model = load_model(name, **arguments)
    model.frames = frames
    return model
