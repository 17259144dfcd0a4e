"""The feedback gated recurrent unit (fGRU), of which GammaNet's horizontal and top-down connections are made.

Linsley, Kim, Ashok & Serre (2020), "Recurrent neural circuits for contour detection", and the two circuits of the authors' later
PyTorch implementation: version 1 with one state, version 2 with an excitatory and an inhibitory one. Below, `*` convolves,
`.` multiplies place by place, [.]+ rectifies and N normalises.
"""

from abc import ABC, abstractmethod
from typing import Literal

import torch
from torch import nn
from torch.nn import functional

from harness.errors import ModelError
from harness.models import GroupNorm, Pointwise, pointwise
from harness_plugins.models.gammanet.options import Circuit, attention, check, normalisation, symmetric

State = tuple[torch.Tensor, ...]
GateNorm = Literal["pre", "post"]
Excitation = Literal["E", "cE"]
Start = Literal["orthogonal", "identity"]
INITIAL_GAIN = 0.03  # of version 1; untrained networks stay finite with it for a second of 25 ms steps
OPEN = 2.0  # offset of a gate that lets most of its input pass
_ONE = {"softplus": 0.5413, "sigmoid": 4.0}  # where these functions are 1, or nearly so
_ZERO = -4.0  # where both are nearly 0


