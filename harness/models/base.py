"""A model: a network plus how it consumes time."""

import logging
import math
import re
import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field, replace
from functools import cache
from typing import Any, ClassVar, Literal

import torch
from torch import nn

from harness.checks import checked, identifier_fault, shown
from harness.errors import MissingRegion, ModelError
from harness.identity import Describer, Undescribable, digest, network_digest
from harness.models.hearing import Hearing
from harness.models.layouts import Layout, Tokens
from harness.models.preprocessing import Preprocessing
from harness.models.weights import Weights
from harness.notebooks import facts_table
from harness.stimuli import WIDEST, is_size

HIGHEST_RATE, LONGEST_WINDOW = 10_000, 10_000
"""Frames per second, and frames, of a clip model."""
Kind = Literal["frame", "clip", "recurrent"]
Precision = Literal["float32", "bfloat16", "float16"]
PERTURB = "perturb"
"""The argument of every model that says how it is perturbed."""

_FIRING = re.compile(r"^(?P<module>.+):(?P<firing>\d+)$")
_log = logging.getLogger(__name__)


@cache
def _warn_once(message: str) -> None:
    _log.warning(message)
    warnings.warn(message, stacklevel=4)


@checked(ModelError, own=("layers", "visual_degrees"))
@dataclass(eq=False)
class Model:
    """Base class of all models, however they consume time. Use `FrameModel`, `ClipModel`, `RecurrentModel` or `UnrolledModel`.

    Attributes:
        identifier: name of the model.
        network: the torch module; its named submodules are the layers that can be recorded.
        preprocessing: how a frame becomes its input.
        regions: brain region -> the layer that stands for it.
        layers: layers recorded when none are named, in the order of processing; all others are available by name. A module that
            fires several times in one pass is `name:0`, `name:1`, ...
        visual_degrees: what the side of the input spans, in degrees of visual angle.
        weights: where the parameters come from.
        arguments: what the model was built with.
        readout: the layer of class scores before the softmax, for models with classes.
        classes: class names in the order of the read-out's units.
        contours: the layer of contours, one map before the logistic function, for models that were made to find them.
        layouts: axes of a layer's output without the batch, where they are not the usual ones (C, NC or CHW by their number, CTHW
            in a clip model); `Tokens` where a clip model's tokens are places and moments.
        citation: BibTeX.
        resample: what a model with time does about frames that are shorter than its time step: "" refuses them; "nearest" shows
            it, at the beginning of each step, the frame on the screen, so that others are left out.
        frames: of every stimulus it is shown "all"; or, as a control, for as long as the stimulus lasts the "first" one only, or
            "shuffled" ones, all in another order.
        source: identity of the plugin code that built the model; empty for a model made by hand.
        precision: in which the network computes; anything but float32 is autocast.
        compiled: whether `torch.compile` translates the network before it is run.
        interventions: what is done to the network while it runs, see `harness.perturbation.perturbed`.
    """

    kind: ClassVar[Kind]

    identifier: str
    network: nn.Module
    _: KW_ONLY
    preprocessing: Preprocessing
    regions: Mapping[str, str] = field(default_factory=dict)
    layers: Sequence[str] = ()
    visual_degrees: float = 8.0
    weights: Weights = field(default_factory=lambda: Weights("given"))
    arguments: Mapping[str, Any] = field(default_factory=dict)
    readout: str | None = None
    classes: Sequence[str] = ()
    contours: str | None = None
    layouts: Mapping[str, Layout | Tokens] = field(default_factory=dict)
    citation: str = ""
    resample: Literal["", "nearest"] = ""
    frames: Literal["all", "first", "shuffled"] = "all"
    source: str = ""
    precision: Precision = "float32"
    compiled: bool = False
    interventions: tuple[Any, ...] = ()

    def __post_init__(self) -> None:
        if fault := identifier_fault(self.identifier, "a model"):
            raise ModelError(fault)
        if not isinstance(self.layers, Iterable):
            raise ModelError(f"the layers of '{self.identifier}' are names of its submodules, not {shown(self.layers)}")
        layers = (self.layers,) if isinstance(self.layers, str) else tuple(self.layers)
        if strange := [layer for layer in layers if not isinstance(layer, str)]:
            raise ModelError(f"the layers of '{self.identifier}' are names of its submodules, not {shown(strange[0])}")
        self.layers = layers or tuple(dict.fromkeys(self.regions.values()))
        if not is_size(self.visual_degrees):
            raise ModelError(
                f"the field of view of '{self.identifier}' must be positive degrees, {WIDEST:g} at most, not "
                f"{shown(self.visual_degrees)}"
            )
        declared = [layer for layer in (self.readout, self.contours) if layer]
        for layer in (*self.layers, *self.regions.values(), *declared):
            self.module(layer)
        self.network.eval()

    @checked(ModelError)
    def module(self, layer: str) -> tuple[nn.Module, int | None]:
        """The module of a layer, and which of its firings the name asks for (None: its only one).

        Raises:
            ModelError: if the network has no such module; the message holds the nearest names.
        """
        modules = dict(self.network.named_modules())
        if layer in modules and layer:
            return modules[layer], None
        match = _FIRING.match(layer)
        if match and match["module"] in modules:
            return modules[match["module"]], int(match["firing"])
        from difflib import get_close_matches

        near = get_close_matches(layer, modules, n=3) or [name for name in self.layers if name != layer][:5]
        raise ModelError(f"'{self.identifier}' has no layer '{layer}'; near it are {', '.join(near) or 'none'}")

    @checked(ModelError)
    def layer_of(self, region: str) -> str:
        """The layer that stands for a brain region.

        Raises:
            MissingRegion: if the model maps no layer to it.
        """
        if region not in self.regions:
            known = ", ".join(self.regions) or "none"
            raise MissingRegion(
                f"'{self.identifier}' maps no layer to region {region} (it has {known}); pass regions={{'{region}': LAYER}}"
            )
        return self.regions[region]

    @property
    def intact(self) -> "Model":
        """The model without interventions."""
        if not self.interventions:
            return self
        arguments = {name: value for name, value in self.arguments.items() if name != PERTURB}
        return replace(self, interventions=(), arguments=arguments)

    @property
    def dtype(self) -> torch.dtype:
        """In which the network computes, and takes its input: that of its parameters, or of its buffers; float32 if it has none."""
        tensors = (*self.network.parameters(), *self.network.buffers())
        return next((tensor.dtype for tensor in tensors if tensor.is_floating_point()), torch.float32)

    @property
    def time_step(self) -> float | None:
        """Milliseconds between two of the model's own moments; None for a model without time."""
        return None

    @property
    def looks_ahead(self) -> float:
        """Milliseconds by which a response may depend on frames that come after it."""
        return 0.0

    def held(self, frames: torch.Tensor) -> torch.Tensor:
        """The network's input while frames (batch, channels, size, size) stay on the screen."""
        return frames.to(self.dtype)

    @checked(ModelError)
    def shown_for(self, end: float) -> float:
        """ms for which an image without a timeline is shown that a response until `end` ms is asked for: to the end of the last
        of the model's own steps, or windows, that begins before."""
        return end

    @checked(ModelError)
    def span(self, visual_degrees: float | None) -> float:
        """Share of the field of view that a stimulus of this size covers; 1 if its size is unknown."""
        return 1.0 if visual_degrees is None else visual_degrees / self.visual_degrees

    def timing(self) -> tuple[Any, ...]:
        """The part of the model's identity that its handling of time makes."""
        return (self.kind,)

    def digest(self) -> str | None:
        """Identity by content: weights, configuration, hooks, code, preprocessing and time; never the name alone.

        Computed anew at each call, so that weights changed in place are seen. None if something in the model cannot be described:
        nothing of it is cached then, and a warning names what it is, once.
        """
        try:
            return digest(
                "model",
                network_digest(self.network),
                Describer().digest([type(self), self.preprocessing], "model"),
                self.source,
                dict(self.layouts),
                self.timing(),
                *([self.resample] if self.resample else []),
                *([] if self.frames == "all" else [f"{self.frames} frame"]),
                *([] if self.precision == "float32" else [self.precision]),
                *(["compiled"] if self.compiled else []),
                *([["interventions", *(one.digest for one in self.interventions)]] if self.interventions else []),
            )
        except Undescribable as error:
            _warn_once(f"{error}, so '{self.identifier}' is not cached")
            return None

    def __repr__(self) -> str:
        return f"<{type(self).__name__} '{self.identifier}': {', '.join(self.layers) or 'no default layers'}>"

    def _repr_html_(self) -> str:
        """As notebooks show it."""
        weights = ", ".join(filter(None, [self.weights.kind, self.weights.source]))
        facts = {
            "kind": self.kind,
            "regions": ", ".join(f"{region}: {layer}" for region, layer in self.regions.items()),
            "layers": ", ".join(self.layers),
            "time step": f"{step:g} ms" if (step := getattr(self, "dt", None)) else "",
            "field of view": f"{self.visual_degrees:g} degrees, {self.preprocessing.size} pixels",
            "parameters": f"{sum(one.numel() for one in self.network.parameters()):,}",
            "weights": weights,
            "arguments": ", ".join(f"{name}={value}" for name, value in self.arguments.items()),
        }
        return facts_table(self.identifier, facts)


