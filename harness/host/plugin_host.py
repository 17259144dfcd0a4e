"""The plugin host: finds plugins by entry point, isolates broken ones, and holds what the others registered."""

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase
from functools import cache
from importlib import metadata
from typing import TYPE_CHECKING, Any, Literal

from harness.checks import checked
from harness.errors import ArgumentError, HarnessError, PluginError, said
from harness.host._contract import Observers, examine, manager
from harness.host._drawn import drawn_once
from harness.host._isolation import quiet_stdout, same_folder
from harness.host._loading import check_arguments, one_line, resolve, with_own_arguments
from harness.host._noting import loads_noted, note
from harness.host.model_files import file_function, is_model_file, model_of_file
from harness.host.registry import Plugin, Registry, either
from harness.host.specs import (
    BenchmarkSpec,
    DatasetSpec,
    ModelSpec,
    RecipeSpec,
    Spec,
    StimuliSpec,
    SuiteSpec,
    TrainingSetSpec,
)

if TYPE_CHECKING:
    from harness.benchmarks import Benchmark
    from harness.models import Model
    from harness.stimuli import StimulusSet
    from harness.training import Recipe, TrainingSet

GROUP = "harness"
DISTRIBUTION = "vision-dynamics-harness"
Precision = Literal["float32", "bfloat16", "float16"]


class Host:
    """All plugins of the entry-point group `harness`.

    Plugins of this distribution come first, the others by distribution and name. A plugin comes in whole or, if anything is wrong
    with it, not at all; where two register one identifier, the later one is broken.

    Args:
        entry_points: where to look instead of in the installed packages.

    Attributes:
        models, stimuli, benchmarks, datasets, suites, recipes, training_sets: the registries.
        plugins: what became of every entry point, in the order of loading.
        hook: the observing hooks.

    Raises:
        PluginError: if `HARNESS_PLUGINS` names a plugin that is not installed.
    """

    def __init__(self, entry_points: Iterable[metadata.EntryPoint] | None = None):
        self.models: Registry[ModelSpec] = Registry(
            "model", "models", "harness.models:Model", "harness.brain_model:RegionalBrainModel"
        )
        self.stimuli: Registry[StimuliSpec] = Registry("stimulus set", "stimuli", "harness.stimuli:StimulusSet")
        self.benchmarks: Registry[BenchmarkSpec] = Registry("benchmark", "benchmarks", "harness.benchmarks:Benchmark")
        self.datasets: Registry[DatasetSpec] = Registry("data set", "datasets", "harness.data:RecordedData")
        self.suites: Registry[SuiteSpec] = Registry("suite", "suites", "harness.host:SuiteSpec")
        self.recipes: Registry[RecipeSpec] = Registry("recipe", "recipes", "harness.training:Recipe")
        self.training_sets: Registry[TrainingSetSpec] = Registry(
            "training set", "training_sets", "harness.training:TrainingSet"
        )
        self.plugins: list[Plugin] = []
        self._manager = manager()
        self.hook = Observers(self._manager)
        found = metadata.entry_points(group=GROUP) if entry_points is None else entry_points
        self._load_all(sorted(found, key=_order))

    def _load_all(self, entry_points: Sequence[metadata.EntryPoint]) -> None:
        chosen = _chosen(entry_points, os.environ.get("HARNESS_PLUGINS", ""))
        for entry_point in entry_points:
            plugin = Plugin(entry_point.name, *_origin(entry_point), target=entry_point.value)
            self.plugins.append(plugin)
            if entry_point not in chosen:
                plugin.status, plugin.reason = "left out", "by HARNESS_PLUGINS"
                continue
            try:
                with quiet_stdout(), same_folder():
                    self._take_in(plugin, entry_point)
            except KeyboardInterrupt:
                raise
            except BaseException as error:  # also one that would end the program
                plugin.status = "broken"
                plugin.reason = said(error) if isinstance(error, HarnessError) else one_line(error)
        broken = sum(plugin.status == "broken" for plugin in self.plugins)
        for registry in self._registries().values():
            registry.remark = f"{broken} broken: harness plugins" if broken else ""

    def _registries(self) -> "dict[str, Registry[Any]]":
        return {
            "register_models": self.models,
            "register_stimuli": self.stimuli,
            "register_benchmarks": self.benchmarks,
            "register_datasets": self.datasets,
            "register_suites": self.suites,
            "register_recipes": self.recipes,
            "register_training_sets": self.training_sets,
        }

    def _take_in(self, plugin: Plugin, entry_point: metadata.EntryPoint) -> None:
        implementation = entry_point.load()
        registered = examine(implementation, entry_point.name)
        for hook, specs in registered.items():
            self._refuse_repeated(hook, specs)
        self._manager.register(implementation, name=f"{plugin.distribution}:{plugin.name}")
        for hook, specs in registered.items():
            for spec in specs:
                self._registries()[hook].add(spec, plugin)

    def _refuse_repeated(self, hook: str, specs: "list[Any]") -> None:
        registry, seen = self._registries()[hook], set()
        taken = {spec.identifier for spec in registry}
        for identifier in (spec.identifier for spec in specs):
            if identifier in seen:
                raise PluginError(f"registers the {registry.kind} '{identifier}' twice")
            if identifier in taken:
                raise PluginError(
                    f"registers the {registry.kind} '{identifier}', which {registry.plugin(identifier)} already offers"
                )
            seen.add(identifier)


