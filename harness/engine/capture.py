"""Hooks on named submodules that reduce their output at once.

A later layer may change a tensor in place, so nothing is kept but a reduction or a copy. A module that fires several times in one
pass is `name:0`, `name:1`, ...; its bare name is refused, so the last firing never silently wins.
"""

from collections.abc import Callable, Sequence
from typing import Any, Self

import torch
from torch import nn

from harness.checks import checked
from harness.engine.compiling import untranslated
from harness.engine.reductions import Reduction, canonical
from harness.errors import RecordingError
from harness.models import Layout, Model, Tokens, UnrolledModel


class _Stop(Exception):
    """Ends a forward pass once every layer that is wanted has fired."""


@checked(RecordingError)
class Capture:
    """Captures reduced outputs of layers during forward passes; use as a context manager.

    Args:
        recorded: (layer, output) -> the output as it is recorded.
        compiled: whether the network is compiled.

    Attributes:
        values: layer -> (batch, units) of the last pass, or (batch, time, units) for layouts with time.
        sink: if set, takes (layer, responses) at once, in place of `values`; they are the network's own memory.
        forms: layer -> its `channels` and the `grid` of their places, filled in at the first pass.
    """

    def __init__(
        self,
        model: Model,
        layers: Sequence[str],
        reduction: Reduction,
        dtype: torch.dtype,
        forms: dict[str, dict[str, Any]],
        recorded: Callable[[str, torch.Tensor], torch.Tensor] = lambda layer, output: output,
        compiled: bool = False,
    ):
        self._model, self._reduction, self._dtype = model, reduction, dtype
        self.forms, self._recorded = forms, recorded
        self._wanted = {layer: model.module(layer) for layer in layers}
        self._fired: dict[torch.nn.Module, int] = {}
        self._handles: list[Any] = []
        self._compiled = compiled
        self._last: tuple[torch.nn.Module, int] | None = None
        self._latest: tuple[torch.nn.Module, int] | None = None
        self.values: dict[str, torch.Tensor] = {}
        self.sink: Callable[[str, torch.Tensor], None] | None = None
        self._batch = 1
        self._own = model.dtype
        self._unrolls = isinstance(model, UnrolledModel)

    def __enter__(self) -> Self:
        hook = untranslated(self._hook) if self._compiled else self._hook
        for module in dict.fromkeys(module for module, _ in self._wanted.values()):
            self._handles.append(module.register_forward_hook(hook, always_call=False))
        return self

    def __exit__(self, *exception: Any) -> None:
        for handle in self._handles:
            handle.remove()
        self._handles = []

    def probe(self, forward: Callable[[], Any], stop_early: bool = True) -> Any:
        """One whole pass of one stimulus that learns forms and firings, and checks that each name stands for one firing.

        Args:
            stop_early: whether later passes end at the last layer that is wanted; for networks whose result is not needed.
        """
        self._last = None
        result = self.run(forward, 1)
        self._last = self._latest if stop_early else None
        return result

    def run(self, forward: Callable[[], Any], batch: int) -> Any:
        """Run one pass of `batch` stimuli; afterwards `values` holds every layer, each of which must have fired once.

        The result of the pass is None if it was cut short.
        """
        self._fired, self.values, self._batch = {}, {}, batch
        try:
            result = forward()
        except _Stop:
            result = None
        self._check_firings()
        return result

    def _hook(self, module: torch.nn.Module, inputs: Any, output: Any) -> None:
        firing = self._fired.get(module, 0)
        self._fired[module] = firing + 1
        for layer, (wanted, number) in self._wanted.items():
            if wanted is module and (number == firing or (number is None and firing == 0)):
                self._take(layer, self._recorded(layer, tensor_of(output, layer, module)))
                self._latest = (module, firing)
            elif wanted is module and number is None and self._unrolls:
                self._add(layer, self._recorded(layer, tensor_of(output, layer, module)))
                self._latest = (module, firing)
        if self._last == (module, firing):
            raise _Stop

    def _take(self, layer: str, output: torch.Tensor) -> None:
        reduced = self._reduced(layer, output)
        if self.sink is not None:
            self.sink(layer, reduced)
        elif reduced.untyped_storage().data_ptr() == output.untyped_storage().data_ptr():
            self.values[layer] = reduced.clone()
        else:
            self.values[layer] = reduced

    def _add(self, layer: str, output: torch.Tensor) -> None:
        """One more moment of a layer of a network that unrolls itself: values become (batch, time, units)."""
        before = self.values[layer]
        self.values[layer] = torch.cat(
            [before if before.ndim == 3 else before[:, None], self._reduced(layer, output)[:, None]], 1
        )

    def _reduced(self, layer: str, output: torch.Tensor) -> torch.Tensor:
        if output.ndim == 0 or len(output) != self._batch:
            raise RecordingError(
                f"layer '{layer}' of '{self._model.identifier}' gives {tuple(output.shape)} for a batch of {self._batch}, so its "
                "first axis is not the stimuli; name a layer before or after it"
            )
        if not output.numel():
            shape = tuple(output.shape)
            raise RecordingError(
                f"layer '{layer}' of '{self._model.identifier}' gives no units, {shape}; name another layer"
            )
        layout = self._model.layouts.get(layer) or self._model.layouts.get(layer.rpartition(":")[0] or layer)
        if isinstance(layout, Tokens):
            output, layout = _unfolded(output, layout, layer), "THWC"
        steps, layout = _time_first(
            output, layout, "TCHW" if self._unrolls else "CTHW" if self._model.kind == "clip" else None
        )
        flat = steps.flatten(0, 1) if steps is not output else output
        values, grid = canonical(self._single(flat), layout, layer)
        self.forms[layer].update(channels=values.shape[1], grid=list(grid))
        reduced = self._reduction(values, layer, grid).to(self._dtype)
        return reduced.reshape(*steps.shape[:2], -1) if steps is not output else reduced

    def _single(self, output: torch.Tensor) -> torch.Tensor:
        """As float32 where the network itself computes in another precision, and where a layer counts or decides."""
        counted = not (output.is_floating_point() or output.is_complex())
        return output.float() if counted or self._own is not torch.float32 else output

    def _check_firings(self) -> None:
        for layer, (module, firing) in self._wanted.items():
            fired = self._fired.get(module, 0)
            if fired == 0:
                raise RecordingError(f"layer '{layer}' of '{self._model.identifier}' is not used when the network runs")
            if firing is not None and firing >= fired:
                raise RecordingError(
                    f"layer '{layer}' of '{self._model.identifier}' fires only {fired} times in one pass"
                )
            if firing is None and fired > 1 and not self._unrolls:
                raise RecordingError(
                    f"layer '{layer}' of '{self._model.identifier}' fires {fired} times in one pass; "
                    f"ask for one of '{layer}:0' to '{layer}:{fired - 1}'"
                )


