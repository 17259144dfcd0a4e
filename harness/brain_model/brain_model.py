"""A model as a brain: the protocol `BrainModel` over the engine.

candidate.start_recording("IT", time_bins=[(70, 170)]); assembly = candidate.look_at(stimuli)
candidate.start_task(Task.probabilities, fitting_stimuli); choices = candidate.look_at(stimuli)
candidate.record(stimuli, "IT", time_bins=[(70, 170)])
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from numbers import Integral
from typing import Any

import numpy as np

from harness.assemblies import BehavioralAssembly, NeuroidAssembly
from harness.brain_model._readout import Aggregation
from harness.brain_model.assemblies import Stimuli, neuroid_assembly, present
from harness.brain_model.protocol import BrainModel
from harness.brain_model.tasks import BEGIN, Answer, Reader, Task
from harness.brain_model.tissue import in_tissue
from harness.checks import checked
from harness.engine import Recording, Reduction, Responses, extract, extract_each, extract_trials
from harness.errors import BenchmarkError, ModelError, NotMeasurable, NotPerturbable, RecordingError
from harness.models import Model
from harness.perturbation import Perturbation, emitted_points, perturbed
from harness.stimuli import StimulusSet, TimeBin


@checked(ModelError)
class EngineBrainModel:
    """A `Model` behind the `BrainModel` protocol. Make one with `as_brain_model`.

    Attributes:
        model: the model.
        shown: digest -> identifier of every stimulus set that it was recorded with.
    """

    def __init__(
        self,
        model: Model,
        *,
        response_window: TimeBin | None,
        exposure: float,
        behavioural_layer: str | None,
        readout_reduction: Reduction,
        **engine: Any,
    ):
        self.model = self._unperturbed = model
        self.shown: dict[str, str] = {}
        self._engine = engine
        self._trials = 1
        self._reader = Reader(model, self._extract, behavioural_layer, response_window, exposure, readout_reduction)
        self._region = ""
        self._recording: Recording | None = None
        self._answer: Answer | None = None
        self._passive = False

    @property
    def identifier(self) -> str:
        """The model's name."""
        return self.model.identifier

    @property
    def time_step(self) -> float | None:
        """ms of a step of the model; None for a frame model."""
        return self.model.time_step

    @property
    def looks_ahead(self) -> float:
        """ms: the window of a clip model that is not causal, else 0."""
        return self.model.looks_ahead

    @property
    def input_size(self) -> int:
        """Pixels along the side of the network's input."""
        return self.model.preprocessing.size

    @property
    def regions(self) -> tuple[str, ...]:
        """Regions that the model maps to a layer."""
        return tuple(self.model.regions)

    @property
    def layers(self) -> tuple[str, ...]:
        """The model's default layers."""
        return tuple(self.model.layers)

    @property
    def contours(self) -> str | None:
        """The model's layer of contours, if it declares one."""
        return self.model.contours

    @property
    def classes(self) -> tuple[Any, ...]:
        """Class names in the order of the read-out's units."""
        return tuple(self.model.classes)

    def digest(self) -> str | None:
        """See `Model.digest`."""
        return self.model.digest()

    @checked(ModelError)
    def layer_of(self, region: str) -> str:
        """See `Model.layer_of`."""
        return self.model.layer_of(region)

    def visual_degrees(self) -> float:
        """The side of the field of view, in degrees; an `int` where it is whole."""
        degrees = float(self.model.visual_degrees)
        return int(degrees) if degrees.is_integer() else degrees

    @checked(RecordingError, own=("recording_target", "time_bins", "reduction"))
    def start_recording(
        self, recording_target: str, time_bins: Iterable[Sequence[float]], reduction: Reduction | None = None
    ) -> None:
        """Record from a region from now on.

        Args:
            recording_target: the region, "V1", "V2", "V4", "IT" or any other that the model maps to a layer.
            time_bins: [start, end) in ms from stimulus onset.
            reduction: what is kept of the layer; all units if not given.

        Raises:
            ModelError: if the model maps no layer to the region.
            RecordingError: if a bin is empty, or there is none.
        """
        region = str(getattr(recording_target, "value", recording_target))
        recording = Recording(time_bins=time_bins, reduction=reduction)
        if not recording.time_bins:
            raise RecordingError("a recording needs at least one time bin [start, end) in ms")
        self._recording = replace(recording, layers=(self.model.layer_of(region),))
        self._region, self._answer = region, None

    @checked(BenchmarkError, own=("task", "number_of_trials"))
    def start_task(
        self,
        task: Task | str,
        fitting_stimuli: Any = None,
        *,
        number_of_trials: int = 1,
        require_variance: bool = False,
        aggregation: Aggregation = "mean",
    ) -> None:
        """Do a task from now on, instead of being recorded from.

        Args:
            task: a `Task`, or Brain-Score's of the same name. `passive` asks for nothing: a task ends, and a recording goes on.
            fitting_stimuli: for `probabilities` a stimulus set whose table has a column `image_label`, or labels; for
                `label` the labels. A model whose own `classes` contain all labels answers by its own read-out: the
                softmax over the units of these labels. Otherwise a logistic regression is fitted to the stimuli. For `label`
                a model trained on ImageNet also takes English words, see `harness.models.label_positions`.
            number_of_trials: trials of the fitting stimuli to average over, as in `look_at`.
            require_variance: as in `look_at`.
            aggregation: how the probabilities of the classes that an English word names become one, "mean" or "max".

        Raises:
            BenchmarkError: for an unknown task, or if a task lacks what it needs.
            ModelError: if the model has neither the classes asked for nor a layer to fit a read-out to.
        """
        try:
            task = Task(getattr(task, "value", task))
        except ValueError:
            raise BenchmarkError(f"there is no task '{task}'; there are {', '.join(Task)}") from None
        self._answer, self._passive = None, task is Task.passive
        more = {"aggregation": aggregation} if task is Task.label else {}
        with self._averaging(number_of_trials, require_variance):
            self._answer = None if self._passive else BEGIN[task](self._reader, fitting_stimuli, **more)

    @checked(RecordingError, own=("stimuli", "number_of_trials"))
    def look_at(
        self, stimuli: Stimuli, number_of_trials: int = 1, require_variance: bool = False
    ) -> NeuroidAssembly | BehavioralAssembly | None:
        """Look at stimuli and give what was asked for.

        Timelines are shown as they are. Images of a BrainIO stimulus set or a list of paths are shown until the end of the
        last recorded bin, and in a task until the end of the response window (see `as_brain_model`); rounded up to a whole step of
        the model, or to the end of the last window of a clip model.

        Args:
            number_of_trials: trials to average over. Those of a deterministic model are equal, so one is computed; a model that is
                not (`deterministic=False`) is run anew for each, and what is averaged is not stored.
            require_variance: whether responses must differ from trial to trial, by microsaccades; not available.

        Returns:
            In a recording `presentation x neuroid x time_bin`, see `harness.brain_model.assemblies.to_assembly`. In a task, of
            `probabilities` `presentation x choice` with the attribute `readout` ("own" or "fitted"); of `label` and of
            `odd_one_out` `choice x presentation` with one choice. None in the task `passive`.

        Raises:
            RecordingError: if neither a recording nor a task was started.
            NotMeasurable: if a layer's activity grows without bound.
        """
        with self._averaging(number_of_trials, require_variance):
            if self._answer is not None:
                return self._answer(stimuli)
            if self._recording is not None:
                shown = present(stimuli, self.model.shown_for(max(end for _, end in self._recording.time_bins)))
                responses = self._extract(shown.stimuli, self._recording)
                return neuroid_assembly([responses[layer] for layer in responses.layers], shown, self._region)
        if self._passive:
            return None
        raise RecordingError("nothing was asked of the model; call start_recording or start_task before look_at")

    @checked(RecordingError, own=("time_bins", "reduction"))
    def record(
        self,
        stimuli: StimulusSet,
        region: str,
        time_bins: Sequence[TimeBin],
        reduction: Reduction | None = None,
    ) -> np.ndarray:
        """A region, straight from the engine, see `BrainModel.record`; what was started goes on unchanged."""
        layer = self.layer_of(region)
        return np.asarray(self.record_layers(stimuli, [layer], time_bins, reduction)[layer].array())

    @checked(RecordingError, own=("time_bins", "reduction"))
    def record_layers(
        self,
        stimuli: StimulusSet,
        layers: Sequence[str],
        time_bins: Sequence[TimeBin],
        reduction: Reduction | None = None,
    ) -> Responses:
        """Any layers, straight from the engine, see `BrainModel.record_layers`.

        Raises:
            RecordingError: if there is no layer or no time bin.
            NotMeasurable: if a layer's activity grows without bound.
        """
        recording = Recording(layers, time_bins, reduction)
        if not recording.layers or not recording.time_bins:
            raise RecordingError("a recording needs at least one layer and one time bin [start, end) in ms")
        return self._extract(stimuli, recording)

    def perturbed(self, perturbations: Perturbation | str | Sequence[Perturbation | str]) -> "EngineBrainModel":
        """See `PerturbableBrainModel.perturbed`."""
        return self.altered(perturbed(self.model, perturbations))

    @checked(ModelError)
    def altered(self, model: Model, readout_reduction: Reduction | None = None) -> "EngineBrainModel":
        """Another model, or another read-out, seen as this one is: same run options, response window and behavioural layer."""
        reader = self._reader
        candidate = EngineBrainModel(
            model,
            response_window=reader.window,
            exposure=reader.exposure,
            behavioural_layer=reader.layer,
            readout_reduction=readout_reduction or reader.reduction,
            **self._engine,
        )
        candidate.shown = self.shown
        return candidate

    @checked(ModelError, own=("perturbation",))
    def perturb(
        self, perturbation: Any, target: str = "IT", perturbation_parameters: Mapping[str, Any] | None = None
    ) -> None:
        """Brain-Score's `perturb`: this model stays perturbed until it is cleared by None. Read-outs that were fitted before stay.

        Args:
            perturbation: "muscimol", "microstimulation", "optogenetic_suppression", or None, which clears all.
            target: a region whose units the network places in tissue.
            perturbation_parameters: see `harness.brain_model.in_tissue`.

        Raises:
            NotPerturbable: if the network has no tissue.
        """
        if perturbation is None:
            self.model = self._unperturbed
        else:
            self.model = perturbed(
                self.model, in_tissue(self.model, perturbation, target, perturbation_parameters or {})
            )

    @checked(ModelError)
    def population(self, region: str, cells: str) -> str:
        """See `PerturbableBrainModel.population`."""
        layer = self.model.layer_of(region)
        points = emitted_points(self.model)
        areas = {point.area for point in points if point.layer == layer} - {""}
        fitting = [point.layer for point in points if point.area in areas and point.cells == cells]
        if not fitting:
            raise NotPerturbable(f"'{self.identifier}' declares no cells of class {cells} in {region}")
        return fitting[0]

    def _extract(self, stimuli: StimulusSet, recording: Recording) -> Responses:
        if self._trials == 1 or getattr(self.model, "deterministic", True):
            responses = extract(self.model, stimuli, recording, **self._engine)
        else:
            options = {name: value for name, value in self._engine.items() if name != "store"}
            responses = extract_trials(self.model, stimuli, recording, self._trials, **options)
        return self._noted(responses, stimuli)

    def _noted(self, responses: Responses, stimuli: StimulusSet) -> Responses:
        """Responses that can be used, with a note of what they are to."""
        self.shown[responses.provenance["stimuli"]] = stimuli.identifier
        if runaways := list(responses.provenance["runaway"].values()):
            raise NotMeasurable(str(runaways[0]))
        return responses

    @contextmanager
    def _averaging(self, trials: int, require_variance: bool) -> Iterator[None]:
        """Everything that is extracted meanwhile is the mean over some trials."""
        if not isinstance(trials, Integral) or isinstance(trials, bool) or trials < 1:
            raise RecordingError(f"the number of trials is a whole number of at least 1, not {trials!r}")
        if require_variance:
            raise ModelError(
                "require_variance=True asks for responses that differ from trial to trial by microsaccades, which no model of the "
                "harness makes; leave it out"
            )
        self._trials = int(trials)
        try:
            yield
        finally:
            self._trials = 1

    def __repr__(self) -> str:
        return f"<{type(self).__name__} '{self.identifier}'>"


@checked(RecordingError, own=("time_bins", "reduction"))
def record_each(
    candidates: Sequence[BrainModel],
    stimuli: StimulusSet,
    region: str,
    time_bins: Sequence[TimeBin],
    reduction: Reduction | None = None,
) -> Iterator[np.ndarray]:
    """Record a region of one candidate under several perturbations: what they have in common is computed once.

    Yields:
        (stimuli, time, units) of each, see `BrainModel.record`.

    Raises:
        RecordingError: if there is no candidate.
        NotMeasurable: if a layer's activity grows without bound.
    """
    if not candidates:
        raise RecordingError("name at least one candidate to record")
    ours = [one for one in candidates if isinstance(one, EngineBrainModel)]
    if len(ours) < len(candidates) or len({id(one.model.network) for one in ours}) > 1:
        return (one.record(stimuli, region, time_bins, reduction) for one in candidates)
    layer = ours[0].layer_of(region)
    recording = Recording([layer], time_bins, reduction)
    found = extract_each([one.model for one in ours], stimuli, recording, **ours[0]._engine)
    return (np.asarray(one._noted(own, stimuli)[layer].array()) for one, own in zip(ours, found, strict=True))