class FGRU(nn.Module, ABC):
    """Parameters and parts that both circuits have.

    Args:
        channels: of drive and state.
        kernel: side of the horizontal kernels, odd.
        circuit: options.
        gate_inputs: maps that a gate's projection sees.
        excites: whether kappa and omega are used.

    Attributes:
        populations: tensors in a state, the excitatory one first.
        excitatory: gives the new excitatory state, so that it can be recorded.
    """

    populations: int
    _per_place: bool
    alpha: nn.Parameter
    mu: nn.Parameter
    kappa: nn.Parameter
    omega: nn.Parameter

    def __init__(self, channels: int, kernel: int, circuit: Circuit, gate_inputs: int, excites: bool = True):
        super().__init__()
        if kernel % 2 == 0:
            raise ModelError(f"an fGRU's kernels have an odd side, not {kernel}")
        self.channels, self.circuit, self.excites = channels, circuit, excites
        self.W_exc = nn.Parameter(torch.empty(channels, channels, kernel, kernel))
        self.W_inh = nn.Parameter(torch.empty(channels, channels, kernel, kernel))
        self.attention = attention(circuit.attention, channels)
        if self.attention is None:
            self.W_gain = nn.Parameter(torch.empty(channels, gate_inputs * channels, 1, 1))
        self.W_mix = nn.Parameter(torch.empty(channels, gate_inputs * channels, 1, 1))
        self.b_gain, self.b_mix = nn.Parameter(torch.zeros(channels)), nn.Parameter(torch.zeros(channels))
        if circuit.dynamic == "none":
            for name, value in {"alpha": 1.0, "mu": 0.0, **({"kappa": 0.0, "omega": 1.0} if excites else {})}.items():
                self.register_parameter(name, nn.Parameter(torch.full((channels,), value)))
        else:
            self.dynamic_params = self._dynamic_nets()
        kind = circuit.normalisation if circuit.normalise_circuits else "none"
        self.norm_c1 = normalisation(kind, channels, affine=True, per_place=self._per_place)
        self.norm_c2 = normalisation(kind, channels, affine=True, per_place=self._per_place)
        self.excitatory = nn.Identity()
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Orthogonal horizontal kernels; gates as Glorot & Bengio (2010)."""
        for kernel in (self.W_exc, self.W_inh):
            nn.init.orthogonal_(kernel)
        for projection in (self.W_mix, *([self.W_gain] if self.attention is None else [])):
            nn.init.xavier_uniform_(projection)

    @abstractmethod
    def forward(self, drive: torch.Tensor, state: State) -> State:
        """The next state; all maps are (batch, channels, y, x)."""

    @abstractmethod
    def _dynamic_nets(self) -> nn.ModuleDict:
        """The pointwise networks that give alpha and mu (`inhibition_net`), kappa and omega (`excitation_net`)."""

    def _gate_norm(self, channels: int, most_groups: int = 8) -> nn.Module:
        kind = self.circuit.normalisation
        return normalisation(kind, channels, affine=False, per_place=self._per_place, most_groups=most_groups)

    def _horizontal(self, kernel: torch.Tensor, values: torch.Tensor) -> torch.Tensor:
        kernel = symmetric(kernel, self.circuit.symmetry)
        if kernel.shape[-1] == 1:
            return pointwise(values, kernel)
        return functional.conv2d(values, kernel, padding=kernel.shape[-1] // 2)

    def _inhibition_weights(self, *seen: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """alpha and mu."""
        if self.circuit.dynamic != "none":
            return self._dynamic("inhibition_net", *seen)
        alpha = torch.sigmoid(self.alpha) if self.circuit.bounded_alpha else self.alpha
        return _a_channel(alpha), _a_channel(self.mu)

    def _excitation_weights(self, *seen: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """kappa and omega."""
        if self.circuit.dynamic != "none":
            return self._dynamic("excitation_net", *seen)
        omega = torch.relu(self.omega) if self.circuit.nonnegative_omega else self.omega
        return _a_channel(self.kappa), _a_channel(omega)

    def _dynamic(self, net: str, *seen: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        positive = _softplus if self.circuit.dynamic == "softplus" else torch.sigmoid
        first, second = positive(self.dynamic_params[net](torch.cat(seen, 1))).chunk(2, 1)
        return first, second

    def _inhibited(self, drive: torch.Tensor, inhibition: torch.Tensor) -> torch.Tensor:
        """The drive after inhibition."""
        if self.circuit.inhibition == "divisive":
            return torch.relu(drive) / (1 + torch.relu(inhibition))
        return torch.relu(drive - inhibition)


class FGRUv1(FGRU):
    """The circuit with one state h and a drive z; its weights are signed.

        g1 = sigma(N(W_gain * [h; z]) + b_gain)
        c1 = N(W_inh * h)
        s  = [z - [(alpha . h + mu) . c1]+]+
        h1 = (1 - g1) . h + g1 . s
        g2 = sigma(W_mix * N([h1; h]) + b_mix)
        c2 = N(W_exc * h1)
        e  = [(omega . h1 + kappa) . c2]+, or [h1 + c2]+ if excitation is not `multiplicative`
        h' = (1 - g2) . h + g2 . e

    The layer `inhibited` is h1. With attention A, g1 = sigma(N(A(h)) + b_gain).
    """

    populations = 1
    _per_place = False

    def __init__(self, channels: int, kernel: int, circuit: Circuit, multiplicative: bool = True):
        super().__init__(channels, kernel, circuit, gate_inputs=2, excites=multiplicative)
        self.gain_norm, self.mix_norm = self._gate_norm(channels), self._gate_norm(2 * channels)
        self.inhibited, self.heard = nn.Identity(), nn.Identity()

    def reset_parameters(self) -> None:
        """Horizontal interactions begin small: excitation grows with the square of the state, and with the orthogonal kernels of
        the original an untrained network overflows within 16 steps."""
        super().reset_parameters()
        norms = [norm.weight for norm in (self.norm_c1, self.norm_c2) if not isinstance(norm, nn.Identity)]
        for weight in (self.W_exc, self.W_inh, *norms):
            weight.data *= INITIAL_GAIN  # type: ignore[operator, assignment]

    def forward(self, drive: torch.Tensor, state: State) -> State:
        (h,) = state
        heard = self.heard(h)
        seen = self.attention(heard) if self.attention else pointwise(torch.cat([heard, drive], 1), self.W_gain)
        gain = torch.sigmoid(self.gain_norm(seen) + _a_channel(self.b_gain))
        c1 = self.norm_c1(self._horizontal(self.W_inh, heard))
        alpha, mu = self._inhibition_weights(heard, c1, drive)
        s = self._inhibited(drive, torch.relu((alpha * heard + mu) * c1))
        h1 = self.inhibited((1 - gain) * h + gain * s)
        mix = torch.sigmoid(pointwise(self.mix_norm(torch.cat([h1, heard], 1)), self.W_mix) + _a_channel(self.b_mix))
        return (self.excitatory((1 - mix) * h + mix * self._excited(h1)),)

    def _excited(self, h1: torch.Tensor) -> torch.Tensor:
        c2 = self.norm_c2(self._horizontal(self.W_exc, h1))
        if not self.excites:
            return torch.relu(h1 + c2)
        kappa, omega = self._excitation_weights(h1, c2)
        return torch.relu((omega * h1 + kappa) * c2)

    def _dynamic_nets(self) -> nn.ModuleDict:
        def net(maps: int) -> nn.Sequential:
            groups = next(n for n in range(8, 0, -1) if self.channels % n == 0)
            first, last = (
                _pointwise(maps * self.channels, self.channels),
                _pointwise(self.channels, 2 * self.channels),
            )
            return nn.Sequential(first, GroupNorm(groups, self.channels), nn.ReLU(), last)

        return nn.ModuleDict({"inhibition_net": net(3), **({"excitation_net": net(2)} if self.excites else {})})


class FGRUv2(FGRU):
    """The circuit with two states, E and I, and a drive z.

        cI = [W_inh * N(E)]+
        s  = [z - (alpha . I + mu) . cI]+
        gI = sigma(W_gain * N([E; I; z]) + b_gain)
        I' = (1 - gI) . I + gI . s
        cE = [W_exc * N(I')]+
        e  = omega . cE + kappa
        gE = sigma(W_mix * N([E; e; I']) + b_mix)
        E' = (1 - gE) . E + gE . e

    I is the inhibited drive, and what excites E. The layer `inhibitory` is I', `inhibited` is s, or e with `dale`.

    With `dale`, each population acts with one sign, by kernels of non-negative weights |W|: E excites both, I inhibits E.

        I' = (1 - gI) . I + gI . (|W_inh| * E)
        e  = [z + omega . (|W_exc| * E) + kappa - (alpha . E + mu) . I']+,   alpha, mu, kappa, omega >= 0

    This holds for the horizontal synapses. Gates, which scale a state and do not drive it, and the convolutions between levels
    keep their signs.

    Args:
        gate_norm: whether a gate is normalised before ("pre") or after ("post") its projection.
        excitation_sees: whether the dynamic kappa and omega are computed from I' and E, or from I' and cE as in checkpoints
            from before 31 October 2025, whose keys and shapes are the same.
        start: "orthogonal" kernels, as published, or "identity": a circuit passes on its drive, with little of anything else.
        dale: as above.
    """

    populations = 2
    _per_place = True

    def __init__(
        self,
        channels: int,
        kernel: int,
        circuit: Circuit,
        gate_norm: GateNorm = "pre",
        excitation_sees: Excitation = "E",
        dale: bool = False,
        start: Start = "orthogonal",
    ):
        check("gate_norm", gate_norm, GateNorm)
        check("excitation_sees", excitation_sees, Excitation)
        check("start", start, Start)
        if dale and circuit.normalise_circuits:
            raise ModelError("GammaNet's dale excludes normalise_circuits, which subtracts what others do from a unit")
        self.dale, self.start = dale, start
        super().__init__(channels, kernel, circuit, gate_inputs=3)
        self.gate_norm, self.excitation_sees = gate_norm, excitation_sees
        self.inhibitory, self.inhibited = nn.Identity(), nn.Identity()
        self.heard, self.inhibition_heard, self.inhibition_sent = (nn.Identity() for _ in range(3))
        self.inhibition_drive = nn.Identity()
        attended = circuit.attention != "none"
        self.gain_norm = self._norm_at(channels if attended else 3 * channels)
        self.mix_norm = self._norm_at(3 * channels)

    def reset_parameters(self) -> None:
        super().reset_parameters()
        if self.dale:  # what all neighbours do together has weight 1
            for kernel in (self.W_exc, self.W_inh):
                kernel.data /= kernel.data.abs().sum((1, 2, 3), keepdim=True)
        if self.start == "identity":
            self._pass_on()

    @torch.no_grad()
    def _pass_on(self) -> None:
        """Begin with E' = I' = z, nearly: gates are open, omega is 1 and kappa 0."""
        for weight in (self.W_exc, self.W_inh, self.W_mix, *([self.W_gain] if self.attention is None else [])):
            weight.mul_(INITIAL_GAIN)
        for offset in (self.b_gain, self.b_mix):
            offset.fill_(OPEN)
        if not self.dale:  # whose candidate has the drive in it
            nn.init.dirac_(self.W_exc)
        if self.circuit.dynamic != "none":
            kappa, omega = self.dynamic_params["excitation_net"][-1].bias.chunk(2)  # type: ignore[index]
            kappa.fill_(_ZERO)
            omega.fill_(0.0 if self.dale else _ONE[self.circuit.dynamic])

    def forward(self, drive: torch.Tensor, state: State) -> State:
        E, I = state  # noqa: E741
        return self._with_dale(drive, E, I) if self.dale else self._published(drive, E, I)

    def _published(self, drive: torch.Tensor, E: torch.Tensor, I: torch.Tensor) -> State:  # noqa: E741
        heard, before = self.heard(E), self.inhibition_heard(I)
        c_inh = torch.relu(self._horizontal(self.W_inh, self.norm_c1(heard)))
        alpha, mu = self._inhibition_weights(before, c_inh, drive)
        s = self.inhibited(self._inhibited(drive, (alpha * before + mu) * c_inh))
        gain = self._gain(heard, before, drive)
        I = self.inhibitory((1 - gain) * I + gain * s)  # noqa: E741
        sent = self.inhibition_sent(I)
        c_exc = torch.relu(self._horizontal(self.W_exc, self.norm_c2(sent)))
        kappa, omega = self._excitation_weights(sent, heard if self.excitation_sees == "E" else c_exc)
        e = omega * c_exc + kappa
        mix = self._gate(torch.cat([heard, e, sent], 1), self.W_mix, self.b_mix, self.mix_norm)
        return self.excitatory((1 - mix) * E + mix * e), I

    def _with_dale(self, drive: torch.Tensor, E: torch.Tensor, I: torch.Tensor) -> State:  # noqa: E741
        heard, before = self.heard(E), self.inhibition_heard(I)
        pooled = self.inhibition_drive(self._horizontal(self.W_inh.abs(), heard))
        alpha, mu = self._inhibition_weights(before, pooled, drive)
        gain = self._gain(heard, before, drive)
        I = self.inhibitory((1 - gain) * I + gain * pooled)  # noqa: E741
        sent = self.inhibition_sent(I)
        c_exc = self._horizontal(self.W_exc.abs(), heard)
        kappa, omega = self._excitation_weights(sent, heard if self.excitation_sees == "E" else c_exc)
        alpha, mu, kappa, omega = (torch.relu(weight) for weight in (alpha, mu, kappa, omega))
        e = self.inhibited(self._inhibited(drive + omega * c_exc + kappa, (alpha * heard + mu) * sent))
        mix = self._gate(torch.cat([heard, e, sent], 1), self.W_mix, self.b_mix, self.mix_norm)
        return self.excitatory((1 - mix) * E + mix * e), I

    def _gain(self, E: torch.Tensor, I: torch.Tensor, drive: torch.Tensor) -> torch.Tensor:  # noqa: E741
        if self.attention is None:
            return self._gate(torch.cat([E, I, drive], 1), self.W_gain, self.b_gain, self.gain_norm)
        pre = self.gate_norm == "pre"
        seen = self.attention(self.gain_norm(E)) if pre else self.gain_norm(self.attention(E))
        return torch.sigmoid(seen + _a_channel(self.b_gain))

    def _gate(self, seen: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor, norm: nn.Module) -> torch.Tensor:
        if self.gate_norm == "pre":
            return torch.sigmoid(pointwise(norm(seen), weight, bias))
        return torch.sigmoid(norm(pointwise(seen, weight)) + _a_channel(bias))

    def _norm_at(self, before: int) -> nn.Module:
        """Of a gate, on the channels that it has where it is normalised."""
        return self._gate_norm(before, 24) if self.gate_norm == "pre" else self._gate_norm(self.channels)

    def _dynamic_nets(self) -> nn.ModuleDict:
        nets = {name: _pointwise(n * self.channels, 2 * self.channels) for name, n in _V2_MAPS.items()}
        return nn.ModuleDict({name: nn.Sequential(net) for name, net in nets.items()})


class Uncoupled(nn.Module):
    """In place of a circuit, as a control: the drive, rectified, in every population. It has no parameters and no memory."""

    def __init__(self, channels: int, kernel: int, populations: int):
        super().__init__()
        self.channels, self.populations = channels, populations
        self.excitatory, self.inhibitory = nn.Identity(), nn.Identity()

    def forward(self, drive: torch.Tensor, state: State) -> State:
        """The next state; all maps are (batch, channels, y, x)."""
        passed = torch.relu(drive)
        return (self.excitatory(passed), self.inhibitory(passed))[: self.populations]


_V2_MAPS = {"inhibition_net": 3, "excitation_net": 2}

_EXPONENT = 80.0  # whose exponential a float32 still holds


def _a_channel(values: torch.Tensor) -> torch.Tensor:
    """One number per channel, to be spread over a map."""
    return values[:, None, None]


def _softplus(values: torch.Tensor) -> torch.Tensor:
    """log(1 + exp(values)); without gradients by a logarithm that is three times as fast as log1p, equal to 1e-6."""
    if torch.is_grad_enabled():
        return functional.softplus(values)
    small = values.clamp(max=_EXPONENT).exp_().add_(1).log_()
    return torch.maximum(values, small, out=small)


def _pointwise(channels_in: int, channels: int) -> nn.Conv2d:
    """The 1x1 convolution of a dynamic network, small at first."""
    convolution = Pointwise(channels_in, channels)
    nn.init.xavier_uniform_(convolution.weight, gain=0.1)
    convolution.bias.data.zero_()  # type: ignore[union-attr]
    return convolution
