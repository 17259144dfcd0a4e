"""Models that implement only Brain-Score's part of the protocol: known by their regions, with or without torch."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np

from harness.brain_model.presentations import in_order
from harness.checks import checked
from harness.errors import BenchmarkError, ModelError
from harness.models import VENTRAL_STREAM

if TYPE_CHECKING:
    from harness.brain_model.assemblies import Stimuli
    from harness.engine import LayerResponses, Reduction
    from harness.stimuli import StimulusSet, TimeBin


class RegionalBrainModel(ABC):
    """A `BrainModel` that is known by its regions alone: base class of one that implements Brain-Score's part itself.

    Attributes:
        regions: names of the regions that it may be recorded from; those of the ventral stream if it does not tell.
    """

    identifier: str
    regions: tuple[str, ...] = VENTRAL_STREAM
    time_step: float | None = None
    looks_ahead: float = 0.0
    input_size: int | None = None
    classes: tuple[Any, ...] = ()

    @property
    def layers(self) -> tuple[str, ...]:
        """None."""
        return ()

    @property
    def contours(self) -> str | None:
        """None."""
        return None

    @property
    def shown(self) -> dict[str, str]:
        """digest -> identifier of every stimulus set that it was recorded with."""
        shown: dict[str, str] = self.__dict__.setdefault("_shown", {})
        return shown

    def digest(self) -> str | None:
        """None: what the responses depend on is not known."""
        return None

    @abstractmethod
    def visual_degrees(self) -> float:
        """The side of the field of view in degrees."""

    @abstractmethod
    def start_recording(self, recording_target: str, time_bins: Iterable[Sequence[float]]) -> None:
        """Record from a region from now on."""

    def start_task(self, task: str, fitting_stimuli: Any = None) -> None:
        """Do a task from now on.

        Raises:
            ModelError: unless a subclass does tasks.
        """
        raise ModelError(f"'{self.identifier}' can be recorded from, and does no tasks such as '{task}'")

    @abstractmethod
    def look_at(self, stimuli: "Stimuli", number_of_trials: int = 1) -> Any:
        """Look at stimuli and give what was asked for last."""

    def layer_of(self, region: str) -> NoReturn:
        """Raises ModelError."""
        raise self._without_layers(f"the layer of {region}")

    def record_layers(
        self,
        stimuli: "StimulusSet",
        layers: Sequence[str],
        time_bins: "Sequence[TimeBin]",
        reduction: "Reduction | None" = None,
    ) -> "Mapping[str, LayerResponses]":
        """Raises ModelError."""
        raise self._without_layers(", ".join(layers))

    def record(
        self,
        stimuli: "StimulusSet",
        region: str,
        time_bins: "Sequence[TimeBin]",
        reduction: "Reduction | None" = None,
    ) -> np.ndarray:
        """(stimuli, time, units) by `start_recording` and `look_at`: units as they come, repeated presentations averaged."""
        self.start_recording(region, time_bins=list(time_bins))
        assembly = self.look_at(stimuli)
        self.shown[stimuli.digest] = stimuli.identifier
        if "time_bin" not in assembly.dims:
            assembly = assembly.expand_dims("time_bin")
        values = assembly.transpose("presentation", "time_bin", "neuroid").values
        if values.shape[1] != len(time_bins):
            raise BenchmarkError(
                f"the model responded in {values.shape[1]} time bins where {len(time_bins)} were asked for"
            )
        return in_order(values, assembly["stimulus_id"].values, stimuli.ids)

    def _without_layers(self, wanted: str) -> ModelError:
        return ModelError(
            f"'{self.identifier}' is known by its regions alone, so that {wanted} cannot be recorded; "
            "record a region, or take a model that load_model gives"
        )

    def __repr__(self) -> str:
        return f"<{type(self).__name__} '{self.identifier}'>"


@checked(ModelError)
class ForeignBrainModel(RegionalBrainModel):
    """The adapter to an object that has Brain-Score's part of the protocol. Make one with `as_brain_model`.

    What else the object tells (`time_step`, `regions` and `classes`) is passed on.
    """

    def __init__(self, foreign: Any):
        self._foreign = foreign
        self.identifier = str(getattr(foreign, "identifier", type(foreign).__name__))
        self.time_step = getattr(foreign, "time_step", None)
        self.classes = tuple(getattr(foreign, "classes", None) or ())
        self.regions = tuple(getattr(foreign, "regions", None) or VENTRAL_STREAM)

    def visual_degrees(self) -> float:
        degrees: float = self._method("visual_degrees")()
        return degrees

    def start_recording(self, recording_target: str, time_bins: Iterable[Sequence[float]]) -> None:
        self._method("start_recording")(recording_target, time_bins=list(time_bins))

    def start_task(self, task: str, fitting_stimuli: Any = None) -> None:
        self._method("start_task")(task, fitting_stimuli)

    def look_at(self, stimuli: "Stimuli", number_of_trials: int = 1) -> Any:
        return self._method("look_at")(stimuli, number_of_trials=number_of_trials)

    def _method(self, name: str) -> Callable[..., Any]:
        method = getattr(self._foreign, name, None)
        if not callable(method):
            raise ModelError(f"'{self.identifier}' has no method `{name}`, which Brain-Score's BrainModel asks for")
        found: Callable[..., Any] = method
        return found


def is_foreign(model: Any) -> bool:
    """Whether something has enough of Brain-Score's protocol to be adapted: `look_at`, and a recording or a task to begin."""
    has = [callable(getattr(model, name, None)) for name in ("look_at", "start_recording", "start_task")]
    return has[0] and any(has[1:])
