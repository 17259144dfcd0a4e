"""The contract with plugin authors: all hooks.

A plugin is a module (or object) behind an entry point of the group `harness`. It implements any of these hooks with
`@harness.hookimpl` and takes any subset of their arguments. The guide is `docs/plugins.md`.
"""

from typing import TYPE_CHECKING

import pluggy

from harness.errors import DROPPED_IN, RenamedWarning

if TYPE_CHECKING:
    from harness.engine import Progress
    from harness.host.specs import (
        BenchmarkSpec,
        DatasetSpec,
        ModelSpec,
        RecipeSpec,
        StimuliSpec,
        SuiteSpec,
        TrainingSetSpec,
    )
    from harness.results import Result

hookspec = pluggy.HookspecMarker("harness")
hookimpl = pluggy.HookimplMarker("harness")

# Registration: called once, when the host starts. Hand over descriptions; import nothing heavy.


@hookspec
def register_models() -> "list[ModelSpec]":  # type: ignore[empty-body]
    """The models, and families of models, that this plugin offers."""


@hookspec
def register_stimuli() -> "list[StimuliSpec]":  # type: ignore[empty-body]
    """The stimulus generators that this plugin offers."""


@hookspec
def register_benchmarks() -> "list[BenchmarkSpec]":  # type: ignore[empty-body]
    """The benchmarks, and families of benchmarks, that this plugin offers."""


@hookspec
def register_datasets() -> "list[DatasetSpec]":  # type: ignore[empty-body]
    """The recorded data sets that this plugin's benchmarks need: where they are published and how to get them."""


@hookspec
def register_suites() -> "list[SuiteSpec]":  # type: ignore[empty-body]
    """The suites, named lists of benchmarks over which leaderboards take means, that this plugin offers."""


@hookspec
def register_recipes() -> "list[RecipeSpec]":  # type: ignore[empty-body]
    """The recipes by which models are trained that this plugin offers."""


@hookspec
def register_training_sets() -> "list[TrainingSetSpec]":  # type: ignore[empty-body]
    """The training sets that this plugin offers."""


# Observation: called while the harness works. What they return is ignored.


@hookspec
def extraction_progress(progress: "Progress") -> None:
    """Called at the beginning of an extraction, after every batch, and at its end."""


_RECORD = f"the argument 'record' of score_finished is now 'result'; the old name works until harness {DROPPED_IN}"


@hookspec(warn_on_impl_args={"record": RenamedWarning(_RECORD)})
def score_finished(result: "Result", record: "Result") -> None:
    """Called with the result of every (model, benchmark) pair, scored or failed, once it is written."""
