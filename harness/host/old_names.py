"""Old public names and their replacements. They work for one more release, with a notice of the new name.

Old modules are found by an importer at the very end of the search, so that it is asked only for what no longer exists.
"""

import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

from harness.errors import renamed

MODULES = {
    "atomic": "store.atomic",
    "bars": "stimuli.bars",
    "behaviour": "brain_model.tasks",
    "benchmarks.actions": "benchmarks.behaviour.actions",
    "benchmarks.answers": "benchmarks.behaviour.choices",
    "benchmarks.categories": "benchmarks.behaviour.categories",
    "benchmarks.characterisation": "benchmarks.physiology.characterisation",
    "benchmarks.confusions": "benchmarks.behaviour.confusion_matrices",
    "benchmarks.courses": "benchmarks.dynamics.time_courses",
    "benchmarks.decoding": "benchmarks.readout.decoding",
    "benchmarks.dynamic_vision": "benchmarks.fmri.dynamic_vision",
    "benchmarks.electrodes": "benchmarks.neural.electrodes",
    "benchmarks.films": "benchmarks.neural.movies",
    "benchmarks.fmri_checks": "benchmarks.fmri.checks",
    "benchmarks.fmri_design": "benchmarks.fmri.design",
    "benchmarks.fmri_features": "benchmarks.fmri.features",
    "benchmarks.fmri_fits": "benchmarks.fmri.fits",
    "benchmarks.fmri_people": "benchmarks.fmri.participants",
    "benchmarks.fmri_regions": "benchmarks.fmri.regions",
    "benchmarks.insilico": "benchmarks.physiology.experiment",
    "benchmarks.insilico_figure": "benchmarks.physiology.figures",
    "benchmarks.laboratory": "benchmarks.physiology.laboratory",
    "benchmarks.mask_cost": "benchmarks.behaviour.mask_cost",
    "benchmarks.masking": "benchmarks.behaviour.masking",
    "benchmarks.observer": "testing.simulated_observer",
    "benchmarks.optimal_bars": "benchmarks.physiology.preferred_bars",
    "benchmarks.presentations": "brain_model.presentations",
    "benchmarks.recorded": "benchmarks.neural.any_recording",
    "benchmarks.regression": "benchmarks.readout.regression",
    "benchmarks.representation": "benchmarks.neural.rdm",
    "benchmarks.samples": "benchmarks.per_sample_scores",
    "benchmarks.spikes": "benchmarks.neural.spikes",
    "benchmarks.temporal": "benchmarks.dynamics.experiment",
    "benchmarks.temporal_experiments": "benchmarks.dynamics.paradigms",
    "benchmarks.temporal_figure": "benchmarks.dynamics.figures",
    "caching": "store.results_cache",
    "canvas": "stimuli.canvas",
    "conditions": "stimuli.parameters",
    "data.brainscore": "data.brain_score",
    "data.film": "data.movie",
    "engine.binning": "stimuli.time_bins",
    "exposures": "stimuli.pulses",
    "hookspecs": "host.hookspecs",
    "known_files": "store.file_digests",
    "leaderboards.build": "results.leaderboard.build",
    "leaderboards.differences": "results.leaderboard.differences",
    "leaderboards.export": "results.leaderboard.export",
    "leaderboards.figures": "results.leaderboard.figures",
    "leaderboards.table": "results.leaderboard.table",
    "metrics.agreement": "metrics.statistics.published_effects",
    "metrics.banded": "metrics.regression.banded",
    "metrics.ceilings": "metrics.statistics.ceilings",
    "metrics.choices": "metrics.behaviour.single_choices",
    "metrics.cka": "metrics.similarity.cka",
    "metrics.correlation": "metrics.statistics.correlation",
    "metrics.distributions": "metrics.statistics.distributions",
    "metrics.encoding": "metrics.regression.encoding",
    "metrics.fitting": "metrics.statistics.fitting",
    "metrics.gratings": "metrics.tuning.gratings",
    "metrics.indices": "metrics.tuning.modulation_indices",
    "metrics.inference": "metrics.statistics.hypothesis_tests",
    "metrics.moments": "metrics.regression.moments",
    "metrics.operators": "metrics.regression.operators",
    "metrics.poisson": "metrics.regression.poisson",
    "metrics.psychometrics": "metrics.behaviour.psychometrics",
    "metrics.rdm": "metrics.similarity.rdm",
    "metrics.readout": "metrics.decoding.ridge_decoding",
    "metrics.representations": "metrics.similarity.rdm_comparison",
    "metrics.resampling": "metrics.statistics.resampling",
    "metrics.ridge": "metrics.regression.ridge",
    "metrics.signatures": "metrics.behaviour.signatures",
    "metrics.simulation": "testing.simulated_neurons",
    "metrics.size": "metrics.tuning.size",
    "metrics.time_resolved": "metrics.decoding.time_resolved",
    "metrics.voxelwise": "metrics.regression.voxelwise",
    "models.code": "identity.code",
    "models.identity": "identity.networks",
    "pictures": "stimuli.images",
    "records": "results",
    "specs": "host.specs",
    "store.digests": "identity.digests",
    "subject": "brain_model",
    "timeline": "stimuli.timeline",
}
"""Old module -> where its contents are, both within `harness`."""

