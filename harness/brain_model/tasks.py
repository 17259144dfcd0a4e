"""Behavioural tasks: from stimuli to a model's choices, as Brain-Score's `BehavioralAssembly`."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
import pandas as pd

from harness.assemblies import BehavioralAssembly
from harness.brain_model._readout import (
    Aggregation,
    FittedReadout,
    class_probabilities,
    label_probabilities,
    members,
    odd_one_out,
)
from harness.brain_model.assemblies import Presentations, Stimuli, choice_assembly, present, probabilities_assembly
from harness.engine import AllUnits, Recording, Reduction, Responses
from harness.errors import BenchmarkError, ModelError
from harness.models import Model, are_imagenet, imagenet_synsets
from harness.stimuli import StimulusSet, TimeBin

Answer = Callable[[Stimuli], BehavioralAssembly]


class Task(StrEnum):
    """Tasks of a brain model; the names are Brain-Score's.

    passive: look, without any choice; a task that was begun ends, and a recording that was begun before it goes on.
    label: name each stimulus by one of the labels given to `start_task`.
    probabilities: give the probability of each label.
    odd_one_out: of every three consecutive stimuli, choose the one that differs from the other two.
    """

    passive = "passive"
    label = "label"
    probabilities = "probabilities"
    odd_one_out = "odd_one_out"


@dataclass(frozen=True)
class Reader:
    """Reads what layers give while, or after, stimuli are shown in a task.

    Attributes:
        record: the engine, for the model.
        layer: what is read for answers that the model's own classes do not give; None if it has no such layer.
        window: [start, end) in ms in whose mean a layer is read; the last time step of each stimulus if None, all of the
            stimulus for a frame model.
        exposure: ms for which images without a timeline are shown, if there is no window.
        reduction: what of the layer a read-out is fitted to.
    """

    model: Model
    record: Callable[[StimulusSet, Recording], Responses]
    layer: str | None
    window: TimeBin | None
    exposure: float
    reduction: Reduction

    def show(self, stimuli: Stimuli) -> Presentations:
        """Images without a timeline are shown until the end of the window, see `Model.shown_for`."""
        return present(stimuli, self.model.shown_for(self.window[1] if self.window else self.exposure))

    def features(self, stimuli: StimulusSet, layer: str, reduction: Reduction) -> np.ndarray:
        """A layer in the response window of each stimulus: (stimuli, units)."""
        windows = [self._window_of(timeline.duration) for timeline in stimuli.timelines]
        unique = list(dict.fromkeys(windows))
        if len(unique) == 1:
            return self.record(stimuli, Recording([layer], unique, reduction)).array()[:, 0]
        rows = [[row for row, own in enumerate(windows) if own == window] for window in unique]
        parts = [self.features(stimuli.select(some), layer, reduction) for some in rows]
        return np.concatenate(parts)[np.argsort(np.concatenate(rows))]

    def behavioural_layer(self) -> str:
        """`layer`. Raises ModelError if there is none."""
        if self.layer is None:
            raise ModelError(
                f"'{self.model.identifier}' maps no layer to IT and has no default layers to read a choice from; "
                "pass behavioural_layer=LAYER to as_brain_model"
            )
        return self.layer

    def _window_of(self, duration: float) -> TimeBin:
        if self.window is not None:
            return self.window
        step = self.model.time_step
        return (0.0 if step is None else max(0.0, duration - step), duration)


def label(reader: Reader, labels: Any, aggregation: Aggregation = "mean") -> Answer:
    """The most likely of the labels by the model's own read-out; "imagenet" for all classes of a model that names synsets.

    A model that was trained on ImageNet knows WordNet identifiers and English words, too, see `harness.models.label_positions`.
    """
    asked, model = _labels(labels, reader.model), reader.model
    own = _has(model, asked)
    units = [] if own else members(model, asked)
    if units is None:
        raise ModelError(_lack(model, asked))

    def answer(stimuli: Stimuli) -> BehavioralAssembly:
        shown = reader.show(stimuli)
        scores = _scores(reader, shown.stimuli)
        likely = class_probabilities(scores, model, asked) if own else label_probabilities(scores, units, aggregation)
        best = shown.of(likely.argmax(1))
        chosen = np.array(asked)[best]
        synsets = {"synset": chosen, "logit": best} if isinstance(labels, str) else {}
        return choice_assembly(chosen, shown.index(label=chosen, **synsets), readout="own", layer=model.readout)

    return answer


def probabilities(reader: Reader, fitting_stimuli: Any) -> Answer:
    """The probability of each label: by the model's own read-out if it has them all, else by one fitted to the stimuli."""
    labels = _labels(fitting_stimuli, reader.model)
    choices = list(dict.fromkeys(labels))
    if _has(reader.model, labels):
        read, how = (
            lambda stimuli: class_probabilities(_scores(reader, stimuli), reader.model, choices),
            {"readout": "own", "layer": reader.model.readout},
        )
    elif isinstance(fitting_stimuli, (StimulusSet, pd.DataFrame)):
        layer = reader.behavioural_layer()
        shown = reader.show(fitting_stimuli)
        fitted = FittedReadout(shown.of(reader.features(shown.stimuli, layer, reader.reduction)), labels)
        read, how = (
            lambda stimuli: fitted.probabilities(reader.features(stimuli, layer, reader.reduction)),
            {"readout": "fitted", "layer": layer},
        )
    else:
        raise ModelError(
            f"{_lack(reader.model, labels)}, or give stimuli with a column 'image_label' to fit a read-out to"
        )

    def answer(stimuli: Stimuli) -> BehavioralAssembly:
        shown = reader.show(stimuli)
        return probabilities_assembly(read(shown.stimuli), choices, shown, **how)

    return answer


