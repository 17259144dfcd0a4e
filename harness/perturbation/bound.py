"""A perturbation bound to a network: its units are resolved, and it can be applied to what modules hand over."""

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch

from harness.engine import Moment, mixed, normal
from harness.errors import NotPerturbable
from harness.identity import digest
from harness.models import Heard, Layout, Model, Tokens
from harness.perturbation.operations import Fraction, Operation, Perturbation
from harness.perturbation.places import Everywhere, degrees_of
from harness.stimuli import Frame

VERSION = 1
"""Part of every identity; raised with each change that changes what an operation does."""
HALF = 0.5


@dataclass(eq=False)
class Bound:
    """An intervention, see `harness.engine.Intervention`.

    Attributes:
        operation: of the perturbation.
        value: a number, or a tensor that fits the output without the batch; (steps, ...) for "replace".
        mask: which units, fitting the output without the batch; None for all.
        heard, shown, before, window, described: see `harness.engine.Intervention`.
        seed: of noise.
        frequency: of noise, cycles per step; None for noise that is new in every step.
        digest: identity of all of it.
        count: how many units it acts on, and of how many.
    """

    operation: Operation
    value: Any
    mask: torch.Tensor | None
    heard: tuple[Heard, ...]
    shown: str | None
    before: str | None
    window: tuple[float, float]
    seed: int
    frequency: float | None
    described: str
    digest: str
    count: tuple[int, int]
    _placed: dict[Any, Any] = field(default_factory=dict, repr=False)

    def key(self, frames: Sequence[Frame], emitted: int) -> str:
        """Noise is another for another frame; where it goes on from step to step, for another first frame."""
        if self.operation != "noise":
            return ""
        return frames[emitted if self.frequency is None else 0].digest

    def share(self, start: float, end: float) -> float:
        """How much of [start, end) it acts in; whole or not at all where it sets values rather than changes them."""
        if end <= start:
            return float(self.window[0] <= start < self.window[1])
        common = max(0.0, min(end, self.window[1]) - max(start, self.window[0])) / (end - start)
        if self.operation in ("silence", "clamp", "replace"):
            return float(common >= HALF - 1e-9)
        return 1.0 if common > 1 - 1e-9 else common if common > 1e-9 else 0.0

    def apply(self, values: torch.Tensor, moment: Moment) -> torch.Tensor:
        """Values (rows, ...), altered in the rows in which it acts and the units that it acts on."""
        rows = (len(values), *[1] * (values.ndim - 1))
        acts = (moment.share > 0).view(rows)
        if self.mask is not None:
            acts = acts & self._on(values.device, "mask", self.mask)
        altered = self._altered(values, moment.share.double().view(rows), moment)
        return torch.where(acts, altered.to(values.dtype), values)

    def _altered(self, values: torch.Tensor, share: torch.Tensor, moment: Moment) -> torch.Tensor:
        value = self.value
        if self.operation == "replace":
            steps = moment.steps.clamp(0, len(value) - 1)
            return self._on(values.device, "value", value)[steps]
        if isinstance(value, torch.Tensor):
            value = self._on(values.device, "value", value)
        if self.operation == "scale":
            return values * (1 + share * (value - 1)).to(values.dtype)
        if self.operation == "add":
            return values + (share * value).to(values.dtype)
        if self.operation == "noise":
            return values + (share * value).to(values.dtype) * self._noise(moment, values[0].numel()).view(values.shape)
        return torch.zeros_like(values) + (value or 0.0 if isinstance(value, float) else value)

    def _noise(self, moment: Moment, units: int) -> torch.Tensor:
        """(rows, units), of unit variance in every step; with a frequency f, a cos(2 pi f t) + b sin(2 pi f t)."""
        seed = int(hashlib.sha256(f"noise {self.seed}".encode()).hexdigest()[:15], 16)
        if self.frequency is None:
            return normal(mixed(moment.keys + mixed(moment.steps + 1)) + seed, units)
        angle = 2 * math.pi * self.frequency * moment.steps.double()[:, None]
        drawn = normal(mixed(moment.keys) + seed, 2 * units)
        return (drawn[:, :units] * angle.cos() + drawn[:, units:] * angle.sin()).float()

    def _on(self, device: torch.device, name: str, tensor: torch.Tensor) -> torch.Tensor:
        if (name, device) not in self._placed:
            self._placed[name, device] = tensor.to(device)
        return self._placed[name, device]


