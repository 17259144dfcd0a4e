"""The DyRCNN, stepped in time.

Every area l follows tau_l dx/dt = -x + D with the drive D of feedforward, lateral, skip and feedback signals; its rate is
r = relu(x), and the leak acts on the rate:

    r_l(t) = relu((1 - a) r_l(t - dt) + a D_l(t)),   a = dt / tau_l   (Euler)

Areas are computed from the input to the output within a step, so without a feedforward delay a frame crosses all of them in one.
Delays live in the state as the past rates of each area. Until its first input arrives, an area is silent (see `Signal`).
"""

from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import torch
from torch import nn

from harness.errors import ModelError
from harness.models import SCREEN, Connection, Heard, Point, channels_last
from harness_plugins.models.dyrcnn.adaptation import Adaptation, ReferenceAdaptation
from harness_plugins.models.dyrcnn.area import Area, Form, Link, Retina, Signal, SupraLinearity
from harness_plugins.models.dyrcnn.settings import Settings

State = dict[str, Any]


@dataclass
class _Moment:
    """Variables shared by the operations of one step.

    Attributes:
        complete: whether every past rate says something in every row.
    """

    below: Signal
    state: State
    complete: bool
    now: dict[str, Signal] = field(default_factory=dict)  # rates of this step
    raw: dict[str, Signal] = field(default_factory=dict)  # what the solver gave, before rectification

    def past(self, area: str, steps: int) -> Signal:
        """Rate of an area from so many steps ago; 0: from this step."""
        if not steps:
            return self.now[area]
        past = self.state["past"][area][steps - 1]
        return Signal(past.value, None) if self.complete else past