def odd_one(reader: Reader, _: Any = None) -> Answer:
    """Of every three stimuli in a row the `stimulus_id` of the odd one, see `readout.odd_one_out`."""
    layer = reader.behavioural_layer()

    def answer(stimuli: Stimuli) -> BehavioralAssembly:
        shown = reader.show(stimuli)
        if len(shown.table) % 3:
            raise BenchmarkError(
                f"the odd-one-out task takes three stimuli per trial, and {len(shown.table)} is not a multiple of 3"
            )
        features = reader.features(shown.stimuli, layer, AllUnits())
        rows = shown.of(np.arange(len(shown.stimuli))).reshape(-1, 3)
        odd = np.array([odd_one_out(features[trial]) for trial in rows])
        trials = shown.table["stimulus_id"].to_numpy().reshape(-1, 3)
        names = ["|".join(str(name) for name in trial) for trial in trials]
        index = pd.MultiIndex.from_arrays([names, odd], names=["stimulus_id", "odd"])
        return choice_assembly(trials[np.arange(len(odd)), odd], index, readout="similarity", layer=layer)

    return answer


BEGIN: dict[Task, Callable[..., Answer]] = {
    Task.label: label,
    Task.probabilities: probabilities,
    Task.odd_one_out: odd_one,
}
"""Task -> what begins it."""


def _scores(reader: Reader, stimuli: StimulusSet) -> np.ndarray:
    """The model's class scores: (stimuli, classes)."""
    assert reader.model.readout is not None
    return reader.features(stimuli, reader.model.readout, AllUnits())


def _has(model: Model, labels: Sequence[Any]) -> bool:
    return model.readout is not None and set(labels) <= set(model.classes)


def _lack(model: Model, labels: Sequence[Any]) -> str:
    lacking = [str(name) for name in dict.fromkeys(labels) if name not in model.classes]
    if model.readout is None or not lacking:
        return f"'{model.identifier}' has no read-out of its own; set the model's `readout` and `classes`"
    few = ", ".join(lacking[:3]) + (" ..." if len(lacking) > 3 else "")
    return f"'{model.identifier}' has no class {few}; ask for labels among its {len(model.classes)} `classes`"


def _labels(wanted: Any, model: Model) -> list[Any]:
    """The labels asked for: of every fitting stimulus, or as they are listed."""
    table = wanted.table if isinstance(wanted, StimulusSet) else wanted
    if isinstance(table, pd.DataFrame):
        if "image_label" not in table:
            raise BenchmarkError("stimuli to fit a read-out to need a column 'image_label'")
        return table["image_label"].tolist()
    if isinstance(wanted, str) and wanted == "imagenet":
        if are_imagenet(model.classes):
            return list(imagenet_synsets())
        if not model.classes or not all(str(name)[:1] == "n" and str(name)[1:].isdigit() for name in model.classes):
            raise ModelError(f"the classes of '{model.identifier}' are not WordNet synsets; ask for labels among them")
        return list(model.classes)
    if isinstance(wanted, str) or not isinstance(wanted, (Sequence, np.ndarray)) or not len(wanted):
        raise BenchmarkError(f"a task needs labels, or stimuli with a column 'image_label', not {wanted!r}")
    return np.asarray(wanted).tolist()
