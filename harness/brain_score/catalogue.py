"""Brain-Score's models by identifier: found in the text of its plugins, and in folders of a laboratory's own."""

import os
import sys
from collections.abc import Mapping
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

from harness.brain_score._package import Kind, home, registered, vision
from harness.brain_score.black_box import BlackBox
from harness.brain_score.theirs import from_brain_score
from harness.errors import HarnessError, ModelError, UnknownIdentifier
from harness.models import Model

OUTSIDE = "HARNESS_BRAINSCORE"
"""The variable that names folders of plugins of one's own, in the form of Brain-Score's `models/`; separated as in PATH."""


def model_ids() -> list[str]:
    """Identifiers of all models that Brain-Score's package and the folders in `HARNESS_BRAINSCORE` register; nothing is imported.

    Raises:
        MissingPackage: if Brain-Score's package is not installed.
    """
    return sorted(_plugins("models"))


def benchmark_ids() -> list[str]:
    """Identifiers of all benchmarks of Brain-Score's package, see `model_ids`."""
    return sorted(registered(home() / "benchmarks", "benchmarks"))


def load_model(name: str, regions: Mapping[str, str] | None = None) -> Model | BlackBox:
    """A model of Brain-Score's by its identifier there, with its weights; packages that it needs are not installed.

    Args:
        regions: brain region -> layer, beside or in place of what the model commits to. Brain-Score would choose layers by data
            where a model commits to none.

    Raises:
        UnknownIdentifier: with the nearest names.
        ModelError: if it needs a package that is not here, has no such layer, or has no layers because it is a black box.
    """
    model = from_brain_score(load(name, "models"))
    if not regions:
        return model
    if isinstance(model, BlackBox):
        raise ModelError(f"'{name}' has no layers to choose from: {model.reason}; leave `regions` out")
    for layer in regions.values():
        model.module(layer)
    model.regions = {**model.regions, **regions}
    return model


def load(name: str, kind: Kind) -> Any:
    """The object that a plugin of Brain-Score's registers under an identifier. Raises like `load_model`."""
    plugins = _plugins(kind)
    if name not in plugins:
        from difflib import get_close_matches

        near = get_close_matches(name, plugins, n=3)
        hint = f"did you mean {' or '.join(near)}?" if near else f"there are {len(plugins)}"
        raise UnknownIdentifier(f"Brain-Score has no {kind[:-1]} '{name}'; {hint}")
    registry = getattr(vision(), f"{kind[:-1]}_registry")
    try:
        if name not in registry:
            _imported(plugins[name], kind)
        return registry[name]()
    except ModuleNotFoundError as error:
        if isinstance(error, HarnessError):
            raise
        raise ModelError(
            f"Brain-Score's {kind[:-1]} '{name}' needs the package '{error.name}', which is not installed; see {plugins[name]}"
        ) from error


def _plugins(kind: Kind) -> dict[str, Path]:
    inside = registered(home() / kind, kind)
    outside = [Path(folder).expanduser() for folder in os.environ.get(OUTSIDE, "").split(os.pathsep) if folder]
    return inside | {name: path for folder in outside for name, path in registered(folder, kind).items()}


def _imported(folder: Path, kind: Kind) -> ModuleType:
    if folder.parent == home() / kind:
        return import_module(f"brainscore_vision.{kind}.{folder.name}")
    name = f"harness_brainscore_{folder.name}"
    for known in [one for one in sys.modules if one == name or one.startswith(f"{name}.")]:
        del sys.modules[known]  # of a folder of that name elsewhere, or as it was before
    spec = spec_from_file_location(name, folder / "__init__.py", submodule_search_locations=[str(folder)])
    assert spec is not None and spec.loader is not None
    module = sys.modules[name] = module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module
