"""Checks of a model: the properties that the engine relies on, tested on a handful of frames in seconds."""

import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import torch
from torch.utils import _pytree as pytree

from harness.checks import checked
from harness.engine import RandomUnits, Recording, extract
from harness.errors import ArgumentError
from harness.models import ClipModel, Model, RecurrentModel
from harness.stimuli import StimulusSet, Timeline
from harness.store import Store
from harness.testing.report import Check, Report

TOLERANCE = 1e-5
"""Of the largest response of a layer: what batch size and order may change by rounding."""
STEPS, PIXELS, UNITS = 4, 64, 256
BATCH, POOL = 5, 3
"""Stimuli in one pass (not 3, which is often the number of channels), and in a batch of the engine."""
IMAGE = 50.0
"""ms for which a stimulus without a time step is shown."""

MODEL_CHECKS = (
    "regions",
    "time",
    "layers",
    "state",
    "edits",
    "finite",
    "determinism",
    "batches",
    "order",
    "memory",
    "digest",
    "cost",
)


@checked(ArgumentError)
def check_model(model: Model) -> Report:
    """Hold a model to what the engine relies on.

    | check | what must hold |
    |---|---|
    | `regions` | it maps regions to layers |
    | `time` | its time step is positive and finite |
    | `layers` | every layer fires, and its first axis is the batch |
    | `state` | of a recurrent model: a tree of tensors, the batch first, of the same shapes after a step |
    | `edits` | a pass changes neither the frames nor the state that it was given |
    | `finite` | no response is NaN or infinite |
    | `determinism` | the same stimuli give the same responses |
    | `batches` | responses do not depend on the batch size, beyond 1e-5 of the layer's largest |
    | `order` | nor on what was shown before |
    | `memory` | nothing that the network holds has changed after a run: a state lives in what `step` returns |
    | `digest` | its identity can be told, and does not change by being used |
    | `cost` | told, not judged: time and memory of a step |

    Frames are noise, and two stimuli begin alike. Nothing is written to the user's store.
    """
    bench = _Bench(model)
    checks: dict[str, Check] = {name: getattr(bench, name) for name in MODEL_CHECKS}
    return Report.running(model.identifier, checks)