def _order(entry_point: metadata.EntryPoint) -> tuple[bool, str, str]:
    distribution, _ = _origin(entry_point)
    return distribution != DISTRIBUTION, distribution, entry_point.name


def _origin(entry_point: metadata.EntryPoint) -> tuple[str, str]:
    return _named(entry_point.dist) if entry_point.dist else ("unknown", "0")


@cache
def _named(distribution: metadata.Distribution) -> tuple[str, str]:
    """Name and version; each reading parses the distribution's metadata, which all of its entry points share."""
    return distribution.name, distribution.version


def _chosen(entry_points: Sequence[metadata.EntryPoint], wish: str) -> list[metadata.EntryPoint]:
    """The entry points that `HARNESS_PLUGINS` asks for, by their own name or that of their distribution; `-name` leaves out."""
    wishes = [word.strip() for word in wish.split(",") if word.strip()]
    names = {name for entry_point in entry_points for name in (entry_point.name, _origin(entry_point)[0])}
    for word in wishes:
        if word.removeprefix("-") not in names:
            raise PluginError(
                f"HARNESS_PLUGINS names '{word.removeprefix('-')}', which is not a plugin; there are {', '.join(sorted(names))}"
            )
    wanted = {word for word in wishes if not word.startswith("-")} or names
    unwanted = {word[1:] for word in wishes if word.startswith("-")}

    def called(entry_point: metadata.EntryPoint, these: set[str]) -> bool:
        return entry_point.name in these or _origin(entry_point)[0] in these

    return [e for e in entry_points if called(e, wanted) and not called(e, unwanted)]


@cache
def host() -> Host:
    """The host of this process; plugins are loaded at the first call."""
    return Host()


@checked(ArgumentError)
def load_model(
    identifier: str,
    *,
    perturb: str = "",
    precision: Precision = "float32",
    compiled: bool = False,
    resample: Literal["", "nearest"] = "",
    **arguments: Any,
) -> "Model":
    """A registered model, built with the given arguments; or what the function of a file returns (`mynet.py:load`).

    Where `weights` is a file that `harness train` wrote, the arguments with which it was trained need not be given again.

    Args:
        perturb: what is done to its network while it runs, such as "V1: silence disc 0 0 1 from 50 to 150"; see
            `harness.perturbation.parse`.
        precision: in which its network computes; anything but float32 is autocast.
        compiled: whether `torch.compile` translates its network before it is run: see docs/performance.md.
        resample: "nearest" shows a model with time movies whose frames are shorter than its steps, and leaves frames out, as many
            authors do; such frames are refused if not given.
        arguments: its own; and, of any model, `regions`: brain region -> layer, in place of parts of the model's own.

    Raises:
        ModelError: if the file holds weights of another model, or does not fit the arguments; the message names those that differ.
        UnknownIdentifier: with the nearest names.
        ArgumentError: for arguments that the model does not have.
        PluginError: if its plugin cannot be imported or does not return a model.
    """
    if is_model_file(identifier):
        own, common = _divided(file_function(identifier), arguments)
        model: Model = model_of_file(identifier, own)
    else:
        spec = host().models.get(identifier)
        own, common = _divided(
            resolve(spec.load, f"model '{identifier}' of {host().models.plugin(identifier)}"), arguments
        )
        model = _registered(identifier, spec, own)
    model.arguments = arguments
    usual = {"precision": "float32", "compiled": False, "resample": ""}
    asked = {"precision": precision, "compiled": compiled, "resample": resample}
    if common or asked != usual:
        model = _altered(model, common, {name: value for name, value in asked.items() if value != usual[name]})
    return resolve("harness.perturbation:perturbed", "perturbation")(model, perturb) if perturb else model


