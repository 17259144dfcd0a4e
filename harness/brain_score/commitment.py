"""Our models as Brain-Score's: what its `ModelCommitment` is to a network, for whatever its benchmarks ask."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache
from types import SimpleNamespace
from typing import Any

import numpy as np

from harness.assemblies import NeuroidAssembly
from harness.benchmarks import varies
from harness.brain_model import EngineBrainModel, Task, as_brain_model
from harness.brain_score._package import is_installed, vision
from harness.checks import checked
from harness.engine import AllUnits
from harness.errors import ModelError
from harness.models import Model


@checked(ModelError)
class Commitment:
    """A model of the harness behind Brain-Score's interface. Make one with `to_brain_score`.

    It answers as its `ModelCommitment` would: probabilities come from a read-out that is fitted to all units of the behavioural
    layer, even where the model has the classes itself; one time bin is no dimension; what is returned may be written to.

    Attributes:
        model: the model.
        region_layer_map: region -> layer.
        layer_model: holds `region_layer_map`, which Brain-Score shows beside a score.
    """

    def __init__(self, candidate: EngineBrainModel):
        self.model = candidate.model
        self.region_layer_map = dict(self.model.regions)
        self.layer_model = SimpleNamespace(region_layer_map=self.region_layer_map, identifier=self.model.identifier)
        self._recorded = candidate.altered(self.model, AllUnits())
        self._fitted = candidate.altered(replace(self.model, readout=None, classes=()), AllUnits())
        self._asked = self._recorded
        self._varied: list[bool] = []

    @property
    def alike(self) -> bool:
        """Whether responses were recorded, and in no recording differed between stimuli."""
        return bool(self._varied) and not any(self._varied)

    @property
    def identifier(self) -> str:
        """The model's name."""
        return self.model.identifier

    def visual_degrees(self) -> float:
        """The side of the field of view, in degrees."""
        return self._recorded.visual_degrees()

    def start_recording(self, recording_target: Any, time_bins: Iterable[Sequence[float]]) -> None:
        """Record from a region from now on, see `harness.brain_model.EngineBrainModel`."""
        self._recorded.start_recording(recording_target, time_bins=time_bins)
        self._asked = self._recorded

    def start_task(self, task: Any, *fitting_stimuli: Any, **options: Any) -> None:
        """Do a task from now on; `passive` ends it, and a recording that was begun before goes on."""
        task = Task(getattr(task, "value", task))
        self._asked = self._fitted if task is Task.probabilities else self._recorded
        self._asked.start_task(task, *fitting_stimuli, **options)

    def look_at(self, stimuli: Any, number_of_trials: int = 1, require_variance: bool = False) -> Any:
        """Look at stimuli and give what was asked for last."""
        answer = self._asked.look_at(stimuli, number_of_trials, require_variance)
        if not isinstance(answer, NeuroidAssembly):
            return answer
        self._varied.append(varies(answer.transpose("presentation", ...).values))
        if answer.sizes["time_bin"] == 1:
            answer = answer.squeeze("time_bin")
        return answer.copy(data=np.array(answer.values))

    def __repr__(self) -> str:
        return f"<Brain-Score's view of {self.model!r}>"


@checked(ModelError)
def to_brain_score(model: Model | EngineBrainModel, **options: Any) -> Commitment:
    """A model of the harness that Brain-Score's benchmarks can drive; an instance of its `BrainModel` where it is installed.

    Args:
        model: such as `load_model` gives, or one that was made a brain model already.
        options: of `harness.as_brain_model`: `behavioural_layer`, `exposure`, `store`, `device` and others.

    Raises:
        ModelError: for anything else.
    """
    return _kind()(model if isinstance(model, EngineBrainModel) else as_brain_model(model, **options))


@cache
def _kind() -> type[Commitment]:
    if not is_installed():
        return Commitment
    return type("Commitment", (Commitment, vision("model_interface").BrainModel), {})