@checked(ModelError, own=("layers", "visual_degrees"))
@dataclass(eq=False, repr=False)
class FrameModel(Model):
    """A network whose response to a frame has no memory. `network(frames)` takes (batch, channels, size, size)."""

    kind: ClassVar[Kind] = "frame"

    def __post_init__(self) -> None:
        super().__post_init__()
        if timed := [layer for layer, layout in self.layouts.items() if isinstance(layout, Tokens) or "T" in layout]:
            raise ModelError(
                f"layer '{timed[0]}' of '{self.identifier}' has a time axis, and the response of a FrameModel has no time; make an "
                "UnrolledModel with dt and steps of a network that unrolls itself, or a ClipModel of one that sees movies"
            )


@checked(ModelError, own=("layers", "visual_degrees"))
@dataclass(eq=False, repr=False)
class ClipModel(Model):
    """A network that takes a window of frames and gives features with a time axis.

    `network(clip)` takes (batch, channels, frames, size, size). A layer whose layout has a time axis (T) spreads its rows evenly
    over its window; one without gives one row per window. Where windows overlap, their rows are averaged. Windows begin every
    `stride` frames from stimulus onset on and see what is on the screen; after a timeline has ended, the set's background. A model
    that `hears` gets the sound of the timeline, too: `network(clip, sound)` with (batch, samples), zeros where it is silent; alone,
    `network(clip)` takes silence for granted.

    Attributes:
        frame_rate: frames per second that the network expects.
        window: frames in one pass.
        stride: frames between the beginnings of two windows; as long as the window if not given.
        causal: whether no output depends on later frames of its window; shown, never assumed.
        hears: the sound that it gets; None for a model that does not listen.
    """

    kind: ClassVar[Kind] = "clip"

    _: KW_ONLY
    frame_rate: float
    window: int
    stride: int = 0
    causal: bool = False
    hears: Hearing | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        self.stride = self.stride or self.window
        if not (0 < self.frame_rate <= HIGHEST_RATE and 1 <= self.stride <= self.window <= LONGEST_WINDOW):
            raise ModelError(
                f"'{self.identifier}' needs a positive frame rate of {HIGHEST_RATE:,} at most and 1 <= stride <= window <= "
                f"{LONGEST_WINDOW:,}, not {self.timing()}"
            )

    @property
    def time_step(self) -> float:
        return 1000.0 / self.frame_rate

    @property
    def looks_ahead(self) -> float:
        return 0.0 if self.causal else 1000.0 * self.window / self.frame_rate

    def held(self, frames: torch.Tensor) -> torch.Tensor:
        return self.taken(super().held(frames)[:, :, None].repeat(1, 1, self.window, 1, 1))

    def taken(self, clips: torch.Tensor) -> torch.Tensor:
        """The network's input for windows of frames (batch, channels, frames, size, size)."""
        return clips

    @checked(ModelError)
    def shown_for(self, end: float) -> float:
        before = max(0, math.ceil(end / self.time_step - 1e-9) - 1) // self.stride * self.stride
        return (before + self.window) * self.time_step

    def timing(self) -> tuple[Any, ...]:
        heard = () if self.hears is None else (self.hears.rate, self.hears.duration)
        return (self.kind, self.frame_rate, self.window, self.stride, *heard)


