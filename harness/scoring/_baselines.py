"""Baselines of a model: models without learning, and the model itself with random weights or without motion."""

from collections.abc import Iterable, Mapping
from typing import Any

from harness.checks import checked
from harness.errors import ArgumentError
from harness.host import host, is_model_file, load_model

TAG = "baseline"
"""Of the models that every other one has to beat."""


@checked(ArgumentError)
def baselines(models: Iterable[tuple[str, Mapping[str, Any]]]) -> list[tuple[str, dict[str, Any]]]:
    """Rows to score beside some models (identifier, arguments), none twice and none of the models themselves.

    All models with the tag `baseline`, such as pixels and motion energy; then, for each model, itself with random weights if it has
    learnt ones, and itself with the first frame of every stimulus only (`first_frame/...`).
    """
    given = [(identifier, dict(arguments)) for identifier, arguments in models]
    found: list[tuple[str, dict[str, Any]]] = [
        (spec.identifier, {}) for spec in host().models if TAG in spec.tags and not spec.prefix
    ]
    unlearnt = {name for name, _ in found}
    for identifier, arguments in given:
        if identifier in unlearnt or is_model_file(identifier):
            continue
        if _learnt(identifier, arguments):
            found.append((identifier, {**arguments, "weights": "random"}))
        if f"first_frame/{identifier}" in host().models:
            found.append((f"first_frame/{identifier}", arguments))
    return [row for place, row in enumerate(found) if row not in given and row not in found[:place]]


def _learnt(identifier: str, arguments: Mapping[str, Any]) -> bool:
    """Whether the model can be had with random weights, and does not have them already."""
    if "weights" not in host().models.get(identifier).parameters or arguments.get("weights") == "random":
        return False
    try:
        return load_model(identifier, **arguments).weights.kind != "random"
    except Exception:  # it cannot be loaded as it was asked for, and its scores will say why
        return True
