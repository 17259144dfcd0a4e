"""`train_model`: a model, a recipe and a training set to a weight file, by Lightning, phase by phase, from where it was killed."""

import inspect
import json
import logging
import os
import sys
import warnings
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import nn

from harness.checks import checked
from harness.errors import ArgumentError, HarnessError, ModelError
from harness.host import host, load_model, load_recipe, load_training_set, resolve
from harness.identity import versions
from harness.models import Model, load_state, read_state, seeded
from harness.store import claimed, write_text
from harness.training.recipe import Phase, Recipe
from harness.training.training_set import TrainingSet
from harness.training.weight_files import save

Plain = Mapping[str, Any]
BEGINNING = ("weights", "encoder", "seed")
"""Arguments of models that say what training begins with; they are no part of what it ends with."""
FAST_SIZE = 32
"""Pixels of fast trainings."""
RANK = "LOCAL_RANK"
"""Environment variable by which the processes of one training on several devices know each other."""


@dataclass(frozen=True)
class Trained:
    """The outcome of a training.

    Attributes:
        path: of the weight file; `load_model(name, weights=path)` takes the arguments from it.
        header: what the file says of itself: model, arguments, recipe, data, seed, metric, versions.
        curves: phase -> the CSV file with a row for each epoch.
    """

    path: Path
    header: dict[str, Any]
    curves: dict[str, Path]

    @property
    def metric(self) -> tuple[str, float]:
        """By which the weights were chosen, and its value."""
        return self.header["metric"], self.header["value"]


@checked(ArgumentError)
def train_model(
    model: str,
    recipe: str,
    data: str,
    *,
    model_args: Plain | None = None,
    recipe_args: Plain | None = None,
    data_args: Plain | None = None,
    seed: int = 0,
    out: Path | str | None = None,
    fast: bool = False,
    only: int | None = None,
    trainer: Plain | None = None,
    told: bool | None = None,
) -> Trained:
    """Train a model and write its weights.

    Beside the file lies a folder of its name with `.training` at the end: a CSV file of each phase, and Lightning's checkpoints,
    from which the same call goes on where it was killed.

    Args:
        model, recipe, data: identifiers (`harness list models`, `recipes`, `training_sets`).
        model_args: of the model; `weights` and `seed` among them say what training begins with. A model with the argument
            `classes` gets those of the data.
        recipe_args, data_args: of the recipe and the training set, which gets the model's size and channels.
        seed: of the weights, the order of the samples and all that is drawn.
        out: the weight file; `<model>-<recipe>-<data>-<seed>.safetensors` here, if not given.
        fast: with the recipe's and the set's settings that run in seconds, and images of 32 pixels.
        only: run phases up to this one (from 1) and stop, without a weight file of the model; a later call goes on.
        trainer: arguments of Lightning's `Trainer`: devices, precision, strategy, ...; `logger` may be "tensorboard" or "wandb",
            which log besides the CSV file.
        told: whether a line is printed for each epoch; if there is no terminal for a bar, by default.

    Raises:
        ModelError: if the model cannot be trained so, or its weights grow beyond all numbers.
        HarnessError: if Lightning is not installed, the folder holds another training, or a signal (SIGTERM) ends this one.
    """
    _check_installed()
    wanted_model, wanted_recipe, wanted_data = dict(model_args or {}), dict(recipe_args or {}), dict(data_args or {})
    if fast:
        wanted_recipe = host().recipes.get(recipe).fast | wanted_recipe
        wanted_data = host().training_sets.get(data).fast | wanted_data
        if "size" in _parameters(host().models.get(model).load) and "weights" not in wanted_model:
            wanted_model.setdefault("size", wanted_data.get("size", FAST_SIZE))
    wanted_model.setdefault("seed", seed)
    path = Path(out or f"{model.replace('/', '-')}-{recipe}-{data}-{seed}.safetensors")
    if path.is_dir():
        raise ArgumentError(f"'{path}' is a folder; give the weight file a name in it")
    folder = path.with_suffix(".training")
    alone = (
        nullcontext()
        if RANK in os.environ
        else claimed(path.with_name(f".{path.name}.claim"), f"the training in '{folder}'")
    )
    with alone, seeded(seed):
        loaded, samples = _loaded(model, wanted_model, data, wanted_data)
        own_recipe = load_recipe(recipe, **wanted_recipe)
        header = {
            "model": model,
            "arguments": {key: value for key, value in wanted_model.items() if key not in BEGINNING},
            "begun_with": str(wanted_model.get("weights", wanted_model.get("encoder", "random"))),
            "recipe": recipe,
            "recipe_arguments": wanted_recipe,
            "data": data,
            "data_arguments": wanted_data,
            "data_digest": samples.digest,
            "trained_on": samples.summary or data,
            "seed": seed,
        }
        run = _Run(folder, header, seed, dict(trainer or {}), _told(told))
        return run.all(loaded, own_recipe, samples, path, only)