@dataclass
class _Bench:
    """One model with the frames and stimuli that it is checked on."""

    model: Model
    before: str | None = field(init=False)

    def __post_init__(self) -> None:
        self.before = self.model.digest()

    def regions(self) -> tuple[bool, str]:
        layers = dict(self.model.regions)
        if not layers:
            return False, "maps no region to a layer, so no benchmark can record from it; give it regions={'V1': LAYER}"
        return True, ", ".join(f"{region}: {layer}" for region, layer in layers.items())

    def time(self) -> tuple[bool, str]:
        step = self.model.time_step
        if step is None:
            return True, "no time of its own: a frame's response lasts as long as the frame"
        lead_in = f", {self.model.lead_in:g} ms before the onset" if isinstance(self.model, RecurrentModel) else ""
        return bool(np.isfinite(step) and step > 0), f"steps of {step:g} ms{lead_in}"

    def layers(self) -> tuple[bool, str]:
        shapes = self._shapes()
        if silent := [layer for layer in self._recorded if layer not in shapes]:
            return False, f"layer '{silent[0]}' does not fire in a pass"
        if wrong := [layer for layer, shape in shapes.items() if not shape or shape[0] != BATCH]:
            return False, (
                f"layer '{wrong[0]}' gives {shapes[wrong[0]]} for {BATCH} stimuli; its first axis must be the batch"
            )
        return True, ", ".join(f"{layer} {' x '.join(map(str, shape[1:]))}" for layer, shape in shapes.items())

    def state(self) -> tuple[bool, str]:
        if not isinstance(self.model, RecurrentModel):
            return True, "has no state"
        before = self._begin(BATCH)
        after = self._pass(self.frames(BATCH), before)
        old, new = (pytree.tree_leaves(state) for state in (before, after))
        if pytree.tree_structure(before) != pytree.tree_structure(after):
            return False, "`step` gives a state of another form than `init`"
        if not all(isinstance(leaf, torch.Tensor) and leaf.ndim and len(leaf) == BATCH for leaf in (*old, *new)):
            return False, "the state must be a tree of tensors, each with the batch as its first axis"
        if changed := [(a.shape, b.shape) for a, b in zip(old, new, strict=True) if a.shape != b.shape]:
            return False, f"a step turns a state of {tuple(changed[0][0])} into {tuple(changed[0][1])}"
        return True, f"{len(new)} tensors, {sum(leaf[0].numel() for leaf in new)} numbers per stimulus"

    def edits(self) -> tuple[bool, str]:
        frames = self.frames(BATCH)
        kept = frames.clone()
        state = self._begin(BATCH)
        held = [tensor.clone() for tensor in _tensors(state)]
        self._pass(frames, state)
        if not torch.equal(frames, kept):
            return False, "a pass changes the frames it is given in place, which are shown again; work on a copy"
        if not all(torch.equal(a, b) for a, b in zip(_tensors(state), held, strict=True)):
            return False, "`step` changes the state it is given in place; return a new one"
        return True, "frames and state stay as they are"

    def finite(self) -> tuple[bool, str]:
        for layer, values in self.responses.items():
            if not np.isfinite(values).all():
                return False, f"layer '{layer}' gives {(~np.isfinite(values)).mean():.1%} NaN or infinite responses"
        return True, f"{len(self.responses)} layers, up to {max(np.abs(v).max() for v in self.responses.values()):.3g}"

    def determinism(self) -> tuple[bool | None, str]:
        if not getattr(self.model, "deterministic", True):
            return None, "says that it is not deterministic"
        return self._alike(self._extracted(), "the same stimuli, twice")

    def batches(self) -> tuple[bool, str]:
        return self._alike(self._extracted(batch_size=1), f"batches of 1 and of {POOL}")

    def order(self) -> tuple[bool, str]:
        rows = np.arange(len(self.stimuli))[::-1]
        backwards = self._extracted(self.stimuli.select(rows), batch_size=1)
        return self._alike({layer: values[::-1] for layer, values in backwards.items()}, "the stimuli in another order")

    def memory(self) -> tuple[bool, str]:
        if self.model.digest() != self.before:
            return False, "a run changes what the network holds; what changes belongs to the state that `step` returns"
        return True, "the network is the same after all of these runs"

    def digest(self) -> tuple[bool, str]:
        first, second = self.model.digest(), self.model.digest()
        if first is None or second is None:
            return False, "something in the network cannot be described, as a warning says, so nothing of it is stored"
        if first != second:
            return False, "the model has another identity each time it is asked"
        return True, first[:12]

    def cost(self) -> tuple[None, str]:
        frames, state, numbers = self.frames(1), self._begin(1), 0

        def count(module: torch.nn.Module, inputs: Any, output: Any) -> None:
            nonlocal numbers
            numbers += sum(tensor.numel() for tensor in _tensors(output))

        parts = [module for module in self.model.network.modules() if not list(module.children())]
        with _hooked(parts, count):
            self._pass(frames, state)
        began = time.perf_counter()
        self._pass(frames, state)
        spent = 1000 * (time.perf_counter() - began)
        unit = {"recurrent": "step", "clip": "clip"}.get(self.model.kind, "frame")
        weights = sum(parameter.numel() for parameter in self.model.network.parameters())
        held = f"{4 * numbers / 1e6:.1f} MB of activations a stimulus, {weights / 1e6:.2f} million weights"
        return None, f"{spent:.1f} ms per {unit}, {held}"

    @cached_property
    def stimuli(self) -> StimulusSet:
        """Two stimuli that begin alike, and another."""
        random = np.random.default_rng(0)
        images = random.random((3, PIXELS, PIXELS, 3), dtype=np.float32)
        one = STEPS * (self.model.time_step or IMAGE)
        if isinstance(self.model, ClipModel):
            one = self.model.window * self.model.time_step
        table = pd.DataFrame({"stimulus_id": ["same", "same, then another", "another"]})
        timelines = [
            Timeline.of([(images[0], one), (images[1], one)]),
            Timeline.of([(images[0], one), (images[2], one)]),
            Timeline.of([(images[2], 2 * one)]),
        ]
        return StimulusSet("check", table, timelines, self.model.visual_degrees)

    @cached_property
    def responses(self) -> dict[str, np.ndarray]:
        """Reference responses, with which all further runs are compared."""
        return self._extracted()

    def _shapes(self) -> dict[str, tuple[int, ...]]:
        """Shapes of every layer's output in a pass; of one that fires several times, the firing that its name asks for."""
        shapes: dict[str, tuple[int, ...]] = {}
        fired: dict[torch.nn.Module, int] = {}
        wanted = {layer: self.model.module(layer) for layer in self._recorded}

        def note(module: torch.nn.Module, inputs: Any, output: Any) -> None:
            number = fired.get(module, 0)
            fired[module] = number + 1
            for layer, (one, firing) in wanted.items():
                if one is module and (firing or 0) == number:
                    shapes[layer] = tuple(_tensors(output)[0].shape)

        with _hooked({module for module, _ in wanted.values()}, note):
            self._pass(self.frames(BATCH))
        return shapes

    @cached_property
    def _recorded(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys([*self.model.layers, *self.model.regions.values()]))

    def _extracted(self, stimuli: StimulusSet | None = None, batch_size: int = POOL) -> dict[str, np.ndarray]:
        shown = stimuli or self.stimuli
        bins = np.linspace(0, shown.duration, 3)
        recording = Recording(self._recorded, list(pairwise(bins.tolist())), RandomUnits(UNITS))
        with tempfile.TemporaryDirectory(prefix="harness-") as folder:
            found = extract(self.model, shown, recording, store=Store(folder), batch_size=batch_size)
            return {layer: np.array(found[layer].array()) for layer in self._recorded}

    def _alike(self, found: dict[str, np.ndarray], what: str) -> tuple[bool, str]:
        """Whether responses are those of the first run but for rounding."""
        worst, where = 0.0, ""
        for layer, values in self.responses.items():
            largest = float(np.abs(values).max()) or 1.0
            difference = float(np.abs(found[layer] - values).max()) / largest
            if not difference <= worst:
                worst, where = difference, layer
        if worst <= TOLERANCE:
            return True, f"{what}: alike within {worst:.0e}"
        return False, f"{what}: layer '{where}' differs by {worst:.1e} of its largest response"

    def frames(self, count: int) -> torch.Tensor:
        """Input of a pass: (count, channels[, window], size, size)."""
        wanted = self.model.preprocessing
        random = np.random.default_rng(1)
        images = random.random((count, PIXELS, PIXELS, 3), dtype=np.float32)
        placed = torch.stack([wanted.place(image, 1.0, self.stimuli.background) for image in images])
        return self.model.held(placed).to(self._device)

    @property
    def _device(self) -> torch.device:
        return next((tensor.device for tensor in self.model.network.parameters()), torch.device("cpu"))

    def _begin(self, count: int) -> Any:
        with torch.inference_mode():
            recurrent = isinstance(self.model, RecurrentModel)
            return self.model.network.init(count, self._device) if recurrent else None  # type: ignore[operator]

    def _pass(self, frames: torch.Tensor, state: Any = None) -> Any:
        with torch.inference_mode():
            if not isinstance(self.model, RecurrentModel):
                return self.model.network(frames)
            state = self._begin(len(frames)) if state is None else state
            return self.model.network.step(frames, state)  # type: ignore[operator]


def _tensors(output: Any) -> list[torch.Tensor]:
    """All tensors that a module gives."""
    return [leaf for leaf in pytree.tree_leaves(output) if isinstance(leaf, torch.Tensor)]


@contextmanager
def _hooked(modules: Iterable[torch.nn.Module], hook: Callable[..., None]) -> Iterator[None]:
    """Calls a hook with every module's inputs and output while the block runs."""
    handles = [module.register_forward_hook(hook) for module in modules]
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()
