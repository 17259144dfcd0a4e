"""The memory of a network by itself: state in its modules, random numbers, statistics of a batch.

The engine shows stimuli in any order, many at once, and shares common beginnings. So a response may depend on its stimulus alone,
and of a recurrent model on the state that `step` is given. A deterministic recurrent model that breaks this is refused. Of any
other model the responses are given, a warning says what was found, and the store does not keep them (see `aside`).
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import torch
from torch.utils import _pytree as pytree

from harness.engine.batching import out_of_memory
from harness.engine.capture import Capture
from harness.engine.plan import Plan, window_starts
from harness.engine.recording import Recording
from harness.errors import ModelError
from harness.identity import RANDOM, State, changed, state_of
from harness.models import ClipModel, FrameModel, Model, RecurrentModel

EXACT, ROUNDED = 1e-3, 0.1
"""Shares of the largest response up to which two are the same, in float32 and where products are rounded to fewer digits."""

_LONGEST = 256
"""Steps for which two stimuli are shown in turns at most, where a step changes what the network holds."""

_Step = tuple[dict[str, torch.Tensor], Any]
"""Layer -> response (batch, units), and the state after the step."""


class WatchedCapture(Capture):
    """A capture that compares the network after its first pass with the network after its last.

    Args:
        layers, dtype, forms, recorded: as of a `Capture`.
        found: where what breaks the rule is noted, in words.
    """

    def __init__(
        self,
        model: Model,
        plan: Plan,
        recording: Recording,
        device: torch.device,
        found: list[str],
        layers: Sequence[str],
        dtype: torch.dtype,
        forms: dict[str, dict[str, Any]],
        recorded: Callable[[str, torch.Tensor], torch.Tensor],
    ):
        super().__init__(model, layers, recording.reduction, dtype, forms, recorded, recording.compiled)
        self._plan, self._device, self._found = plan, device, found
        rounded = recording.tf32 or recording.precision != "float32" or dtype != torch.float32
        self._tolerance = ROUNDED if rounded else EXACT
        self._before: State | None = None
        self._alone: dict[str, torch.Tensor] = {}
        self._unlike: list[str] = []

    def __exit__(self, *exception: Any) -> None:
        if self._before is not None and not isinstance(exception[1], ModelError):
            effects = self._effects(changed(self._before, state_of(self._model.network)))
            self._found += effects or self._unlike
        super().__exit__(*exception)

    def probe(self, forward: Callable[[], Any], stop_early: bool = True) -> Any:
        result = super().probe(forward, stop_early)
        values = self.values
        self._before = state_of(self._model.network)
        if self._begins_with_the_probe():
            self._alone = values
        return result

    def repeat(self, state: Any) -> None:
        """Make a step of a deterministic recurrent model again from the same state.

        Args:
            state: of one stimulus, after the step that was probed.

        Raises:
            ModelError: if responses depend on anything but the frame and the state that the step is given.
        """
        if isinstance(self._model, RecurrentModel) and self._model.deterministic and self._before is not None:
            _Repeated(self, self._model, self._device).check(state, self._before)

    def run(self, forward: Callable[[], Any], batch: int) -> Any:
        result = super().run(forward, batch)
        if self._alone and batch > 1:
            alone, self._alone = self._alone, {}
            if layer := self.unlike(alone, self.values):
                self._unlike.append(
                    f"the response of layer '{layer}' to one stimulus alone is another than in a batch of {batch}"
                )
        return result

    def unlike(self, these: dict[str, torch.Tensor], those: dict[str, torch.Tensor]) -> str | None:
        """The first layer whose response to the first stimulus differs by more than rounding."""
        return next((layer for layer in these if not self.same(these[layer], those[layer])), None)

    def same(self, this: torch.Tensor, that: torch.Tensor) -> bool:
        """Whether the first rows of two tensors are equal up to rounding; values that are not finite are not judged."""
        this, that = (
            tensor[0].to(torch.complex64 if tensor.is_complex() else torch.float32) for tensor in (this, that)
        )
        if not this.numel() or not bool(this.isfinite().all() & that.isfinite().all()):
            return True
        return bool((this - that).abs().max() <= self._tolerance * torch.maximum(this.abs().max(), that.abs().max()))

    def _begins_with_the_probe(self) -> bool:
        """Whether the first pass shows first what the probe has shown."""
        bins = self._plan.time_bins
        clips = isinstance(self._model, ClipModel) and window_starts(self._model, bins)[0] == 0
        return clips or isinstance(self._model, FrameModel)

    def _effects(self, paths: list[str]) -> list[str]:
        """The changes that a run made, in words."""
        held, random = _divided(paths)
        drawn = random and getattr(self._model, "deterministic", True)
        effects = [f"a run draws random numbers from {_listed(random)}"] if drawn else []
        return [*effects, f"a run changes {_listed(held)}"] if held else effects


class _Repeated:
    """A step of a deterministic recurrent model, made again from the same state."""

    def __init__(self, capture: WatchedCapture, model: RecurrentModel, device: torch.device):
        self._capture, self._model, self._network, self._device = capture, model, model.network, device
        self._longest = max(sum(steps for _, steps in row.events) for row in capture._plan.rows)

    def check(self, state: Any, before: State) -> None:
        """See `WatchedCapture.repeat`; `before` is what the network held before."""
        frames = self._noise(2)
        once = self._step(frames[:1], state)
        alike = self._same_in_a_batch(once, frames, state)
        changes = changed(before, state_of(self._network))
        if not (alike or self._same_again(once, frames, state)) or (changes and not self._same_in_turns()):
            raise ModelError(self._why(changes))
        if not alike:
            raise ModelError(
                f"a stimulus of '{self._model.identifier}' changes the responses to the others in its batch; take no statistics "
                "over the batch (BatchNorm with track_running_stats=False does)"
            )

    def _same_in_a_batch(self, once: _Step, frames: torch.Tensor, state: Any) -> bool:
        """Whether a stimulus gives the same alone as beside another one; true if there is no memory for two."""
        try:
            pair = self._step(frames, pytree.tree_map(lambda tensor: torch.cat([tensor, tensor]), state))
        except Exception as error:
            if out_of_memory(error):
                return True
            if self._same_again(once, frames, state):
                raise
            return False
        return self._same(once, pair)

    def _same_again(self, once: _Step, frames: torch.Tensor, state: Any) -> bool:
        """Whether the step gives the same when it is made again; false if it now fails."""
        try:
            return self._same(once, self._step(frames[:1], state))
        except Exception:
            return False

    def _step(self, frames: torch.Tensor, state: Any) -> _Step:
        given = pytree.tree_map(torch.clone, state)
        after = self._capture.run(lambda: self._network.step(frames.clone(), given), len(frames))  # type: ignore[operator]
        return self._capture.values, pytree.tree_map(torch.clone, after)

    def _same(self, this: _Step, that: _Step) -> bool:
        leaves = zip(pytree.tree_leaves(this[1]), pytree.tree_leaves(that[1]), strict=True)
        return self._capture.unlike(this[0], that[0]) is None and all(self._capture.same(a, b) for a, b in leaves)

    def _same_in_turns(self) -> bool:
        """Whether a stimulus gives the same alone as in turns with another one."""
        frames = self._noise(7)
        alone = list(self._shown(frames, other=None))
        return all(map(self._same, alone, self._shown(frames, other=frames.flip(0))))

    def _shown(self, frames: torch.Tensor, other: torch.Tensor | None) -> Iterator[_Step]:
        """Some of the responses in every step to frames shown over and over, without a state."""
        states = [self._network.init(1, self._device) for _ in range(1 if other is None else 2)]  # type: ignore[operator]
        for number in range(min(self._longest, _LONGEST)):
            at = number % len(frames)
            values, states[0] = self._step(frames[at : at + 1], states[0])
            yield {layer: value[:, :: 1 + value.shape[1] // 1000] for layer, value in values.items()}, ()
            if other is not None:
                _, states[1] = self._step(other[at : at + 1], states[1])

    def _noise(self, number: int) -> torch.Tensor:
        """(number, channels, size, size), always the same."""
        wanted = self._model.preprocessing
        source = torch.Generator().manual_seed(0)
        noise = torch.rand(number, wanted.channels, wanted.size, wanted.size, generator=source)
        mean, std = (torch.tensor(values)[:, None, None] for values in (wanted.mean, wanted.std))
        return self._model.held((noise - mean) / std).to(self._device)

    def _why(self, changes: list[str]) -> str:
        name = f"'{self._model.identifier}'"
        held, random = _divided(changes)
        if random:
            return (
                f"`step` of {name}, which is declared deterministic, draws random numbers from {_listed(random)}; pass "
                "deterministic=False, or turn the noise off"
            )
        where = (
            f"{_listed(held)} of {name} keeps"
            if held
            else f"{name} keeps something, which is not seen from outside, as"
        )
        return (
            f"{where} state that belongs into the state which `step` takes and returns; put it there, because stimuli are shown in "
            "any order and many at once"
        )


def _divided(paths: list[str]) -> tuple[list[str], list[str]]:
    """Paths of what is held, and of generators of random numbers."""
    random = [path for path in paths if path.endswith(RANDOM)]
    return [path for path in paths if path not in random], random


def _listed(paths: list[str]) -> str:
    more = f" and {len(paths) - 3} more" if len(paths) > 3 else ""
    return ", ".join(f"`{path}`" for path in paths[:3]) + more