def _registered(identifier: str, spec: ModelSpec, arguments: dict[str, Any]) -> "Model":
    """A registered model with the identity of the code that built it."""
    from harness.identity import digest, source_digest

    with loads_noted() as noted:
        model = _with_trained_arguments(identifier, arguments)
    model.identifier = identifier
    own = source_digest(spec.load, without="harness")  # the engine's version stands for the harness in what is stored
    wraps = any(command == "models" for command, _ in noted[1:])
    model.source = digest(own, model.source) if wraps else own
    return model


def _divided(build: Any, arguments: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Arguments for the function that builds a model, and those of any model that it does not take itself."""
    import inspect

    known = inspect.signature(build).parameters
    takes = "regions" in known or any(parameter.kind is parameter.VAR_KEYWORD for parameter in known.values())
    common = {name: value for name, value in arguments.items() if name == "regions" and not takes}
    return {name: value for name, value in arguments.items() if name not in common}, common


def _altered(model: "Model", common: Mapping[str, Any], asked: Mapping[str, Any]) -> "Model":
    """A model with other regions, or that is run in another way."""
    regions = {**model.regions, **common.get("regions", {})}
    return replace(model, regions=regions, arguments={**model.arguments, **asked}, **asked)


def _with_trained_arguments(identifier: str, arguments: dict[str, Any]) -> "Model":
    """A model with its arguments and, under them, those that stand in its weight file."""
    path = str(arguments.get("weights", ""))
    if not path.endswith(".safetensors"):
        return _load(host().models, identifier, arguments)
    from harness.errors import ModelError
    from harness.models import training_of

    training = training_of(path) or {}
    trained = training.get("arguments", {})
    if (own := training.get("model", identifier)) != identifier:
        raise ModelError(f"'{path}' holds weights of '{own}', not of '{identifier}'; load that model")
    try:
        return _load(host().models, identifier, {**trained, **arguments})
    except ModelError as error:
        given = {key: value for key, value in arguments.items() if key in trained and value != trained[key]}
        if not given:
            raise
        differ = "; ".join(
            f"{key} was {trained[key]!r} in training and is {value!r} here" for key, value in given.items()
        )
        raise ModelError(f"{error} ({differ})") from error


@checked(ArgumentError)
def load_stimuli(identifier: str, **arguments: Any) -> "StimulusSet":
    """A registered stimulus set, made with the given arguments. Raises like `load_model`."""
    return _load(host().stimuli, identifier, arguments)


@checked(ArgumentError)
def load_benchmark(identifier: str, **arguments: Any) -> "Benchmark":
    """A registered benchmark, made with the given arguments; it cites what its description does, unless it has a citation of its
    own. Raises like `load_model`."""
    benchmark: Benchmark = _load(host().benchmarks, identifier, arguments)
    if not benchmark.bibtex:
        benchmark.bibtex = host().benchmarks.get(identifier).bibtex
    return benchmark


@checked(ArgumentError)
def load_recipe(identifier: str, **arguments: Any) -> "Recipe":
    """A registered recipe with the given arguments. Raises like `load_model`."""
    return _load(host().recipes, identifier, arguments)


@checked(ArgumentError)
def load_training_set(identifier: str, **arguments: Any) -> "TrainingSet":
    """A registered training set with the given arguments. Raises like `load_model`."""
    return _load(host().training_sets, identifier, arguments)


def _load(registry: "Registry[Any]", identifier: str, arguments: dict[str, Any]) -> Any:
    identifier = registry.current(identifier)
    spec: Spec = registry.get(identifier)
    prefix = spec.prefix
    what = f"{registry.kind} '{identifier}'"
    whose = f"{what} of {registry.plugin(identifier)}"
    if identifier == spec.identifier and prefix:
        raise PluginError(
            f"'{identifier}' is a family; name one of its members (harness list {registry.command} '{identifier}')"
        )
    note(registry.command, identifier)
    load = resolve(spec.load, whose)
    members = [identifier.removeprefix(prefix)] if prefix else []
    arguments = with_own_arguments(spec.arguments, arguments, what)
    check_arguments(load, arguments, len(members), what, identifier)
    try:
        with quiet_stdout():
            drawn = getattr(spec, "drawn", False)
            loaded = drawn_once(load, members, arguments) if drawn else load(*members, **arguments)
    except (HarnessError, KeyboardInterrupt):
        raise
    except BaseException as error:  # also one that would end the program
        raise PluginError(f"{whose} cannot be loaded: {one_line(error)}") from error
    if not any(isinstance(loaded, resolve(kind, registry.kind)) for kind in registry.loads):
        kinds = either([kind.rpartition(":")[2] for kind in registry.loads])
        raise PluginError(f"{whose} cannot be used: {spec.load} returned {type(loaded).__name__}, not {kinds}")
    return loaded


@checked(ArgumentError)
def list_models(pattern: str = "") -> list[str]:
    """Identifiers of models. A family is one entry (`timm/*`), unless the pattern begins with its prefix, or fits nothing but
    members of families (`*alexnet*`): then its members that match are listed, which may import the library that defines them.

    Args:
        pattern: shell-style (`timm/resnet*`); without a wildcard, any part of the identifier.
    """
    return _listed(host().models, pattern)


@checked(ArgumentError)
def list_stimuli(pattern: str = "") -> list[str]:
    """Identifiers of stimulus sets that match, as `list_models`."""
    return _listed(host().stimuli, pattern)


@checked(ArgumentError)
def list_benchmarks(pattern: str = "") -> list[str]:
    """Identifiers of benchmarks that match, as `list_models`."""
    return _listed(host().benchmarks, pattern)


@checked(ArgumentError)
def list_datasets(pattern: str = "") -> list[str]:
    """Identifiers of data sets that match a shell-style pattern."""
    return [spec.identifier for spec in host().datasets if _matches(spec.identifier, pattern)]


@checked(ArgumentError)
def list_suites(pattern: str = "") -> list[str]:
    """Identifiers of suites that match a shell-style pattern."""
    return [spec.identifier for spec in host().suites if _matches(spec.identifier, pattern)]


@checked(ArgumentError)
def list_recipes(pattern: str = "") -> list[str]:
    """Identifiers of recipes that match, as `list_models`."""
    return _listed(host().recipes, pattern)


@checked(ArgumentError)
def list_training_sets(pattern: str = "") -> list[str]:
    """Identifiers of training sets that match, as `list_models`."""
    return _listed(host().training_sets, pattern)


def _listed(registry: "Registry[Any]", pattern: str) -> list[str]:
    found = [name for spec in registry for name in _expand(registry, spec, pattern) if _matches(name, pattern)]
    if found or not pattern:
        return found
    return [name for family in registry.members() for name in family if _matches(name, pattern)]


def _expand(registry: "Registry[Any]", spec: Spec, pattern: str) -> list[str]:
    if not (spec.prefix and spec.members and pattern.startswith(spec.prefix)):
        return [spec.identifier]
    family = f"{registry.kind} family '{spec.identifier}' of {registry.plugin(spec.identifier)}"
    with quiet_stdout():
        return [spec.prefix + name for name in resolve(spec.members, family)()]


def _matches(identifier: str, pattern: str) -> bool:
    if not any(wildcard in pattern for wildcard in "*?["):
        pattern = f"*{pattern}*"
    return fnmatchcase(identifier.casefold(), pattern.casefold())
