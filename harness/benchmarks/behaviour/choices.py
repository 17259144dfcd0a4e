"""Choices of a model among a few alternatives, by its own classes or by a read-out fitted to stimuli that are not tested."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from harness.benchmarks import require_variation
from harness.brain_model import BrainModel, in_order
from harness.checks import checked, shown
from harness.errors import BenchmarkError
from harness.metrics.statistics import Split, split_digest
from harness.stimuli import StimulusSet, notes_on_copies, without_shown

Fitting = Callable[[np.ndarray], StimulusSet]


@checked(BenchmarkError)
@dataclass(frozen=True)
class ChoiceProbabilities:
    """A model's probability of each choice.

    Attributes:
        probabilities: (stimuli, choices), rows sum to 1.
        how: `readout` ("own", "mapped" from finer classes of its own, "fitted" or "unknown"), `layer` and, where the stimuli were
            split, `split_digest`: for results.
    """

    probabilities: np.ndarray
    how: dict[str, Any]


@checked(BenchmarkError)
def choice_probabilities(
    candidate: BrainModel,
    stimuli: StimulusSet,
    choices: Sequence[str],
    splits: Sequence[Split],
    finer: Mapping[str, Sequence[str]] | None = None,
    fitting: Fitting | None = None,
) -> ChoiceProbabilities:
    """Ask a `BrainModel` for the probability of each choice.

    Args:
        choices: the alternatives.
        splits: every stimulus is in the test part of one. A read-out, where the model needs one, is fitted for each, to no
            stimulus that shows what is tested.
        finer: for each choice the classes of the model's own that belong to it; their mean probability is that of the choice, the
            mean over choices scaled to 1. None if it has no such classes.
        fitting: from the training positions of a split to stimuli with the column `image_label`; the stimuli in these positions,
            which then need that column, if not given.

    Raises:
        BenchmarkError: if the model chooses among other things, or gives no probabilities.
        NotMeasurable: if it gives the same ones for all stimuli.
    """
    if finer is not None:
        return _mapped(candidate, stimuli, choices, finer)
    probabilities = np.full((len(stimuli), len(choices)), np.nan)
    how: dict[str, Any] = {}
    asked = []
    for split in splits:
        fitted = (fitting or stimuli.select)(split.train)
        if not isinstance(fitted, StimulusSet):
            raise BenchmarkError(
                f"fitting gives {shown(fitted)} for the training part of a split; it must give stimuli"
            )
        candidate.start_task("probabilities", without_shown(fitted, stimuli.select(split.test)))
        own = how.get("readout") == "own"
        rows = np.flatnonzero(np.isnan(probabilities).all(1)) if own else split.test
        probabilities[rows], how = _asked(candidate, stimuli.select(rows), choices)
        asked.append(rows)
        if own:
            break  # a read-out of its own is the same for every split
    several = [rows for rows in asked if len(rows) > 1]
    require_variation(probabilities[rows] for rows in several or [np.arange(len(stimuli))])
    return ChoiceProbabilities(
        probabilities, how | {"split_digest": split_digest(splits, stimuli.ids), "notes": notes_on_copies(stimuli)}
    )


def _mapped(
    candidate: BrainModel, stimuli: StimulusSet, choices: Sequence[str], finer: Mapping[str, Sequence[str]]
) -> ChoiceProbabilities:
    names = [name for choice in choices for name in finer[choice]]
    candidate.start_task("probabilities", names)
    fine, how = _asked(candidate, stimuli, names)
    belongs = np.array([[name in finer[choice] for choice in choices] for name in names], dtype=float)
    mean = fine @ (belongs / belongs.sum(0))
    require_variation([mean])
    return ChoiceProbabilities(mean / mean.sum(1, keepdims=True), how | {"readout": "mapped"})


def _asked(candidate: BrainModel, stimuli: StimulusSet, choices: Sequence[str]) -> tuple[np.ndarray, dict[str, Any]]:
    answer = candidate.look_at(stimuli)
    given = [str(choice) for choice in answer["choice"].values]
    if sorted(given) != sorted(map(str, choices)):
        few = ", ".join(sorted(set(given) ^ set(choices))[:3])
        raise BenchmarkError(f"the model did not choose among the {len(choices)} choices asked for; differing: {few}")
    values = answer.transpose("presentation", "choice").values[:, [given.index(str(choice)) for choice in choices]]
    if not (np.allclose(values.sum(1), 1, atol=1e-3) and (values >= 0).all()):
        raise BenchmarkError("the model's outputs are not probabilities: they are negative or do not sum to 1")
    how = {"readout": answer.attrs.get("readout", "unknown"), "layer": answer.attrs.get("layer")}
    return in_order(values, answer["stimulus_id"].values, stimuli.ids), how