@checked(ModelError, own=("layers", "visual_degrees"))
@dataclass(eq=False, repr=False)
class UnrolledModel(ClipModel):
    """A network that takes one image and unrolls itself over `steps` moments, `dt` ms apart.

    `network(frames)` takes (batch, channels, size, size). A layer that fires several times in a pass fires once a moment, its
    firings spread evenly over `steps * dt` ms, and is recorded by its bare name; one whose layout has a time axis
    (`layouts={"area": "TCHW"}`) gives all moments at once. The network sees what is on the screen at the beginning of a pass, and
    begins anew when a pass is over, so that a response holds for images that stay on the screen for as long.

    Attributes:
        dt: ms between two moments.
        steps: moments of a pass.
    """

    _: KW_ONLY
    dt: float
    steps: int
    frame_rate: float = 0.0
    window: int = 0
    causal: bool = True

    def __post_init__(self) -> None:
        if not (self.dt > 0 and self.steps >= 1):
            raise ModelError(
                f"'{self.identifier}' needs dt > 0 ms and one step or more, not dt={self.dt} and steps={self.steps}"
            )
        self.frame_rate, self.window = 1000.0 / self.dt, self.steps
        super().__post_init__()

    def taken(self, clips: torch.Tensor) -> torch.Tensor:
        return clips[:, :, 0]

    def timing(self) -> tuple[Any, ...]:
        return ("unrolled", *super().timing())


