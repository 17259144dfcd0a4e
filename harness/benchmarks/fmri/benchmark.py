"""Encoding models of fMRI: prediction of each participant's voxels from a model that sees the same stimuli."""

import logging
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from harness.assemblies import Score
from harness.benchmarks import Benchmark, make_score, plain
from harness.benchmarks.fmri.checks import Checks
from harness.benchmarks.fmri.design import Design, Haemodynamics
from harness.benchmarks.fmri.features import bin_grams, frozen, shuffled
from harness.benchmarks.fmri.fits import Fit, fit_participants
from harness.benchmarks.fmri.participants import Participant, as_group, participants
from harness.benchmarks.fmri.regions import Regions
from harness.brain_model import BrainModel
from harness.checks import checked
from harness.data import RecordedData, recording
from harness.errors import ArgumentError, BenchmarkError, NotMeasurable
from harness.metrics.regression import edge_notes, transform
from harness.metrics.statistics import Split, split_digest
from harness.stimuli import notes_on_copies

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_log = logging.getLogger(__name__)
UNLABELLED = ("unknown", "???", "Medial_wall", "Background+FreeSurfer_Defined_Medial_Wall")
"""Labels of annotations that stand for no region."""
GROUP = (
    "the mean over {} participants has less noise than the responses of each: r is inflated, and no score of single "
    "participants is to be compared with it"
)
_NOTHING = 1e-12  # of the variance of features: what is left of it is rounding


