"""`harness train`: a model by a recipe on a training set, to a weight file."""

import os
from pathlib import Path
from typing import Annotated, Any

import typer

from harness.cli import _arguments as values
from harness.cli import _completion
from harness.cli import _output as output
from harness.cli._arguments import JsonOption
from harness.errors import ArgumentError

_PARTS = ("model", "recipe", "data")


def train(
    model: Annotated[str, typer.Argument(help="A model (harness list models).", autocompletion=_completion.models)],
    recipe: Annotated[
        str,
        typer.Option(
            "--recipe", "-r", help="How it is trained (harness list recipes).", autocompletion=_completion.recipes
        ),
    ],
    data: Annotated[
        str,
        typer.Option(
            "--data",
            "-d",
            help="What it is trained on (harness list training_sets).",
            autocompletion=_completion.training_sets,
        ),
    ],
    settings: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            "-s",
            help="key=value,... of the model, else the recipe, else the data; or recipe.key=value. May be repeated.",
        ),
    ] = None,
    seed: Annotated[int, typer.Option(help="Of weights, order and all that is drawn.")] = 0,
    out: Annotated[Path | None, typer.Option(help="The weight file, .safetensors.")] = None,
    fast: Annotated[
        bool, typer.Option("--fast", help="Small settings that run in seconds, to see that it works.")
    ] = False,
    phases: Annotated[int | None, typer.Option(min=1, help="Only so many phases; call again for the rest.")] = None,
    trainer: Annotated[
        str, typer.Option(help="Arguments of Lightning's Trainer: devices=2,precision=bf16-mixed,...")
    ] = "",
    json: JsonOption = False,
) -> None:
    """Train a model. A training that was killed goes on from its last epoch when it is started again."""
    from harness.training import train_model

    chosen = _distributed(settings or [], {"model": model, "recipe": recipe, "data": data})
    trained = train_model(
        model,
        recipe,
        data,
        model_args=chosen["model"],
        recipe_args=chosen["recipe"],
        data_args=chosen["data"],
        seed=seed,
        out=out,
        fast=fast,
        only=phases,
        trainer=values.arguments(trainer),
    )
    if os.environ.get("LOCAL_RANK", "0") != "0":  # another process of the same training tells
        return
    metric, value = trained.metric
    if json:
        output.as_json({"path": str(trained.path), **trained.header})
    else:
        print(f"{trained.path}: {metric} {value:.3f} in validation")


def _distributed(settings: list[str], names: dict[str, str]) -> dict[str, dict[str, Any]]:
    """Which of the three each setting is for: the one it names (`recipe.epochs=3`), or the first that has it."""
    takes = {part: _takes(part, names[part]) for part in _PARTS}
    chosen: dict[str, dict[str, Any]] = {part: {} for part in _PARTS}
    for text in settings:
        for key, value in values.arguments(text, dotted=True).items():
            part, dot, name = key.rpartition(".")
            if dot and part not in _PARTS:
                raise ArgumentError(f"'{part}' of '{key}' is none of {', '.join(_PARTS)}")
            owner = part or next((part for part in _PARTS if name in takes[part]), "")
            if not owner:
                raise ArgumentError(
                    f"neither model nor recipe nor data have the argument '{name}' (harness describe {names['recipe']})"
                )
            chosen[owner][name] = value
    return chosen


def _takes(part: str, identifier: str) -> set[str]:
    """Names of the arguments of a model, a recipe or a training set."""
    import inspect

    from harness.host import host, resolve

    registry: Any = {"model": host().models, "recipe": host().recipes, "data": host().training_sets}[part]
    spec = registry.get(identifier)
    return set(inspect.signature(resolve(spec.load, identifier)).parameters) - set(spec.arguments)
