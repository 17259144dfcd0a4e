"""What a benchmark knows of a model: Brain-Score's `BrainModel`, and what benchmarks of time and of single units need besides.

The first part is the protocol of `brainscore_vision.model_interface.BrainModel` (2.4), so that its benchmarks can drive our models.
Whatever else implements all of it is a brain model, too; what implements Brain-Score's part alone is adapted by `as_brain_model`.
"""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

if TYPE_CHECKING:
    import numpy as np

    from harness.assemblies import BehavioralAssembly, NeuroidAssembly
    from harness.brain_model.assemblies import Stimuli
    from harness.engine import Reduction
    from harness.stimuli import StimulusSet, TimeBin


@runtime_checkable
class BrainModel(Protocol):
    """A model seen as a brain.

    Attributes:
        identifier: its name.
        time_step: ms of one of its steps; None where its response has no memory, so that every bin within a stimulus is alike.
        regions: names of the regions that can be recorded from.
        classes: names of the classes that it was trained to tell apart; none for one that does not tell.
        looks_ahead: whether a response may depend on frames that come after it.
        shown: digest -> identifier of every stimulus set that it was recorded with, for the provenance.
    """

    @property
    def identifier(self) -> str: ...

    @property
    def time_step(self) -> float | None: ...

    @property
    def regions(self) -> tuple[str, ...]: ...

    @property
    def classes(self) -> tuple[Any, ...]: ...

    @property
    def looks_ahead(self) -> bool: ...

    @property
    def shown(self) -> dict[str, str]: ...

    def visual_degrees(self) -> float:
        """The side of the field of view in degrees."""

    def start_recording(self, recording_target: str, time_bins: Iterable[Sequence[float]]) -> None:
        """Record from a region, in bins [start, end) in ms from stimulus onset, from now on."""

    def start_task(self, task: str, fitting_stimuli: Any = None) -> None:
        """Do one of the tasks `passive`, `label`, `probabilities` and `odd_one_out` from now on."""

    def look_at(self, stimuli: "Stimuli", number_of_trials: int = 1) -> "NeuroidAssembly | BehavioralAssembly | None":
        """Look at stimuli and give what was asked for."""

    def record(
        self,
        stimuli: "StimulusSet",
        where: str,
        time_bins: "Sequence[TimeBin]",
        reduction: "Reduction | None" = None,
    ) -> "np.ndarray":
        """Record from a region, or from a layer by its name.

        Args:
            where: a region of `regions`, or the name of a layer.
            time_bins: [start, end) in ms from stimulus onset.
            reduction: what is kept of the layer; all units if not given, or if the model has no say in it.

        Returns:
            (stimuli, time bins, units), stimuli in the order of the set.
        """