def _unfolded(output: torch.Tensor, tokens: Tokens, layer: str) -> torch.Tensor:
    """Tokens (batch, tokens, channels) as (batch, time, height, width, channels), without those that lie nowhere."""
    time, height, width = tokens.time, tokens.height, tokens.width
    if output.ndim != 3 or output.shape[1] != tokens.leading + time * height * width:
        shape = tuple(output.shape[1:])
        raise RecordingError(
            f"layer '{layer}' gives {shape} a stimulus, which its layout {tokens} does not describe; set `layouts`"
        )
    placed = output[:, tokens.leading :]
    if tokens.time_last:
        return placed.unflatten(1, (height, width, time)).movedim(3, 1)
    return placed.unflatten(1, (time, height, width))


def _time_first(
    output: torch.Tensor, layout: Layout | None, usual: Layout | None
) -> tuple[torch.Tensor, Layout | None]:
    """A clip layer's output as (batch, time, ...) with the layout of the rest; the output itself where it has no time.

    `usual` is the layout of maps over time where none is declared.
    """
    if layout is None and output.ndim == 5:
        layout = usual
    if layout is None or "T" not in layout:
        return output, layout
    rest: Any = layout.replace("T", "")
    return output.movedim(1 + layout.index("T"), 1), rest


def tensor_of(output: Any, layer: str, module: torch.nn.Module | None = None) -> torch.Tensor:
    """The one tensor among a module's outputs; of torch's recurrent and attention modules what they hand on, with the batch first.

    Raises:
        RecordingError: if there are several tensors, or none.
    """
    if isinstance(output, tuple) and isinstance(module, (nn.RNNBase, nn.LSTMCell, nn.MultiheadAttention)):
        first = output[0]
        turned = not getattr(module, "batch_first", True) and isinstance(first, torch.Tensor) and first.ndim == 3
        output = first.transpose(0, 1) if turned else first
    if isinstance(output, torch.Tensor):
        return output
    items = output.values() if isinstance(output, dict) else output if isinstance(output, (tuple, list)) else ()
    tensors = [item for item in items if isinstance(item, torch.Tensor)]
    if len(tensors) != 1:
        raise RecordingError(
            f"layer '{layer}' gives {len(tensors)} tensors, so it cannot be recorded; name a submodule of it"
        )
    return tensors[0]
