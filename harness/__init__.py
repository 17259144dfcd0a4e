"""A benchmark harness for vision models that unfold in time.

This is the whole public API. Everything is imported when it is first used, so that `import harness` costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

_HOME = {
    "score_model": "scoring",
    "leaderboard": "leaderboards.build",
    "load_model": "host",
    "load_stimuli": "host",
    "load_benchmark": "host",
    "list_models": "host",
    "list_stimuli": "host",
    "list_benchmarks": "host",
    "hookimpl": "hookspecs",
    "ModelSpec": "specs",
    "StimuliSpec": "specs",
    "BenchmarkSpec": "specs",
    "DatasetSpec": "specs",
    "Timeline": "timeline",
    "Frame": "timeline",
    "Canvas": "canvas",
    "StimulusSet": "stimuli",
    "FrameModel": "models",
    "ClipModel": "models",
    "RecurrentModel": "models",
    "Preprocessing": "models",
    "Weights": "models",
    "extract": "engine",
    "Recording": "engine",
    "Full": "engine",
    "CentreUnits": "engine",
    "SpatialMean": "engine",
    "MeanMagnitude": "engine",
    "Projection": "engine",
    "RandomUnits": "engine",
    "as_subject": "subject",
    "Benchmark": "benchmarks",
    "Record": "records",
    "HarnessError": "errors",
}

__all__ = sorted(_HOME)
__version__ = "0.1.0"

if TYPE_CHECKING:
    from harness.benchmarks import Benchmark as Benchmark
    from harness.brain_model.brain_model import as_subject as as_subject
    from harness.engine import CentreUnits as CentreUnits
    from harness.engine import Full as Full
    from harness.engine import MeanMagnitude as MeanMagnitude
    from harness.engine import Projection as Projection
    from harness.engine import RandomUnits as RandomUnits
    from harness.engine import Recording as Recording
    from harness.engine import SpatialMean as SpatialMean
    from harness.engine import extract as extract
    from harness.errors import HarnessError as HarnessError
    from harness.host.hookspecs import hookimpl as hookimpl
    from harness.host.plugin_host import list_benchmarks as list_benchmarks
    from harness.host.plugin_host import list_models as list_models
    from harness.host.plugin_host import list_stimuli as list_stimuli
    from harness.host.plugin_host import load_benchmark as load_benchmark
    from harness.host.plugin_host import load_model as load_model
    from harness.host.plugin_host import load_stimuli as load_stimuli
    from harness.host.specs import BenchmarkSpec as BenchmarkSpec
    from harness.host.specs import DatasetSpec as DatasetSpec
    from harness.host.specs import ModelSpec as ModelSpec
    from harness.host.specs import StimuliSpec as StimuliSpec
    from harness.models import ClipModel as ClipModel
    from harness.models import FrameModel as FrameModel
    from harness.models import Preprocessing as Preprocessing
    from harness.models import RecurrentModel as RecurrentModel
    from harness.models import Weights as Weights
    from harness.results.leaderboard.build import leaderboard as leaderboard
    from harness.results.result import Record as Record
    from harness.scoring.score_pairs import score_model as score_model
    from harness.stimuli.canvas import Canvas as Canvas
    from harness.stimuli.stimulus_set import StimulusSet as StimulusSet
    from harness.stimuli.timeline import Frame as Frame
    from harness.stimuli.timeline import Timeline as Timeline


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'harness' has no attribute '{name}'")
    value = globals()[name] = getattr(import_module(f"harness.{_HOME[name]}"), name)
    return value


def __dir__() -> list[str]:
    return __all__
