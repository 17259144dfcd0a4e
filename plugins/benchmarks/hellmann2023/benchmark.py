"""Orientation of a masked grating: accuracy over SOA compared with participants (Hellmann et al. 2023, experiment
1).
"""

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from harness import StimulusSet, load_stimuli
from harness.assemblies import Score
from harness.benchmarks import make_score, per_sample
from harness.benchmarks.behaviour import Evidence, MaskingBenchmark, describe_noise
from harness.brain_model import BrainModel
from harness.errors import NotMeasurable
from harness.metrics.behaviour import (
    Noise,
    closeness,
    concordance,
    fit_noise,
    leave_one_out,
    likelihood_position,
    threshold,
)
from harness.metrics.statistics import bootstrap
from harness_plugins.benchmarks.hellmann2023 import BIBTEX
from harness_plugins.benchmarks.hellmann2023.published import ACCURACY, FRAME_RATE, RIGHT, SOAS, TRIALS

if TYPE_CHECKING:
    from matplotlib.figure import Figure

HORIZONTAL, VERTICAL = "horizontal", "vertical"
CONTRAST = 0.5
PHASE = 90.0  # grey at the edge of the square and rising inwards
FITTING_PHASES = (0, 45, 135, 180, 225, 270, 315)
FITTING_FREQUENCIES = (0.7, 2.5 / 3, 1.0)
SCORED = slice(0, 4)  # the noise is fitted at the longest SOA


