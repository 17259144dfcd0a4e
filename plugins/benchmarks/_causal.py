"""The common ground of causal experiments: populations, currents, matched controls, and read-outs that stay as they were fitted."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from harness.assemblies import Score
from harness.benchmarks.physiology import InSilicoBenchmark, Laboratory
from harness.brain_model import BrainModel, PerturbableBrainModel
from harness.errors import NotMeasurable, NotPerturbable
from harness.perturbation import EVERYWHERE, Annulus, Disc, Perturbation
from harness.stimuli import Canvas, StimulusSet, Timeline

ALWAYS = (0.0, np.inf)
AFTER = 10_000.0
"""ms: a perturbation that begins then is none of what was recorded before."""


class PopulationBenchmark(InSilicoBenchmark):
    """A causal experiment on cells of a region that need no receptive field: rows are cells, sites or images."""

    def run(self, candidate: BrainModel) -> Score:
        measured = self.measure(Laboratory(candidate, self.region, self.units, self.seed))
        score = self.compared(measured)
        score.attrs["details"] = {**score.attrs["details"], **measured.details}
        return score


def accepted(able: PerturbableBrainModel, options: Iterable[Sequence[Perturbation]]) -> PerturbableBrainModel:
    """The candidate under the first of some perturbations that it can take.

    Raises:
        NotPerturbable: why it cannot take the last of them.
    """
    reasons = []
    for option in options:
        try:
            return able.perturbed(option)
        except NotPerturbable as reason:
            reasons.append(reason)
    raise reasons[-1]


def taken(able: PerturbableBrainModel, perturbations: Iterable[Perturbation]) -> list[Perturbation]:
    """The perturbations, of some, that the candidate can take, each by itself.

    Raises:
        NotPerturbable: why it cannot take the first, if it can take none.
    """
    found, reasons = [], []
    for one in perturbations:
        try:
            able.perturbed(one)
        except NotPerturbable as reason:
            reasons.append(reason)
        else:
            found.append(one)
    if not found:
        raise reasons[0]
    return found


def with_current(
    able: PerturbableBrainModel,
    region: str,
    current: float | np.ndarray,
    where: Disc | Annulus | Any = EVERYWHERE,
    units: np.ndarray | None = None,
    window: tuple[float, float] = ALWAYS,
    first: str = "drive",
) -> PerturbableBrainModel:
    """The candidate with a current into cells of a region: into their drive, or added to what they emit, whichever it declares.

    A model that sees whole clips, in which no moment can be told, gets it all the time.

    Args:
        current: in units of the layer; a number, or one a channel or a unit.
        first: which of "drive" and "emitted" is tried first.
    """
    points = ("drive", "emitted") if first == "drive" else ("emitted", "drive")
    windows = dict.fromkeys((window, ALWAYS if window[0] < AFTER else window))
    return accepted(
        able,
        [
            [Perturbation(region, "add", current, where, units, window=each, point=point)]  # type: ignore[arg-type]
            for each in windows
            for point in points
        ],
    )


def matched(controls: Mapping[str, Callable[[], Any]]) -> dict[str, Any]:
    """Outcomes of matched control perturbations, by name; None for one that the model cannot take."""
    found: dict[str, Any] = {}
    for name, make in controls.items():
        try:
            found[name] = make()
        except NotMeasurable:
            found[name] = None
    return found


def gratings(canvas: Canvas, orientations: Iterable[float], contrasts: Iterable[float], exposure: float) -> StimulusSet:
    """Gratings of 2 cycles per degree, or the most that the canvas shows well, that fill the field of view."""
    frequency = min(2.0, 0.25 / canvas.pixel)
    conditions = [(float(orientation), float(contrast)) for orientation in orientations for contrast in contrasts]
    shown = [
        Timeline.still(
            canvas.image(contrast * canvas.highest_contrast * canvas.grating(orientation, frequency, 90.0)), exposure
        )
        for orientation, contrast in conditions
    ]
    table = pd.DataFrame(conditions, columns=["orientation", "contrast"])
    table.insert(0, "stimulus_id", [f"{orientation:g}/{contrast:g}" for orientation, contrast in conditions])
    return StimulusSet("full-field gratings", table, shown, canvas.visual_degrees, canvas.background)


class LinearReadOut:
    """Ridge regression on standardised responses, kept as it was fitted.

    The penalty is chosen by leaving out each stimulus, or, where several are of one image, quarters of the images.
    """

    def __init__(self, responses: np.ndarray, wanted: np.ndarray, images: np.ndarray | None = None):
        """Fit (stimuli, units) to (stimuli,) or (stimuli, columns); `images` are the numbers of theirs."""
        from sklearn.linear_model import RidgeCV
        from sklearn.model_selection import GroupKFold
        from sklearn.pipeline import make_pipeline
        from sklearn.preprocessing import StandardScaler

        splits = None if images is None else list(GroupKFold(4).split(responses, groups=images))
        self._fitted = make_pipeline(StandardScaler(), RidgeCV(np.logspace(0, 6, 7), cv=splits))
        self._fitted.fit(np.asarray(responses, dtype=float), wanted)

    def __call__(self, responses: np.ndarray) -> np.ndarray:
        """Numbers read out of (stimuli, units)."""
        return np.asarray(self._fitted.predict(np.asarray(responses, dtype=float)))


def roc_area(of: np.ndarray, other: np.ndarray) -> float:
    """Area under the ROC curve by which numbers tell one sort of stimuli from another; 0.5 where they do not."""
    return float(np.mean(of[:, None] > other) + 0.5 * np.mean(of[:, None] == other))


def trend(values: np.ndarray) -> np.ndarray:
    """Rank correlation of (doses, units) with the number of the dose; 0 for what does not change."""
    from scipy.stats import rankdata

    ranks = rankdata(values, axis=0) - (len(values) + 1) / 2
    dose = np.arange(len(values)) - (len(values) - 1) / 2
    size = np.sqrt((ranks**2).sum(0) * (dose**2).sum())
    return np.where(size > 0, dose @ ranks / np.where(size > 0, size, 1), 0.0)