class _Run:
    """A training in its folder."""

    def __init__(self, folder: Path, header: Plain, seed: int, options: dict[str, Any], told: bool):
        self.folder, self.header, self.seed, self.options, self.told = folder, header, seed, options, told
        self.curves: dict[str, Path] = {}
        text = json.dumps(header, sort_keys=True, indent=1, default=str)
        plan = folder / "plan.json"
        if plan.is_file() and plan.read_text() != text and any(folder.glob("*/*")):
            raise HarnessError(f"'{folder}' holds another training; delete it, or write the weights to another file")
        write_text(plan, text)

    def all(self, model: Model, recipe: Recipe, data: TrainingSet, path: Path, only: int | None) -> Trained:
        """All phases, or those up to `only`."""
        network: nn.Module = model.network
        name, value = "", float("nan")
        phases = list(recipe.phases(model, data))
        for number, phase in enumerate(phases[:only], 1):
            network, name, value = self._phase(number, phase, network, data)
        header = dict(self.header) | {"metric": name, "value": round(value, 6), "versions": _versions()}
        if only is not None and only < len(phases):
            return Trained(self.folder / f"{only}-{phases[only - 1].name}" / "finished.json", header, self.curves)
        network.eval()
        recipe.finish(model, network)
        save(model.network, path, header)
        return Trained(path, header, self.curves)

    def _phase(self, number: int, phase: Phase, before: nn.Module, data: TrainingSet) -> tuple[nn.Module, str, float]:
        """A phase from its beginning or its last checkpoint; a finished one is read. Returns network, metric and value."""
        folder = self.folder / f"{number}-{phase.name}"
        finished, weights = folder / "finished.json", folder / "finished.safetensors"
        torch.manual_seed(self.seed + number)
        network = phase.begin(before)
        self.curves[phase.name] = folder / "curve.csv"
        if not finished.is_file():
            value = self._fit(phase, network, data, folder)
            save(network, weights, self.header)
            write_text(finished, json.dumps({"metric": phase.monitor, "value": value}))
        load_state(network, read_state(weights), str(weights))
        told = json.loads(finished.read_text())
        return network, told["metric"], told["value"]

    def _fit(self, phase: Phase, network: nn.Module, data: TrainingSet, folder: Path) -> float:
        """Train, and leave the best weights in the network. Returns the value of the metric."""
        import lightning.pytorch as pl
        from lightning.pytorch.utilities.exceptions import SIGTERMException

        from harness.training._module import Data, PhaseModule, loader

        batches = len(loader(data.train, phase.batch_size, 0, True))
        module = PhaseModule(phase, network, phase.epochs * -(-batches // phase.accumulate), self.seed)
        fitted = Data(data.train, data.validation, phase.batch_size, self.seed)
        last = folder / "last.ckpt"
        with warnings.catch_warnings(), _quiet_lightning():
            warnings.simplefilter("ignore")  # of Lightning about loggers and workers
            trainer = pl.Trainer(**self._options(phase, folder))
            network.train()
            try:
                trainer.fit(module, fitted, ckpt_path=str(last) if last.is_file() else None, weights_only=True)
            except SIGTERMException as error:
                raise HarnessError("a signal ended the training; the same call goes on from its last epoch") from error
            finally:
                logger: Any = trainer.logger
                if self.options.get("logger") == "wandb":
                    logger.experiment.finish()  # else the next phase goes on in the same run, at steps that are over
            keeper: Any = trainer.checkpoint_callback
            chosen = keeper.best_model_path if phase.monitor else str(last)
            state = torch.load(chosen, map_location="cpu", weights_only=True)["state_dict"]
        network.load_state_dict({k.removeprefix("network."): v for k, v in state.items() if k.startswith("network.")})
        best = keeper.best_model_score if phase.monitor else trainer.callback_metrics.get("train_loss")
        return float("nan") if best is None else float(best)

    def _options(self, phase: Phase, folder: Path) -> dict[str, Any]:
        """Arguments of Lightning's trainer: ours, under the user's.

        Raises:
            ArgumentError: for one that it does not have.
        """
        import lightning.pytorch as pl
        from lightning.pytorch.callbacks import EarlyStopping, ModelCheckpoint

        from harness.training._history import History

        monitor, mode = (f"validation_{phase.monitor}" if phase.monitor else None), "max" if phase.higher else "min"
        keeper = ModelCheckpoint(
            folder, "best", monitor=monitor, mode=mode, save_last=True, enable_version_counter=False, save_top_k=1
        )
        if unknown := sorted(set(self.options) - set(inspect.signature(pl.Trainer).parameters)):
            raise ArgumentError(f"Lightning's Trainer has no argument '{unknown[0]}'")
        callbacks: list[pl.Callback] = [History(folder / "curve.csv", self.told), keeper]
        if phase.patience is not None:
            callbacks.append(EarlyStopping(monitor or "train_loss", patience=phase.patience, mode=mode))
        bar = not self.told and sys.stderr.isatty()
        own = {
            "max_epochs": phase.epochs,
            "logger": False,
            "devices": 1,
            "num_sanity_val_steps": 0,
            "gradient_clip_val": phase.clip,
            "accumulate_grad_batches": phase.accumulate,
            "use_distributed_sampler": False,
            "enable_progress_bar": bar,
            "enable_model_summary": False,
            "default_root_dir": folder,
        }
        options = {**own, **self.options}
        if isinstance(options["logger"], str):
            options["logger"] = _logger(options["logger"], folder)
        return {**options, "callbacks": [*callbacks, *self.options.get("callbacks", [])]}


def _logger(name: str, folder: Path) -> Any:
    """One of Lightning's loggers by its name, which logs into the folder of a phase.

    Raises:
        ArgumentError: for a name that is not known.
        HarnessError: if the logger's own package is not installed.
    """
    from lightning.pytorch import loggers

    run = f"{folder.parent.stem}/{folder.name}"
    known: dict[str, Any] = {
        "tensorboard": lambda: loggers.TensorBoardLogger(save_dir=folder, name=""),
        "wandb": lambda: loggers.WandbLogger(save_dir=folder, name=run, group=folder.parent.stem),
    }
    if name not in known:
        raise ArgumentError(f"a logger is tensorboard or wandb, not '{name}'")
    folder.mkdir(parents=True, exist_ok=True)
    try:
        return known[name]()
    except ModuleNotFoundError as error:
        raise HarnessError(f"the logger {name} is not installed; pip install {name}") from error


def _loaded(model: str, model_args: dict[str, Any], data: str, data_args: dict[str, Any]) -> tuple[Model, TrainingSet]:
    """The model and its data, each fitted to the other: the data to its size, the model to their classes.

    What is filled in is added to the arguments.
    """
    loaded = load_model(model, **model_args)
    takes = _parameters(host().training_sets.get(data).load)
    for name in ("size", "channels"):
        if name in takes:
            data_args.setdefault(name, getattr(loaded.preprocessing, name))
    samples = load_training_set(data, **data_args)
    if "classes" in _parameters(host().models.get(model).load) and "classes" not in model_args and samples.classes:
        model_args["classes"] = list(samples.classes)
        loaded = load_model(model, **model_args)
    if loaded.classes and samples.classes and len(loaded.classes) != len(samples.classes):
        raise ModelError(
            f"'{model}' has a read-out of {len(loaded.classes)} classes, and '{data}' has {len(samples.classes)}; "
            "give the model another read-out, or take other data"
        )
    return loaded, samples


def _parameters(target: str) -> set[str]:
    return set(inspect.signature(resolve(target, "what is trained")).parameters)


def _versions() -> dict[str, str]:
    found = versions()
    return {name: found[name] for name in ("torch", "vision-dynamics-harness") if name in found}


def _told(told: bool | None) -> bool:
    return not sys.stderr.isatty() if told is None else told


def _check_installed() -> None:
    from importlib.util import find_spec

    if find_spec("lightning") is None:
        raise HarnessError("training needs Lightning; install it: pip install 'vision-dynamics-harness[train]'")


class _quiet_lightning:
    """Lightning's remarks about devices, tips and checkpoints are not printed."""

    def __enter__(self) -> None:
        self.loggers = [logging.getLogger(name) for name in ("lightning.pytorch", "lightning.fabric", "lightning")]
        self.levels = [logger.level for logger in self.loggers]
        for logger in self.loggers:
            logger.setLevel(logging.ERROR)

    def __exit__(self, *_: Any) -> None:
        for logger, level in zip(self.loggers, self.levels, strict=True):
            logger.setLevel(level)