@checked(BenchmarkError)
class FMRIBenchmark(Benchmark):
    """Ridge regression from a model's layers to every voxel of every participant, in the participant's own voxels.

    The features of a layer, in bins of half a volume, are averaged over volumes and either delayed by 2 to 9 s, with weights
    of their own for every delay (`fir`), or convolved with the canonical haemodynamic response (`hrf`). Drifts are removed
    from both sides run by run. Betas are predicted as they are. Test samples are those of the publication; else whole movies,
    or blocks of a movie 16 s away from all training samples, or clips. Penalties, a voxel's own, and layers, a region's, are
    chosen by validation within the training samples.

    A region's score is the sum of its voxels' correlations over the sum of their ceilings, on the same samples, mean over the
    hemispheres; a participant's is the mean over regions, and the benchmark's the mean over participants. Voxels without a ceiling
    count in neither sum. The error is over participants and stimuli (or pieces of a movie of 20 s) at once, with what other
    training samples would change. A model
    none of whose layers varies predicts nothing, and is not measurable.

    Args:
        identifier: its name.
        recording: identifier of the data set.
        control_regions: what `control` is if it is not given.
        haemodynamics: "fir" or "hrf"; the other is computed, too, and put into the details. Of no consequence for betas.
        regions: those to score; all if not given.
        control: regions that the stimuli should not explain, such as auditory cortex: reported, but no part of the score.
        dynamic_gain: also partition the variance between the model's responses to the stimuli and to frozen ones, and to ones
            whose frames are shuffled.
        projection: random projections to which larger layers are reduced, where disks are small; all units if not given.
        target: "subjects", or "group", the mean over participants whose voxels correspond, with the group's reliability as its
            ceiling: other samples, whose scores are not to be compared with those of single participants.
        loading: arguments of the data set's loader, such as `subjects` and `atlas`.
    """

    version: ClassVar[int] = 1
    parent: ClassVar[str] = "neural"

    def __init__(
        self,
        identifier: str,
        recording: str,
        control_regions: Sequence[str] = (),
        haemodynamics: str = "fir",
        regions: Sequence[str] | None = None,
        control: Sequence[str] | str | None = None,
        dynamic_gain: bool = False,
        projection: int | None = None,
        target: str = "subjects",
        **loading: Any,
    ):
        if haemodynamics not in ("fir", "hrf"):
            raise ArgumentError(f"haemodynamics is fir or hrf, not '{haemodynamics}'")
        if target not in ("subjects", "group"):
            raise ArgumentError(f"target is subjects or group, not '{target}'")
        if projection is not None and projection < 1:
            raise ArgumentError(f"a projection has at least one component, not {projection}")
        self.identifier, self.recording = identifier, recording
        self.haemodynamics, self.target = haemodynamics, target
        self.wanted = _names(regions)
        self.control = tuple(control_regions) if control is None else _names(control) or ()
        self.dynamic_gain, self.projection, self.loading = dynamic_gain, projection, loading

    def load(self) -> RecordedData:
        """The recording, of all its regions."""
        return recording(self.recording, **self.loading)

    @cached_property
    def design(self) -> Design:
        """Its samples."""
        return Design.of(self._data)

    @cached_property
    def outer(self) -> tuple[list[Split], str]:
        """Splits into training and test samples, and what they are called."""
        return self.design.outer()

    @cached_property
    def regions(self) -> tuple[str, ...]:
        """Names of the scored regions, in order; controls are not among them."""
        chosen = self.wanted or [r for r in self._data.regions if r not in UNLABELLED]
        scored = tuple(region for region in chosen if region not in self.control)
        if not scored:
            raise BenchmarkError(f"'{self.recording}' has no region but {', '.join(self.control)} to score")
        return scored

    @cached_property
    def participants(self) -> tuple[list[Participant], str]:
        """Their responses and ceilings in the regions at stake, and the kind of ceiling."""
        return participants(self._at_stake, self.design, self.outer[0])

    @cached_property
    def ceiling(self) -> Score:
        """Mean over participants of the mean ceiling of the scored voxels; `raw` has one per participant."""
        participants, kind = self.participants
        means = []
        for participant in participants:
            inside = self._reported.counted(participant) & np.isfinite(participant.ceilings)
            means.append(participant.ceilings[inside].mean() if inside.any() else np.nan)
        known = np.array(means)[np.isfinite(means)]
        if not len(known):
            raise BenchmarkError(f"the voxels of {self.identifier} respond too unreliably to have a ceiling")
        error = float(known.std(ddof=1) / len(known) ** 0.5) if len(known) > 1 else None
        return make_score(known.mean(), error=error, raw=means, kind=kind)

    def run(self, candidate: BrainModel) -> Score:
        participants, kind = self.participants
        design = self.design.looking_ahead(candidate.looks_ahead / 1000)
        outer, splits = self.outer if design is self.design else design.outer()
        grams = bin_grams(candidate, design, self.projection)
        variants: list[Haemodynamics] = ["fir", "hrf"] if design.bold else ["none"]
        variants.sort(key=lambda name: name != self.haemodynamics)
        details = self._common(kind) | {"splits": splits, "split_digest": split_digest(outer, design.ids)}
        notes: list[str] = details["notes"]
        if design.gap > self.design.gap:
            notes.append(
                f"{candidate.identifier} looks ahead, so training samples keep {design.gap:.3g} s from the test samples"
            )
        layers = self._varying(grams, variants[0])
        if not layers:
            raise NotMeasurable(
                f"no layer of {candidate.identifier} varies over the samples, so nothing can be predicted"
            )
        fits = fit_participants(layers, participants, outer, design.inner)
        scores, found = self._reported.scores(fits, design.blocks)
        if found is None:
            raise BenchmarkError(f"the test part of {self.identifier} is one block of samples, and an error takes two")
        score = float(np.nanmean(scores))
        checks = Checks(design, outer, self._reported, fits)
        details |= self._reported.summary(fits) | checks.shuffled()
        details |= {
            "haemodynamics": variants[0],
            "penalty_at_edge": self._mean_of_scored([fit.at_edge for fit in fits], fits),
            "interval": found.interval(score),
            "degrees_of_freedom": round(found.degrees, 2),
            "participants": plain(scores),
            "per_sample": self._reported.samples(fits, found, design.blocks, design.ids, design.blocks_are),
        }
        notes += edge_notes(details["penalty_at_edge"])
        if design.bold:
            other = fit_participants(self._varying(grams, variants[1]), participants, outer, design.inner)
            details |= self._in_time(checks, other, variants[1])
            details["lag"] = checks.lags(self._varying(grams, "none"))
            notes += [note for note in [checks.late(details["lag"], details["p"])] if note]
        if self.dynamic_gain:
            details["dynamic_gain"] = {
                name: checks.gain(
                    layers, self._varying(bin_grams(candidate, design, self.projection, other), variants[0]), name
                )
                for name, other in (("frozen", frozen(design)), ("shuffled", shuffled(design)))
            }
        self._tell(notes)
        raw = self._mean_of_scored([fit.r for fit in fits], fits)
        return make_score(score, error=found.error, raw=raw, ceiling=self.ceiling, details=details)

    def figure(self, details: dict[str, Any]) -> "Figure":
        """Regions with their controls, the choice of layers, and the lag profile."""
        from harness.benchmarks.fmri._figure import draw

        return draw(details, self.identifier)

    @cached_property
    def _data(self) -> RecordedData:
        return self.load()

    @cached_property
    def _reported(self) -> Regions:
        return Regions(self.regions, self.control)

    @cached_property
    def _at_stake(self) -> RecordedData:
        """The recording in the regions that are reported; one subject in place of all if the target is the group."""
        data, names = self._data, self._reported.names
        for region in names:
            data.select(region)  # refuses a region that is not there
        chosen = [one.select(neuroids=one.neuroids["region"].isin(names).to_numpy()) for one in data.subjects]
        kept = tuple(one for one in chosen if one.responses.size)
        data = RecordedData(data.identifier, kept, data.time_bins, data.measurement, data.stimuli)
        return as_group(data) if self.target == "group" else data

    @cached_property
    def _within_clips(self) -> list[Participant]:
        """The participants with the ceilings of what varies within clips."""
        found, kind = participants(self._at_stake, self.design, self.outer[0], self.design.clips)
        if kind != self.participants[1]:
            raise BenchmarkError("the variation within clips is too unreliable to have a ceiling")
        return found

    def _varying(self, grams: dict[str, Any], haemodynamics: Haemodynamics) -> dict[str, Any]:
        """Gram matrices of samples, of the layers that still vary."""
        operators = self.design.model_operators(haemodynamics)
        made = {layer: transform(K, *operators) for layer, K in grams.items()}
        return {layer: K for layer, K in made.items() if _variance(K) > _NOTHING * max(_variance(grams[layer]), 1e-300)}

    def _common(self, kind: str) -> dict[str, Any]:
        """Details that are known before anything is predicted."""
        participants, grouped = self.participants[0], self.target == "group"
        common = {
            **self._reported.ceilings(participants),
            "subjects": [one.subject for one in self._data.subjects],
            "target": self.target,
            "ceiling_kind": "group" if grouped else kind,
            "samples": int(self.design.settled.sum()),
            "notes": [
                *notes_on_copies(self.design.stimuli),
                *([GROUP.format(len(self._data.subjects))] if grouped else []),
            ],
        }
        if kind == "inter-subject":
            common["inter_subject_bounds"] = [[plain(np.nanmean(b)) for b in p.bounds or ()] for p in participants]
        return common

    def _in_time(self, checks: Checks, other: Sequence[Fit], haemodynamics: str) -> dict[str, Any]:
        """Details of time series only."""
        scores, influence = self._reported.scores(other, self.design.blocks)
        error = None if influence is None else plain(influence.error)
        found = {
            "other": {"haemodynamics": haemodynamics, "score": float(np.nanmean(scores)), "error": error},
            "content_free": checks.content_free(),
        }
        try:
            return found | {"within_clip": checks.within_clips(self._within_clips)}
        except BenchmarkError as error_:
            return found | {"within_clip": {"score": None, "note": str(error_)}}

    def _mean_of_scored(self, values: Sequence[np.ndarray], fits: Sequence[Fit]) -> float:
        """Mean over participants of the mean of values (n_voxels,) over the scored voxels that have one."""
        counted = [self._reported.counted(fit.participant) for fit in fits]
        return float(np.mean([np.nanmean(own[kept]) for own, kept in zip(values, counted, strict=True)]))

    def _tell(self, notes: Sequence[str]) -> None:
        for note in notes:
            _log.warning("%s: %s", self.identifier, note)


def _names(value: Sequence[str] | str | None) -> tuple[str, ...] | None:
    return None if value is None else (value,) if isinstance(value, str) else tuple(map(str, value))


def _variance(K: Any) -> float:
    return float(K.diagonal().sum() / len(K) - K.mean())
