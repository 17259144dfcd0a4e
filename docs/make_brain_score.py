"""Write `docs/brain-score-benchmarks.csv`, and the summary of it in `docs/brain-score.md`: what each benchmark of Brain-Score asks
of a model, which data it needs, and whether models of the harness can be scored on it.

Needs the environment of `make test-brain-score`: `.venv-brain-score/bin/python docs/make_brain_score.py`. Benchmarks are made with
loaders that say what they are asked for, so that nothing is downloaded.
"""

import ast
import csv
import logging
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from unittest.mock import patch

import brainscore_vision
import torch
from _pages import table, write_part
from torch import nn

from harness import FrameModel, Preprocessing
from harness.brain_score import benchmark_ids, to_brain_score
from harness.errors import StimulusError
from harness.models import imagenet_synsets

HERE = Path(__file__).parent
TABLE, PAGE = HERE / "brain-score-benchmarks.csv", HERE / "brain-score.md"
FIELDS = ("identifier", "asks", "data", "state", "why")
PUBLIC = (
    "MajajHong2015.public",
    "FreemanZiemba2013.public",
    "Rajalingham2018.public",
    "objectome.public",
    "Coggan2024_fMRI",
)
"""What its publisher documents as readable without credentials."""
TENSORFLOW = ("Kar2019-ost", "Cadena2017-mask")
"""Benchmarks whose metric imports TensorFlow when it is called."""
GIVEN = ("time_bins", "fitting_stimuli")
"""Keywords that every benchmark of a kind has."""
METHODS = ("start_recording", "start_task", "look_at")
PACKAGE = Path(brainscore_vision.__file__).parent


class Needed(Exception):
    """A data set or stimulus set that a benchmark asked for."""


def needed(identifier: str) -> Any:
    """Instead of Brain-Score's loaders."""
    raise Needed(identifier)


class Any1000(nn.Module):
    """A network with a thousand classes."""

    def __init__(self) -> None:
        super().__init__()
        self.maps, self.scores = nn.Conv2d(3, 4, 8, 8), nn.Linear(64, 1000)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        scores: torch.Tensor = self.scores(self.maps(x).flatten(1))
        return scores


def candidate() -> Any:
    """A model of the harness that can do whatever is asked."""
    regions = dict.fromkeys(("V1", "V2", "V4", "IT"), "maps")
    return to_brain_score(
        FrameModel(
            "any",
            Any1000(),
            preprocessing=Preprocessing(32),
            regions=regions,
            readout="scores",
            classes=imagenet_synsets(),
        )
    )


def calls(folder: Path) -> Iterator[str]:
    """The calls of the model's methods in the sources of a plugin."""
    for path in sorted(folder.rglob("*.py")):
        if "test" in path.name or "baselines" in path.parts:
            continue
        text = path.read_text()
        for helper in ("properties_common", "neural_common"):
            if helper in text:
                yield from _calls((PACKAGE / "benchmark_helpers" / f"{helper}.py").read_text())
        yield from _calls(text)


def _calls(text: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in METHODS:
            keywords = [f"{word.arg}={_constant(word.value)}" for word in node.keywords if word.arg not in GIVEN]
            task = [ast.unparse(node.args[0]).rpartition(".")[2]] if node.func.attr == "start_task" else []
            yield f"{node.func.attr}({', '.join(task + keywords)})"


def _constant(value: ast.expr) -> str:
    return (
        ast.unparse(value)
        if (isinstance(value, ast.Constant) and not isinstance(value.value, int)) or _is_true(value)
        else "n"
    )


def _is_true(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and value.value is True


def result(identifier: str, asks: str, make: Callable[[], Any]) -> tuple[str, str, str]:
    """Data that a benchmark asks for first, its state and why."""
    data, state, why = outcome(make)
    if "require_variance=True" in asks:
        return data, "cannot run", "asks for microsaccades (require_variance=True)"
    if identifier in TENSORFLOW and find_spec("tensorflow") is None:
        return data, "cannot run", "needs the package tensorflow"
    return data, state, why


def outcome(make: Callable[[], Any]) -> tuple[str, str, str]:
    """Data that a benchmark asks for first, its state and why."""
    try:
        make()(candidate())
    except Needed as data:
        name = str(data)
        return name, "runs" if name.startswith(PUBLIC) else "needs data", ""
    except ModuleNotFoundError as error:
        return "", "cannot run", f"needs the package {error.name}"
    except StimulusError:
        return "image files on the publisher's machine", "needs data", ""
    except Exception as error:
        return "", "cannot run", f"{type(error).__name__}: {' '.join(str(error).split())[:120]}"
    return "", "runs", ""


def main() -> None:
    """Write the table."""
    from harness.brain_score._package import home, registered

    logging.disable(logging.WARNING)
    folders = registered(home() / "benchmarks", "benchmarks")
    rows = []
    with patch.multiple(brainscore_vision, load_dataset=needed, load_stimulus_set=needed):
        for identifier in benchmark_ids():
            asks = " ".join(sorted(set(calls(folders[identifier]))))
            found = result(identifier, asks, _factory(identifier, folders[identifier].name))
            rows.append(dict(zip(FIELDS, (identifier, asks, *found), strict=True)))
            print(*rows[-1].values(), sep=" | ", file=sys.stderr)
    with TABLE.open("w", newline="") as file:
        writer = csv.DictWriter(file, FIELDS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    families = [folders[row["identifier"]].name for row in rows]
    write_part(PAGE, "make_brain_score.py", summary(rows, families))


def summary(rows: list[dict[str, str]], families: list[str]) -> str:
    """A line for each plugin and state."""
    grouped: dict[tuple[str, ...], int] = Counter()
    for row, family in zip(rows, families, strict=True):
        asks = " ".join(
            call for call in ("recording", "label", "probabilities", "odd one out") if _asks(call, row["asks"])
        )
        state = row["state"] + (f": {row['why']}" if row["why"] else "")
        grouped[family, state, asks] += 1
    lines = [[family, str(count), state, asks] for (family, state, asks), count in sorted(grouped.items())]
    return table(("plugin", "benchmarks", "state", "asks"), lines)


def _asks(call: str, asks: str) -> bool:
    return {"recording": "start_recording", "odd one out": "odd_one_out"}.get(call, f"start_task({call}") in asks


def _factory(identifier: str, folder: str) -> Callable[[], Any]:
    def make() -> Any:
        __import__(f"brainscore_vision.benchmarks.{folder}")
        return brainscore_vision.benchmark_registry[identifier]()

    return make


if __name__ == "__main__":
    main()
