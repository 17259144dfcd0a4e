"""Trainings of a study: the weights that its models are trained to before they are scored, each once for all benchmarks."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from harness.checks import checked
from harness.errors import ArgumentError
from harness.identity import digest
from harness.paths import home

_LONGEST = 100  # characters of a file's name


@checked(ArgumentError)
@dataclass(frozen=True)
class Training:
    """A model that is trained; see `harness.training.train_model`.

    Attributes:
        model, recipe, data: identifiers.
        model_args, recipe_args, data_args: of them.
        seed: of the weights, the order of the samples and all that is drawn.
        label: what it differs by from others of its study.
    """

    model: str
    recipe: str
    data: str
    model_args: Mapping[str, Any]
    recipe_args: Mapping[str, Any]
    data_args: Mapping[str, Any]
    seed: int = 0
    label: str = ""

    @property
    def path(self) -> Path:
        """Of the weights, in `trained` in `HARNESS_HOME`: model, label, and a digest of all that the training is given."""
        identity = digest({**asdict(self), "label": ""})[:8]
        words = re.sub(r"[^A-Za-z0-9_.=-]+", "-", "-".join(filter(None, [self.model, self.label])))[:_LONGEST]
        return home() / "trained" / f"{words}-{identity}.safetensors"

    @property
    def done(self) -> bool:
        """Whether the weights are there."""
        return self.path.is_file()

    def ensure(self) -> None:
        """Train, if the weights are not there; from the last epoch on, if it was stopped.

        Raises:
            HarnessError: if the model cannot be trained so, or Lightning is not installed.
        """
        if self.done:
            return
        from harness.training import train_model

        train_model(
            self.model,
            self.recipe,
            self.data,
            model_args=self.model_args,
            recipe_args=self.recipe_args,
            data_args=self.data_args,
            seed=self.seed,
            out=self.path,
            told=False,
            trainer={"enable_progress_bar": False},
        )