@dataclass(frozen=True)
class Form:
    """The output of a layer for one stimulus: its shape, and what its axes are."""

    layer: str
    shape: tuple[int, ...]
    channels: int
    grid: tuple[int, ...]
    layout: Layout | Tokens

    @property
    def places(self) -> int:
        """Places of its map."""
        return int(np.prod(self.grid))

    def laid(self, values: np.ndarray) -> torch.Tensor:
        """(channels, places) as a tensor that fits the output."""
        tensor = torch.from_numpy(np.ascontiguousarray(values))
        if isinstance(self.layout, Tokens):
            return self._on_tokens(tensor, self.layout)
        axes = self.layout.replace("T", "")
        placed = tensor.reshape(self.channels, *self.grid)
        if axes[-1] == "C":
            placed = placed.movedim(0, -1)
        return placed.unsqueeze(self.layout.index("T")) if "T" in self.layout else placed

    def _on_tokens(self, tensor: torch.Tensor, tokens: Tokens) -> torch.Tensor:
        at_each = tensor.T
        moments = tokens.time
        spread = at_each.repeat_interleave(moments, 0) if tokens.time_last else at_each.repeat(moments, 1)
        leading = torch.zeros((tokens.leading, self.channels), dtype=tensor.dtype)
        return torch.cat([leading, spread])


def units_of(model: Model, form: Form, wanted: Perturbation) -> np.ndarray:
    """(channels, places), the units that a perturbation acts on.

    Raises:
        NotPerturbable: if there is none, or the layer has no map to find a place on.
    """
    on = np.ones((form.channels, form.places), bool)
    if not isinstance(wanted.where, Everywhere):
        if len(form.grid) != 2:
            raise NotPerturbable(
                f"layer '{form.layer}' of '{model.identifier}' has no map on which a place in degrees lies"
            )
        on &= wanted.where.contains(*degrees_of(form.grid, model.visual_degrees))
    units = wanted.units
    if isinstance(units, Fraction):
        on &= _drawn(form, units, on)
    elif units is not None and not isinstance(units, str):
        on &= _chosen(model, form, np.asarray(units))
    if not on.any():
        raise NotPerturbable(f"no unit of layer '{form.layer}' of '{model.identifier}' is where '{wanted}' acts")
    return on


def _chosen(model: Model, form: Form, units: np.ndarray) -> np.ndarray:
    whole = form.channels, form.places
    if units.dtype == bool:
        if units.shape == (form.channels,):
            return np.broadcast_to(units[:, None], whole)
        if units.size == form.channels * form.places:
            return units.reshape(whole)
    elif (
        units.ndim == 1
        and len(units)
        and np.issubdtype(units.dtype, np.integer)
        and (units.min() >= 0 and units.max() < form.channels)
    ):
        return np.broadcast_to(np.isin(np.arange(form.channels), units)[:, None], whole)
    raise NotPerturbable(
        f"layer '{form.layer}' of '{model.identifier}' has {form.channels} channels at {form.places} places; units are numbers of "
        "channels, or truth values, one a channel or a unit"
    )


def _drawn(form: Form, fraction: Fraction, among: np.ndarray) -> np.ndarray:
    """A share of some units, at least one, by a hash of layer, seed and number of units."""
    content = f"perturbed:{form.layer}:{among.size}:{fraction.seed}"
    key = np.frombuffer(hashlib.sha256(content.encode()).digest(), dtype="<u4").astype(np.uint32)
    order = np.random.RandomState(key).permutation(among.size)
    candidates = order[among.ravel()[order]]
    on = np.zeros(among.size, bool)
    on[candidates[: max(1, round(fraction.share * len(candidates)))]] = True
    return on.reshape(among.shape)


def identity(wanted: Perturbation, heard: tuple[Heard, ...], on: np.ndarray, value: Any) -> str:
    """Digest of everything that an operation is."""
    content = value.numpy() if isinstance(value, torch.Tensor) else value
    return digest(
        "perturbation",
        VERSION,
        [wanted.target, wanted.operation, wanted.point, wanted.record, list(wanted.window), wanted.seed],
        [
            type(wanted.where).__name__,
            str(wanted.where),
            str(wanted.units) if isinstance(wanted.units, Fraction | str) else "",
        ],
        [[one.module, one.lag] for one in heard],
        on,
        content,
        *([] if wanted.frequency is None else [wanted.frequency]),
    )