class DyRCNN(nn.Module):
    """A hierarchy of recurrent areas and a linear read-out of the mean over the last one's map.

    A state holds, for each area, its past rates from the newest to the oldest that some path still needs, and the adaptation.

    Args:
        forms: areas from the input to the output.
        skips, feedbacks: target -> source.
        settings: see there.
        classes: units of the read-out.
        size: side of the frames in pixels.
        channels: of the frames.
    """

    def __init__(
        self,
        forms: tuple[Form, ...],
        skips: dict[str, str],
        feedbacks: dict[str, str],
        settings: Settings,
        classes: int = 10,
        size: int = 224,
        channels: int = 3,
    ):
        super().__init__()
        self.settings, self.size, self.channels = settings, size, channels
        self.delays, self.areas = settings.delays(), tuple(form.name for form in forms)
        self.skips = skips if settings.skip else {}
        self.feedbacks = feedbacks if settings.feedback != "none" else {}
        self.adaptation: nn.Module | None = self._adaptation()
        self.retina = Retina(channels, settings.bias) if settings.retina else None
        below = Retina.WIDTHS[-1] if settings.retina else channels
        for form in forms:
            self.add_module(form.name, Area(form, below, settings.tau_of(form.name, self.areas), settings))
            below = form.channels
        self._add_links(settings.feedback == "multiplicative")
        self.supralin = SupraLinearity(settings.supralinearity) if settings.supralinearity != 1 else None
        linear = nn.Linear(below, classes)
        nn.init.normal_(linear.weight, std=0.004)
        nn.init.zeros_(linear.bias)
        self.classifier = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), linear)
        self.scores, self.arriving = nn.Identity(), nn.Identity()

    def init(self, batch_size: int, device: torch.device) -> State:
        """The state before the first step: nothing has been seen, all areas are silent."""
        silent = next(self.parameters()).new_zeros(batch_size, 1, 1, 1, device=device)
        state: State = {}
        if self.adaptation is not None:
            blank = silent.expand(-1, self.channels, self.size, self.size).contiguous()
            state["adaptation"] = self.adaptation.init(blank)  # type: ignore[operator]
        state["past"], side = {}, self.size
        for name in self.areas:
            here, side = self._area(name).sides(side)
            value = channels_last(silent.expand(-1, self._area(name).form.channels, here, here).contiguous())
            state["past"][name] = [Signal(value, silent)] * self._depth(name)
        if not self.delays.leak:
            state["raw"] = {name: past[0] for name, past in state["past"].items()}
        return state

    def points(self) -> list[Point | Connection]:
        """Rates of every area as all that read it hear them after their delays, drives, and the connections."""
        found: list[Point | Connection] = []
        whole = not self.settings.feedforward_only
        links = [(f"addskip_{to}", to, of, self.delays.skip, "feedforward") for to, of in self.skips.items()]
        links += [(f"addfeedback_{to}", to, of, self.delays.feedback, "feedback") for to, of in self.feedbacks.items()]
        used = [link for link in links if whole and link[3] is not None]
        for name in self.areas:
            layer, lateral = f"{name}.output", self.delays.recurrence
            heard = [Heard(f"{name}.sent", self.delays.feedforward)]
            if self._area(name).recurrence is not None and lateral is not None and whole:
                heard.append(Heard(f"{name}.heard", lateral))
                found.append(Connection(layer, layer, f"{name}.recurrence", "lateral", lateral))
            heard += [Heard(f"{link}.heard", delay or 0) for link, _, source, delay, _ in used if source == name]
            found.append(Point(layer, tuple(heard)))
            found.append(Point(layer, (Heard(f"{name}.drive"),), "drive"))
        found.append(Connection(SCREEN, f"{self.areas[0]}.output", "arriving", "feedforward"))
        for below, name in pairwise(self.areas):
            sent = f"{below}.sent"
            found.append(Connection(f"{below}.output", f"{name}.output", sent, "feedforward", self.delays.feedforward))
        for link, name, source, delay, direction in used:
            arriving = f"{link}.arriving"
            found.append(Connection(f"{source}.output", f"{name}.output", arriving, direction, delay or 0))  # type: ignore[arg-type]
        return found

    def step(self, frame: torch.Tensor, state: State) -> State:
        """(batch, channels, size, size) and a state -> the next state."""
        return self._advance(frame, state)[0]

    def _advance(self, frame: torch.Tensor, state: State) -> tuple[State, torch.Tensor]:
        """The next state, and class scores (batch, classes)."""
        following: State = {}
        frame = channels_last(frame)
        if self.adaptation is not None:
            frame, following["adaptation"] = self.adaptation(frame, state["adaptation"])
        if self.retina is not None:
            frame = self.retina(frame)
        moment = _Moment(Signal(self.arriving(frame), None), state, _complete(state))
        for name in self.areas:
            signal = moment.below
            for operation in self.settings.operations or ():
                signal = getattr(self, f"_{operation}")(name, signal, moment)
            moment.below = signal
        seen, active = self.classifier(moment.below.value), moment.below.active
        scores = self.scores(seen if active is None else seen * active.flatten(1))
        everywhere = frame.new_ones(len(frame), 1, 1, 1)
        rates = {name: _stated(signal, everywhere) for name, signal in moment.now.items()}
        following["past"] = {name: [rates[name], *past[:-1]] for name, past in state["past"].items()}
        if not self.delays.leak:
            following["raw"] = {name: _stated(signal, everywhere) for name, signal in moment.raw.items()}
        return following, scores

    def forward(self, frames: torch.Tensor) -> torch.Tensor:
        """A movie (batch, steps, channels, size, size) -> class scores (batch, steps, classes), one frame per step."""
        if frames.ndim != 5 or frames.shape[2:] != (self.channels, self.size, self.size):
            raise ModelError(
                f"a movie has the shape (batch, steps, {self.channels}, {self.size}, {self.size}), not {tuple(frames.shape)}"
            )
        state, scores = self.init(len(frames), frames.device), []
        for frame in frames.unbind(1):
            state, now = self._advance(frame, state)
            scores.append(now)
        return torch.stack(scores, 1)

    def _layer(self, name: str, signal: Signal, moment: _Moment) -> Signal:
        area, delay = self._area(name), self.delays.recurrence
        cut = self.settings.feedforward_only or self.settings.cut_recurrence
        if area.recurrence is None or delay is None or cut:
            return area(signal, None)
        past = moment.past(name, delay)
        return area(signal, Signal(area.heard(past.value), past.active))

    def _addskip(self, name: str, signal: Signal, moment: _Moment) -> Signal:
        return self._link("addskip", name, self.skips.get(name), self.delays.skip, signal, moment)

    def _addfeedback(self, name: str, signal: Signal, moment: _Moment) -> Signal:
        return self._link("addfeedback", name, self.feedbacks.get(name), self.delays.feedback, signal, moment)

    def _tstep(self, name: str, signal: Signal, moment: _Moment) -> Signal:
        before = moment.past(name, 1) if self.delays.leak else moment.state["raw"][name]
        area = self._area(name)
        moment.raw[name] = area.advance(Signal(area.drive(signal.value), signal.active), before.value)
        return moment.raw[name]

    def _nonlin(self, name: str, signal: Signal, moment: _Moment) -> Signal:
        return Signal(torch.relu(signal.value), signal.active)

    def _supralin(self, name: str, signal: Signal, moment: _Moment) -> Signal:
        return signal if self.supralin is None else Signal(self.supralin(signal.value), signal.active)

    def _record(self, name: str, signal: Signal, moment: _Moment) -> Signal:
        return Signal(self._area(name).output(signal.value), signal.active)

    def _delay(self, name: str, signal: Signal, moment: _Moment) -> Signal:
        moment.now[name] = signal
        past = moment.past(name, self.delays.feedforward)
        return Signal(self._area(name).sent(past.value), past.active)

    def _pool(self, name: str, signal: Signal, moment: _Moment) -> Signal:
        return Signal(self._area(name).pool(signal.value), signal.active)

    def _link(
        self, kind: str, name: str, source: str | None, delay: int | None, signal: Signal, moment: _Moment
    ) -> Signal:
        if source is None or delay is None or self.settings.feedforward_only:
            return signal
        return self.get_submodule(f"{kind}_{name}")(signal, moment.past(source, delay))

    def _add_links(self, multiplicative: bool) -> None:
        for kind, links in (("addskip", self.skips), ("addfeedback", self.feedbacks)):
            for name, source in links.items():
                channels = self._area(source).form.channels, self._area(name).form.channels
                self.add_module(f"{kind}_{name}", Link(*channels, multiplicative and kind == "addfeedback"))

    def _adaptation(self) -> nn.Module | None:
        settings = self.settings
        if not settings.adaptation:
            return None
        if settings.reference:
            return ReferenceAdaptation(settings.adaptation)
        return Adaptation(settings.adaptation, settings.dt, settings.tau_adaptation)

    def _depth(self, name: str) -> int:
        """How many past rates of an area some path needs."""
        delays = [1, self.delays.feedforward, self.delays.recurrence if self._area(name).recurrence else 0]
        delays += [self.delays.skip] * (name in self.skips.values())
        delays += [self.delays.feedback] * (name in self.feedbacks.values())
        return max(delay or 0 for delay in delays)

    def _area(self, name: str) -> Area:
        area = self.get_submodule(name)
        assert isinstance(area, Area)
        return area


def _complete(state: State) -> bool:
    """Whether all past rates say something in every row; on the CPU, where it costs nothing to look."""
    active = [signal.active for past in state["past"].values() for signal in past]
    if active[0].device.type != "cpu" or torch.compiler.is_compiling():
        return False
    return bool(torch.cat(active).all())


def _stated(signal: Signal, everywhere: torch.Tensor) -> Signal:
    """A signal as it is kept in the state, for which activity is a tensor."""
    return signal if signal.active is not None else Signal(signal.value, everywhere)
