"""The protocol through which benchmarks use a model: Brain-Score's `BrainModel`, extended for time, units and layers.

`start_recording`, `start_task`, `look_at`, `visual_degrees` and `identifier` are the protocol of
`brainscore_vision.model_interface.BrainModel` (2.4), so that its benchmarks can drive our models. Whatever implements all of
it is a brain model; what implements Brain-Score's part alone is adapted by `as_brain_model`.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

if TYPE_CHECKING:
    import numpy as np

    from harness.brain_model.assemblies import Stimuli
    from harness.engine import LayerResponses, Reduction
    from harness.perturbation import Perturbation
    from harness.stimuli import StimulusSet, TimeBin


@runtime_checkable
class BrainModel(Protocol):
    """A model seen as a brain.

    Attributes:
        identifier: its name.
        time_step: ms of one of its steps; None for a model whose response has no memory, or that does not tell.
        looks_ahead: ms by which a response may depend on frames that come after it; 0 for a causal model.
        input_size: pixels along the side of its input; None for a model that does not tell.
        regions: names of the regions that can be recorded from.
        layers: names of its default layers, in the order of processing; none for a model that is known by its regions alone.
        contours: the layer of contours, one map before the logistic function; None for a model that was not made to find them.
        classes: names of the classes that it was trained to tell apart, if any.
        shown: digest -> identifier of every stimulus set that it was recorded with, for the provenance.
    """

    @property
    def identifier(self) -> str: ...

    @property
    def time_step(self) -> float | None: ...

    @property
    def looks_ahead(self) -> float: ...

    @property
    def input_size(self) -> int | None: ...

    @property
    def regions(self) -> tuple[str, ...]: ...

    @property
    def layers(self) -> tuple[str, ...]: ...

    @property
    def contours(self) -> str | None: ...

    @property
    def classes(self) -> tuple[Any, ...]: ...

    @property
    def shown(self) -> dict[str, str]: ...

    def digest(self) -> str | None:
        """Identity by content of everything that a response depends on besides the stimuli; None where it cannot be told, so that
        nothing that is made of responses may be cached."""

    def visual_degrees(self) -> float:
        """The side of the field of view in degrees."""

    def layer_of(self, region: str) -> str:
        """The layer that stands for a region.

        Raises:
            ModelError: if none does, or the model is known by its regions alone.
        """

    def start_recording(self, recording_target: str, time_bins: Iterable[Sequence[float]]) -> None:
        """Record from a region, in bins [start, end) in ms from stimulus onset, from now on."""

    def start_task(self, task: str, fitting_stimuli: Any = None) -> None:
        """Do one of the tasks `passive`, `label`, `probabilities` and `odd_one_out` from now on."""

    def look_at(self, stimuli: "Stimuli", number_of_trials: int = 1) -> Any:
        """Look at stimuli and give what was asked for last.

        Returns:
            In a recording a `NeuroidAssembly`, in a task a `BehavioralAssembly`, in the task `passive` None.
        """

    def record(
        self,
        stimuli: "StimulusSet",
        region: str,
        time_bins: "Sequence[TimeBin]",
        reduction: "Reduction | None" = None,
    ) -> "np.ndarray":
        """Record from a region; what was started goes on unchanged where the model can do both.

        Args:
            time_bins: [start, end) in ms from stimulus onset.
            reduction: what is kept of the region's layer; all units if not given. A model that is known by its regions alone has
                no maps to reduce, and its units are taken as they come.

        Returns:
            (stimuli, time, units), stimuli in the order of the set; a view where that spares a copy, not to be written to.

        Raises:
            ModelError, NotImplementedError: if the model has no such region.
            BenchmarkError: if it answers to other stimuli, or in other time bins.
        """

    def record_layers(
        self,
        stimuli: "StimulusSet",
        layers: Sequence[str],
        time_bins: "Sequence[TimeBin]",
        reduction: "Reduction | None" = None,
    ) -> "Mapping[str, LayerResponses]":
        """Record layers by name, all in one pass: those of `layers`, or any other that the model has.

        Returns:
            layer -> responses, read from disk when they are asked for: `array()` gives (stimuli, time, units), `batches()` the same
            some stimuli at a time, `units` where each unit lies.

        Raises:
            ModelError: if the model has no such layer, or is known by its regions alone.
        """


@runtime_checkable
class PerturbableBrainModel(BrainModel, Protocol):
    """A brain model to which something can be done while it is recorded from."""

    def perturbed(self, perturbations: "Perturbation | str | Sequence[Perturbation | str]") -> "PerturbableBrainModel":
        """The model with perturbations, see `harness.perturbation.perturbed`; this one stays as it is.

        Raises:
            NotPerturbable: if it does not have what is to be perturbed, or nothing reads it.
        """

    def population(self, region: str, cells: str) -> str:
        """The layer of a class of cells of a region, such as "I".

        Raises:
            NotPerturbable: if the region has no such class.
        """