PACKAGES = ("leaderboards",)
"""Old packages that held such modules."""

NAMES = {
    "BrokenRecord": "BrokenResult",
    "Courses": "TimeCourses",
    "Exposures": "Pulses",
    "FilmBenchmark": "MovieBenchmark",
    "FilmRecording": "MovieRecording",
    "FilmRuns": "MovieRuns",
    "Full": "AllUnits",
    "MeanMagnitude": "MeanAbsolute",
    "Person": "Participant",
    "Projection": "RandomProjection",
    "Record": "Result",
    "as_subject": "as_brain_model",
    "error_over_pictures": "error_over_images",
    "film_data": "movie_data",
    "fit_people": "fit_participants",
    "leaderboard": "write_leaderboard",
    "people": "participants",
    "pictures": "source_images",
    "record_courses": "record_time_courses",
    "stimulus_set": "build_stimulus_set",
}
"""Old name of a function or class -> its name now."""


def with_old_names(package: str, getattr_: Callable[[str], Any]) -> Callable[[str], Any]:
    """The `__getattr__` of a package that also knows the old names of what it holds."""

    def get(name: str) -> Any:
        if name not in NAMES:
            return getattr_(name)
        value = getattr_(NAMES[name])
        renamed(f"{package}.{name}", f"{package}.{NAMES[name]}")
        return value

    return get


class _OldModules(MetaPathFinder, Loader):
    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        name = fullname.removeprefix("harness.")
        if name == fullname or name not in (*MODULES, *PACKAGES):
            return None
        return ModuleSpec(fullname, self, is_package=name in PACKAGES)

    def exec_module(self, module: ModuleType) -> None:
        """Nothing is copied: what is asked of the old module is looked up in the new one."""
        old = module.__name__
        if target := MODULES.get(old.removeprefix("harness.")):
            module.__getattr__ = _looked_up(old, f"harness.{target}")  # type: ignore[method-assign]


def _looked_up(old: str, new: str) -> Callable[[str], Any]:
    def get(name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(f"module '{old}' has no attribute '{name}'")
        module = import_module(new)
        now = name if hasattr(module, name) else NAMES.get(name, name)
        value = getattr(module, now)
        renamed(f"{old}.{name}", f"{_face(new, now)}.{now}")
        return value

    return get


def _face(module: str, name: str) -> str:
    """The package whose public name it is; the module where there is none."""
    faces = (
        face for face in (module, module.rpartition(".")[0]) if name in getattr(import_module(face), "__all__", ())
    )
    return next(faces, module)


def install() -> None:
    """Let old modules be imported."""
    if not any(isinstance(finder, _OldModules) for finder in sys.meta_path):
        sys.meta_path.append(_OldModules())
