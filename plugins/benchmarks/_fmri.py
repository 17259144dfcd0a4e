"""Descriptions of encoding benchmarks of fMRI; light, because descriptions import it."""

from dataclasses import dataclass, field
from typing import Any

from harness import BenchmarkSpec
from harness_plugins.benchmarks._expectations import LEAKING_MOVIES, RECORDED_MOVIES

FMRI = {
    "haemodynamics": "fir (delays of 2 to 9 s) or hrf (canonical); the other is reported, too; no effect on betas",
    "regions": "regions to score; all if not given",
    "control": "regions that the stimuli should not explain, such as auditory cortex: reported beside the score",
    "dynamic_gain": "true: also the variance explained by moving stimuli beyond frozen ones (banded ridge)",
    "target": "subjects, or group: the mean over participants whose voxels correspond, which inflates r; a separate score",
    "projection": "random projections to which larger layers are reduced, to save disk; all units if not given",
}
FMRIPREP = {
    "confounds": "columns of fMRIPrep's table that are removed by regression",
    "atlas": "path of a FreeSurfer annotation of fsaverage with {hemi} in it, whose labels become regions",
}
DYNAMIC_VISION = (
    "the same data by the protocol of Dynamic-Vision, which LEAKS from training to test; for comparison only"
)
SCHEME = {"hrf": "false: features are shifted by 5 s, not convolved with the haemodynamic response; not for betas"}


@dataclass(frozen=True)
class Recording:
    """A recording of fMRI that becomes benchmarks.

    Attributes:
        identifier: of the data set.
        tags: of the participants and stimuli.
        loading: parameters of the data set's loader that users may set -> one line each.
        bibtex: what to cite.
        arguments: of the loader, that are always set.
        controls: regions that the stimuli should not explain, unless users name others.
    """

    identifier: str
    tags: tuple[str, ...]
    loading: dict[str, str]
    bibtex: str
    arguments: dict[str, Any] = field(default_factory=dict)
    controls: tuple[str, ...] = ()

    def encoding(self, identifier: str, summary: str, **more: Any) -> BenchmarkSpec:
        """Voxels of each participant, predicted by ridge regression; `more` overrides the description."""
        return BenchmarkSpec(
            identifier,
            load="harness.benchmarks.fmri.benchmark:FMRIBenchmark",
            summary=summary,
            parameters=FMRI | self.loading,
            arguments={"control_regions": list(self.controls), **self._arguments(identifier)},
            **{"expects": RECORDED_MOVIES, **self._common, **more},
        )

    def by_dynamic_vision(self, identifier: str, **more: Any) -> BenchmarkSpec:
        """The same data by the protocol of Dynamic-Vision, which leaks; `more` overrides the description."""
        tags = (*self._common["tags"], "leaks")
        return BenchmarkSpec(
            identifier,
            load="harness.benchmarks.fmri.dynamic_vision:DynamicVisionBenchmark",
            summary=DYNAMIC_VISION,
            parameters=SCHEME | self.loading,
            arguments=self._arguments(identifier),
            **{"expects": LEAKING_MOVIES, **self._common, "tags": tags, **more},
        )

    @property
    def _common(self) -> dict[str, Any]:
        return {"tags": ("neural", "fmri", *self.tags), "bibtex": self.bibtex, "data": (self.identifier,)}

    def _arguments(self, identifier: str) -> dict[str, Any]:
        return {"identifier": identifier, "recording": self.identifier, **self.arguments}