@checked(ModelError, own=("layers", "visual_degrees"))
@dataclass(eq=False, repr=False)
class RecurrentModel(Model):
    """A network with a state that moves on by `dt` ms per step.

    `network.init(batch_size, device)` gives the state, any tree (tuples, lists, dicts) of tensors whose first axis is the batch;
    `network.step(frame, state)` takes (batch, channels, size, size) and gives the next state. What submodules compute in a step
    is what is recorded; it is the response in the interval [k dt, (k + 1) dt). The frame of a step is what is on the screen
    in the middle of that interval.

    Attributes:
        dt: time step in ms.
        lead_in: ms of background before the onset, to let the network settle; onset stays at 0.
        deterministic: equal input gives equal output, and a step does not depend on absolute time. Only then are
            stimuli that begin alike computed together until they part.
    """

    kind: ClassVar[Kind] = "recurrent"

    _: KW_ONLY
    dt: float
    lead_in: float = 0.0
    deterministic: bool = True

    def __post_init__(self) -> None:
        super().__post_init__()
        if not (self.dt > 0 and self.lead_in >= 0):
            raise ModelError(
                f"'{self.identifier}' needs dt > 0 and lead_in >= 0 ms, not dt={self.dt} and lead_in={self.lead_in}"
            )
        for method in ("init", "step"):
            if not callable(getattr(self.network, method, None)):
                raise ModelError(
                    f"the network of the recurrent model '{self.identifier}' has no method '{method}'; see RecurrentModel"
                )

    @property
    def time_step(self) -> float:
        return self.dt

    @checked(ModelError)
    def shown_for(self, end: float) -> float:
        return math.ceil(end / self.dt - 1e-9) * self.dt

    def timing(self) -> tuple[Any, ...]:
        return (self.kind, float(self.dt), float(self.lead_in))