class Hellmann2023(MaskingBenchmark):
    """Accuracy over the duration of a grating that a mask terminates, compared with participants.

    A square grating (3 degrees, 0.83 cycles per degree, contrast 0.5) is horizontal or vertical and is shown for 8.3 to
    133.3 ms; a checkerboard (4 degrees) follows at once for 500 ms. What decides is described in
    `harness.benchmarks.behaviour.masking`. The read-out is fitted to gratings of 300 ms without a mask, of other phases and three
    spatial frequencies.

    The raw score is the mean over participants of the concordance (Lin 1989) between the model's accuracies and theirs at
    the four SOAs that the noise is not fitted to; the ceiling is that between each participant and the mean of the others.
    The error is a bootstrap over participants, who raise and lower score and ceiling together. A model that guesses scores 0.

    Exposure equals SOA and no trial is without a mask, so the curve alone shows how evidence grows with exposure and
    does not prove masking: a static model, whose evidence is in proportion to the exposure and to which this mask does
    nothing, comes close to participants. `details` therefore holds the same curve without the mask, and which share of the
    evidence the mask leaves (1 for a static model).
    """

    identifier = "Hellmann2023-masked_orientation"
    version = 2
    chance = 0.0
    bibtex = BIBTEX
    regions = ("V1", "V2", "V4", "IT")
    asked = "orientation"

    @property
    def choices(self) -> tuple[str, str]:
        return HORIZONTAL, VERTICAL

    @cached_property
    def fitting(self) -> StimulusSet:
        stimuli = self._gratings("none", [self.long], FITTING_PHASES, FITTING_FREQUENCIES)
        return _described(stimuli, stimuli.table["phase"].astype(str), "fitting")

    @cached_property
    def trials(self) -> StimulusSet:
        """Masked and unmasked at every SOA, and long ones at full and at half the contrast."""
        masked = self._gratings(("checkerboard", "none"), SOAS)
        probes = self._gratings("none", [self.long], contrast=(CONTRAST / 2, CONTRAST))
        table = pd.concat([masked.table, probes.table], ignore_index=True)
        table["condition"] = [
            condition_of(row["soa_asked"], row["masked"], row["contrast"] / CONTRAST) for _, row in table.iterrows()
        ]
        table["stimulus_id"] = [
            f"{name}_{angle:g}" for name, angle in zip(table["condition"], table["orientation"], strict=True)
        ]
        both = masked.replace(table=table, timelines=[*masked.timelines, *probes.timelines])
        return _described(both, pd.Series(["as specified"] * len(both)), self.identifier)

    @cached_property
    def ceiling(self) -> Score:
        """Concordance of a participant with the mean of the others."""
        values = leave_one_out(ACCURACY[:, SCORED], concordance)
        return make_score(values.mean(), error=bootstrap(np.mean, values).error, raw=values)

    def run(self, candidate: BrainModel) -> Score:
        self._require_step(candidate)
        evidence = self.observe(candidate)
        noise, curve, unmasked = self.decide(evidence)
        return self.compared(curve, self._details(candidate, evidence, noise, curve, unmasked))

    def compared(self, curve: np.ndarray, details: Mapping[str, Any]) -> Score:
        """The score of accuracies at every SOA."""
        agreement, others, best = _agreement(curve), self.ceiling.attrs["raw"], float(self.ceiling)
        score = agreement.mean() / best
        each = score + (agreement - score * others) / best
        return make_score(
            score,
            error=bootstrap(np.mean, each).error,
            raw=make_score(agreement.mean(), error=bootstrap(np.mean, agreement).error),
            ceiling=self.ceiling,
            details={**details, "per_sample": per_sample("participants", range(len(each)), each)},
        )

    def _require_step(self, candidate: BrainModel) -> None:
        """Every SOA must be another whole number of the model's steps."""
        step = candidate.time_step
        steps = [round(soa / step) for soa in SOAS] if step else list(range(1, len(SOAS) + 1))
        if min(steps) < 1 or len(set(steps)) < len(steps):
            raise NotMeasurable(
                f"with a time step of {step:g} ms one cannot show exposures of {', '.join(f'{soa:g}' for soa in SOAS)} ms"
            )

    def decide(self, evidence: Evidence) -> tuple[Noise, np.ndarray, np.ndarray]:
        """The noise, and the accuracies at every SOA with the mask and without it."""
        rows = self._rows(SOAS[-1], masked=True)
        noise = fit_noise(evidence.total[rows], evidence.right[rows], float(ACCURACY[:, -1].mean()))
        curve, unmasked = (
            np.array([self.share_right(evidence, noise.level, self._rows(soa, masked)) for soa in SOAS])
            for masked in (True, False)
        )
        return noise, curve, unmasked

    def figure(self, details: dict[str, Any]) -> "Figure":
        """Accuracy over SOA with and without the mask, what the mask leaves of the evidence, and the evidence over time."""
        from harness_plugins.benchmarks.hellmann2023.figure import draw

        return draw(details)

    def _gratings(
        self, mask: Any, soas: Any, phase: Any = PHASE, frequency: Any = 2.5 / 3, contrast: Any = CONTRAST
    ) -> StimulusSet:
        return load_stimuli(
            "masking",
            orientation=(0, 90),
            spatial_frequency=frequency,
            phase=phase,
            contrast=contrast,
            soa=soas,
            mask=mask,
            frame_rate=FRAME_RATE,
        )

    def _rows(self, soa: float, masked: bool, contrast: float = 1.0) -> np.ndarray:
        return np.flatnonzero(self.trials.table["condition"] == condition_of(soa, masked, contrast))

    def _lead(self, evidence: Evidence, values: np.ndarray, rows: np.ndarray) -> Any:
        """Evidence for the right choice less that for the other, mean over trials."""
        right = evidence.right[rows]
        return np.mean([values[row, own] - values[row, 1 - own] for row, own in zip(rows, right, strict=True)], axis=0)

    def _details(
        self, candidate: BrainModel, evidence: Evidence, noise: Noise, curve: np.ndarray, unmasked: np.ndarray
    ) -> dict[str, Any]:
        half, full = (self._lead(evidence, evidence.total, self._rows(self.long, False, share)) for share in (0.5, 1))
        gain = float(half / full) if full > 0 else None
        spread = ACCURACY.std(0, ddof=1)
        shown = self.trials.table.drop_duplicates("soa_asked").set_index("soa_asked")["soa"]
        return {
            **self.declared(candidate, evidence, [float(shown[soa]) for soa in SOAS]),
            "accuracy": np.round(curve, 5).tolist(),
            "accuracy_without_mask": np.round(unmasked, 5).tolist(),
            "participants": np.round(ACCURACY, 4).tolist(),
            "people_mean": np.round(ACCURACY.mean(0), 4).tolist(),
            "people_sd": np.round(spread, 4).tolist(),
            "noise": describe_noise(noise, f"SOA {SOAS[-1]} ms"),
            **self._leads(evidence),
            "over_windows": self.over_windows(evidence, self._score, self.long / 2),
            "soa75": threshold(SOAS, curve.tolist()),
            "people_soa75": threshold(SOAS, ACCURACY.mean(0).tolist()),
            "likelihood_position": likelihood_position(curve[SCORED], RIGHT[:, SCORED], np.full((16, 4), TRIALS), 0.5),
            "closeness_within_3_sd": closeness(curve[SCORED], ACCURACY.mean(0)[SCORED], spread[SCORED]),
            "contrast": {"definition": "Michelson", "evidence_at_half": gain},
            "geometry": "grating 3 x 3 degrees, 0.833 c/deg; mask 4 x 4 degrees, 5 x 5 checks; no gap",
            "guessing": 0.5,
            "failures": self._failures(evidence, noise, gain),
        }

    def _leads(self, evidence: Evidence) -> dict[str, Any]:
        """The evidence at every SOA, what the mask leaves of it, and how it comes about over time."""
        masked, unmasked = (
            np.array([self._lead(evidence, evidence.total, self._rows(soa, mask)) for soa in SOAS])
            for mask in (True, False)
        )
        time_courses = [self._lead(evidence, evidence.time_course, self._rows(soa, True)) for soa in SOAS]
        return {
            "evidence": [float(f"{value:.5g}") for value in masked],
            "evidence_without_mask": [float(f"{value:.5g}") for value in unmasked],
            "evidence_left_by_mask": [
                float(left / whole) if whole > 0 else None for left, whole in zip(masked, unmasked, strict=True)
            ],
            "evidence_over_time": [[float(f"{value:.4g}") for value in time_course] for time_course in time_courses],
            "time_bins": [list(time_bin) for time_bin in self.time_bins],
        }

    def _score(self, evidence: Evidence) -> float:
        return float(_agreement(self.decide(evidence)[1]).mean() / float(self.ceiling))

    def _failures(self, evidence: Evidence, noise: Noise, gain: float | None) -> list[str]:
        failures = []
        if not noise.found:
            failures.append(
                f"at {SOAS[-1]} ms it is right in {noise.reached:.3f} at best, participants in {noise.wanted:.3f}"
            )
        if gain is not None and gain > 0.98:
            failures.append("half the contrast gives as much evidence: the model does not respond to contrast")
        return failures


def condition_of(soa: float, masked: bool, contrast: float = 1.0) -> str:
    """Name of a condition; `contrast` is relative to that of the experiment."""
    return f"soa{soa:g}_{'masked' if masked else 'unmasked'}" + ("" if contrast == 1 else f"_contrast{contrast:g}")


def _agreement(curve: np.ndarray) -> np.ndarray:
    """(participants,), concordance with each of them at the SOAs that count."""
    return np.array([concordance(curve[SCORED], participant) for participant in ACCURACY[:, SCORED]])


def _described(stimuli: StimulusSet, exemplars: pd.Series, identifier: str) -> StimulusSet:
    choice = np.where(stimuli.table["orientation"] == 90, VERTICAL, HORIZONTAL)
    table = stimuli.table.assign(choice=choice, exemplar=exemplars.to_numpy())
    return stimuli.replace(identifier=identifier, table=table)
