"""Interventions on a network while it runs: what of it is on the screen's timeline, and hooks that alter what modules hand over.

A perturbed model is a network with interventions. Each says how much of a moment it acts in; the frames of a sequence are marked
with that (`During`), so that sequences share their beginning up to where interventions differ, and one that none acts in is the
sequence of the intact network. Rows of a batch may be at different moments, so every intervention gets a share for each row.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

import torch

from harness.checks import checked
from harness.engine.compiling import untranslated
from harness.errors import RecordingError
from harness.identity import digest
from harness.models import Heard, Model
from harness.stimuli import Frame


@dataclass(frozen=True)
class Moment:
    """Where the rows of a batch are.

    Attributes:
        share: (rows,), how much of each row's step the intervention acts in, 0 to 1.
        keys: (rows,) int64, of the frames that the intervention depends on; 0 where it depends on none.
        steps: (rows,) int64, steps since stimulus onset at which the values were emitted.
    """

    share: torch.Tensor
    keys: torch.Tensor
    steps: torch.Tensor


class Intervention(Protocol):
    """An operation on what a network hands over at a point, bound to the network.

    Attributes:
        digest: identity of the operation, its value, units, times and place.
        heard: the modules whose output it alters.
        shown: a layer that is recorded altered, though its readers hear it through other modules; None if there is none.
        before: a layer that is recorded as it was before, though its own output is altered; None if there is none.
        window: [start, end) in ms from stimulus onset in which it acts.
        described: the operation in words.
    """

    @property
    def digest(self) -> str: ...

    @property
    def heard(self) -> tuple[Heard, ...]: ...

    @property
    def shown(self) -> str | None: ...

    @property
    def before(self) -> str | None: ...

    @property
    def window(self) -> tuple[float, float]: ...

    @property
    def described(self) -> str: ...

    def share(self, start: float, end: float) -> float:
        """How much of [start, end) ms from stimulus onset it acts in, 0 to 1."""

    def key(self, frames: Sequence[Frame], emitted: int) -> str:
        """The digest of the frame that it depends on in a step, as noise does; empty if on none."""

    def apply(self, values: torch.Tensor, moment: Moment) -> torch.Tensor:
        """The altered values (rows, ...); rows with a share of 0 stay as they are, bit by bit."""


Acting = tuple[Intervention, tuple[tuple[int, float, str], ...]]
"""An intervention, and for each lag its share of the step and the digest of the frame that it depends on."""


class During:
    """A frame on the screen while something is done to the network; takes the place of the frame in a sequence.

    Attributes:
        frame: what is on the screen.
        acting: the interventions that act.
    """

    def __init__(self, frame: Frame, acting: tuple[Acting, ...]):
        self.frame, self.acting = frame, acting

    @cached_property
    def digest(self) -> str:
        """Identity of frame and interventions."""
        return digest("during", self.frame.digest, [[one.digest, when] for one, when in self.acting])

    def load(self, background: Any = 0.5) -> Any:
        """See `Frame.load`."""
        return self.frame.load(background)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, During) and self.digest == other.digest

    def __hash__(self) -> int:
        return hash(self.digest)


def marked(frames: Sequence[Frame], model: Model, begin: float, step: float) -> list[Any]:
    """Frames of successive steps, those in which an intervention acts as `During`.

    Args:
        begin: ms from stimulus onset at which the first step begins.
        step: ms of each.
    """
    if not model.interventions:
        return list(frames)
    known: dict[Any, During] = {}
    shown: list[Any] = []
    for number, frame in enumerate(frames):
        every = ((one, _when(one, frames, number, begin, step)) for one in model.interventions)
        acting = tuple((one, when) for one, when in every if any(share for _, share, _ in when))
        key = frame.digest, tuple((one.digest, when) for one, when in acting)
        shown.append(known.setdefault(key, During(frame, acting)) if acting else frame)
    return shown


def _when(
    one: Intervention, frames: Sequence[Frame], number: int, begin: float, step: float
) -> tuple[tuple[int, float, str], ...]:
    """Lag, share and key of an intervention in a step; what was emitted before the first step is not altered."""
    found = []
    for lag in sorted({0, *(heard.lag for heard in one.heard)}):
        emitted = number - lag
        start = begin + emitted * step
        share = one.share(start, start + step) if emitted >= 0 else 0.0
        found.append((lag, share, one.key(frames, emitted) if share else ""))
    return tuple(found)


@checked(RecordingError)
class Alterations:
    """The interventions on a network as hooks; use as a context manager around passes, each announced by `now`.

    Args:
        model: whose network is altered.
        interventions: all that may act.
        device: of the values.
        compiled: whether the network is compiled.
    """

    depends_on = "what the engine announces"  # so that what it holds is not taken for a state of the network

    def __init__(
        self, model: Model, interventions: Sequence[Intervention], device: torch.device, compiled: bool = False
    ):
        self._compiled = compiled
        self._model, self._device = model, device
        self._shown: dict[str, list[Intervention]] = {}
        self._heard: dict[torch.nn.Module, list[tuple[Intervention, int, int | None]]] = {}
        for one in {each.digest: each for each in interventions}.values():
            if one.shown is not None:
                self._shown.setdefault(one.shown, []).append(one)
            for heard in one.heard:
                module, firing = model.module(heard.module)
                self._heard.setdefault(module, []).append((one, heard.lag, firing))
        self._moments: dict[tuple[str, int], Moment] = {}
        self._before = {one.before for one in interventions} - {None}
        self._intact: dict[torch.nn.Module, torch.Tensor] = {}
        self._fired: dict[torch.nn.Module, int] = {}
        self._handles: list[Any] = []

    def __enter__(self) -> "Alterations":
        hook = untranslated(self._hook) if self._compiled else self._hook
        self._handles = [module.register_forward_hook(hook) for module in self._heard]
        return self

    def __exit__(self, *exception: Any) -> None:
        for handle in self._handles:
            handle.remove()
        self._handles = []

    def now(self, frames: Sequence[Any], steps: Sequence[int]) -> None:
        """Announce a pass.

        Args:
            frames: of every row, `During` where something is done.
            steps: of every row, from stimulus onset.
        """
        self._fired, self._moments = {}, {}
        if not self._heard and not self._shown:
            return
        rows: dict[tuple[str, int], list[tuple[int, float, str]]] = {}
        for row, frame in enumerate(frames):
            for one, when in frame.acting if isinstance(frame, During) else ():
                for lag, share, key in when:
                    rows.setdefault((one.digest, lag), []).append((row, share, key))
        for (which, lag), acting in rows.items():
            shares = torch.zeros(len(frames))
            keys = torch.zeros(len(frames), dtype=torch.int64)
            for row, amount, key in acting:
                shares[row], keys[row] = amount, int(key[:15] or "0", 16)
            emitted = torch.tensor(steps, dtype=torch.int64) - lag
            if shares.any():
                self._moments[which, lag] = Moment(*(t.to(self._device) for t in (shares, keys, emitted)))

    def recorded(self, layer: str, output: torch.Tensor) -> torch.Tensor:
        """A layer's output as it is recorded: after what is done to it, also where that is not what its own network keeps."""
        if layer in self._before:
            output = self._intact.get(self._model.module(layer)[0], output)
        for one in self._shown.get(layer, ()):
            if moment := self._moments.get((one.digest, 0)):
                output = one.apply(output, moment)
        return output

    def _hook(self, module: torch.nn.Module, inputs: Any, output: torch.Tensor) -> torch.Tensor | None:
        if self._before:
            self._intact[module] = output
        number = self._fired.get(module, 0)
        self._fired[module] = number + 1
        altered = None
        for one, lag, firing in self._heard[module]:
            if firing in (None, number) and (moment := self._moments.get((one.digest, lag))):
                altered = one.apply(output if altered is None else altered, moment)
        return altered
