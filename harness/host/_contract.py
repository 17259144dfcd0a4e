"""Enforces the plugin contract: registrations are validated plugin by plugin, observers are isolated."""

import logging
import warnings
from typing import TYPE_CHECKING, Any

import pluggy

from harness.errors import PluginError, RenamedWarning
from harness.host import hookspecs
from harness.host._isolation import quiet_stdout
from harness.host._loading import one_line
from harness.host.specs import (
    BenchmarkSpec,
    DatasetSpec,
    ModelSpec,
    RecipeSpec,
    StimuliSpec,
    SuiteSpec,
    TrainingSetSpec,
)

if TYPE_CHECKING:
    from harness.engine import Progress
    from harness.results import Result

_log = logging.getLogger(__name__)

SPECS: dict[str, type] = {
    "register_models": ModelSpec,
    "register_stimuli": StimuliSpec,
    "register_benchmarks": BenchmarkSpec,
    "register_datasets": DatasetSpec,
    "register_suites": SuiteSpec,
    "register_recipes": RecipeSpec,
    "register_training_sets": TrainingSetSpec,
}


def manager() -> pluggy.PluginManager:
    """A plugin manager that knows the hooks of the contract."""
    plugins = pluggy.PluginManager("harness")
    plugins.add_hookspecs(hookspecs)
    return plugins


def examine(implementation: Any, name: str) -> "dict[str, list[Any]]":
    """Register a plugin in a manager of its own and ask it for its descriptions.

    Raises:
        PluginError: if it breaks the contract of a hook. Whatever its hooks raise passes through.
    """
    alone = manager()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RenamedWarning)  # told where the plugin is taken in
            alone.register(implementation, name=name)
        alone.check_pending()
    except pluggy.PluginValidationError as error:
        raise PluginError(" ".join(str(error).split())) from error
    if not alone.get_hookcallers(implementation):
        raise PluginError("implements no hook; mark its functions with @harness.hookimpl")
    registered = {}
    for hook, kind in SPECS.items():
        caller = getattr(alone.hook, hook)
        if caller.get_hookimpls():
            registered[hook] = _checked(caller(), hook, kind)
    return registered


def _checked(results: "list[Any]", hook: str, kind: type) -> "list[Any]":
    if len(results) > 1:
        raise PluginError(f"implements {hook} more than once")
    specs = results[0] if results else None  # pluggy leaves out a result that is None
    if not isinstance(specs, (list, tuple)):
        raise PluginError(f"{hook} returns {type(specs).__name__}, not a list of {kind.__name__}")
    for spec in specs:
        if not isinstance(spec, kind):
            raise PluginError(f"{hook} returns a list with a {type(spec).__name__}; it must hold {kind.__name__} only")
    return list(specs)


class Observers:
    """The observing hooks. One that raises is logged with the name of its plugin; the others and the run go on."""

    def __init__(self, manager: pluggy.PluginManager):
        self._manager = manager

    def extraction_progress(self, progress: "Progress") -> None:
        """Tell every plugin how far an extraction has come."""
        self._notify("extraction_progress", progress=progress)

    def score_finished(self, result: "Result") -> None:
        """Tell every plugin about a finished (model, benchmark) pair."""
        self._notify("score_finished", result=result, record=result)

    def _notify(self, hook: str, **arguments: Any) -> None:
        interested = {implementation.plugin for implementation in getattr(self._manager.hook, hook).get_hookimpls()}
        for name, plugin in self._manager.list_name_plugin():
            if plugin not in interested:
                continue
            try:
                with quiet_stdout():
                    self._manager.subset_hook_caller(hook, interested - {plugin})(**arguments)
            except KeyboardInterrupt:
                raise
            except BaseException as error:  # also one that would end the program
                _log.warning("plugin '%s' failed in %s: %s", name, hook, one_line(error))
