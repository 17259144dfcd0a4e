"""DyRCNN x2, x4 and x8 as published, with their weights."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import torch

from harness.errors import ModelError
from harness.models import IMAGENET_MEAN, IMAGENET_STD, Preprocessing, RecurrentModel, chosen, initialise
from harness_plugins.models.dyrcnn import BIBTEX
from harness_plugins.models.dyrcnn.area import Form
from harness_plugins.models.dyrcnn.network import DyRCNN
from harness_plugins.models.dyrcnn.settings import Settings

FORMS = {
    "x2": (Form("layer1", 36, (3,), (1,), pooled=True), Form("layer2", 64, (3,), (1,), pooled=False)),
    "x4": (
        Form("V1", 36, (3,), (1,), pooled=True),
        Form("V2", 64, (3,), (1,), pooled=True),
        Form("V4", 121, (3,), (1,), pooled=False),
        Form("IT", 256, (3,), (2,), pooled=False),
    ),
    "x8": (
        Form("V1", 64, (5, 5), (2, 1), pooled=True),
        Form("V2", 144, (3, 3), (2, 1), pooled=True),
        Form("V4", 256, (3, 3), (2, 1), pooled=False),
        Form("IT", 529, (3, 3), (2, 1), pooled=False),
    ),
}
_SKIPS, _FEEDBACKS = {"V4": "V1", "IT": "V2"}, {"V1": "V4", "V2": "IT"}  # target -> source
SKIPS = {"x2": {"layer2": "layer1"}, "x4": _SKIPS, "x8": _SKIPS}
FEEDBACKS = {"x2": {"layer1": "layer2"}, "x4": _FEEDBACKS, "x8": _FEEDBACKS}
REGIONS = {"x2": ("V1", "V2"), "x4": ("V1", "V2", "V4", "IT"), "x8": ("V1", "V2", "V4", "IT")}

_DUPLICATE = re.compile(r"\.source\.|^n_residual_timesteps$|\.flat_(plane|layer)_mapping$")
_TAU = re.compile(r"^(?:tau_(\w+)|tstep_(\w+)\.tau)$")


def load(
    architecture: str,
    weights: str | Path = "random",
    seed: int = 0,
    dt: float = 2.0,
    tau: float | Mapping[str, float] = 5.0,
    train_tau: bool = False,
    t_ff: float = 0.0,
    t_rc: float = 6.0,
    t_fb: float = 30.0,
    t_sk: float = 0.0,
    recurrence: str = "full",
    target: str = "output",
    skip: bool = True,
    feedback: str = "none",
    solver: str = "euler",
    supralinearity: float = 1.0,
    adaptation: float = 0.0,
    tau_adaptation: float = 100.0,
    retina: bool = False,
    bias: bool = True,
    feedforward_only: bool = False,
    cut_recurrence: bool = False,
    operations: Sequence[str] | None = None,
    widths: Sequence[int] | None = None,
    convolutions: int | None = None,
    classes: int | Sequence[str] = 10,
    size: int = 224,
    channels: int = 3,
    mean: Sequence[float] | None = None,
    std: Sequence[float] | None = None,
    recurrent_scale: float = 0.001,
    lead_in: float = 0.0,
    reference: bool = False,
    layers: Sequence[str] | None = None,
    regions: Mapping[str, str] | None = None,
    visual_degrees: float = 8.0,
) -> RecurrentModel:
    """A DyRCNN as a recurrent model.

    The defaults of dt, tau and the delays are those of DynVision 0.1.0. A delay is rounded to the nearest number of steps, halves
    up; lateral and feedback paths take at least one. Times count from the arrival at V1. A weight file brings its own time
    constants, exponent of the power law and share of the adaptation, in place of those given.

    Args:
        architecture: x2, x4 or x8.
        weights: the path of a file, or "random". A checkpoint of DynVision fits; none can be fetched from here.
        classes: their names in the order of the read-out, or their number; a task needs names to be answered by the read-out.
        tau_adaptation: 100 ms by default, the scale of the slow component of human visual cortex (Zhou et al. 2019,
            "Predicting neuronal dynamics with a delayed gain control model").

    The others are described in the plugin's `PARAMETERS`.

    Raises:
        MissingWeights: for "pretrained", or if a file is not there.
        ModelError: if a file does not fit, or a setting makes no sense.
    """
    settings = Settings(
        dt=dt,
        tau=dict(tau) if isinstance(tau, Mapping) else tau,
        train_tau=train_tau,
        t_ff=t_ff,
        t_rc=t_rc,
        t_fb=t_fb,
        t_sk=t_sk,
        recurrence=recurrence,
        target=target,
        skip=skip,
        feedback=feedback,
        solver=solver,
        supralinearity=supralinearity,
        adaptation=adaptation,
        tau_adaptation=tau_adaptation,
        retina=retina,
        bias=bias,
        feedforward_only=feedforward_only,
        cut_recurrence=cut_recurrence,
        operations=None if operations is None else tuple(operations),
        recurrent_scale=recurrent_scale,
        reference=reference,
    )
    forms = _deepened(_widened(FORMS[architecture], widths), convolutions)
    names = () if isinstance(classes, int) else tuple(classes)
    count = classes if isinstance(classes, int) else len(names)
    links = SKIPS[architecture], FEEDBACKS[architecture]
    network, origin = initialise(
        lambda: DyRCNN(forms, *links, settings, count, size, channels), weights, seed, convert=converted
    )
    own = {region: f"{form.name}.output" for region, form in zip(REGIONS[architecture], forms, strict=True)}
    recorded, mapping = chosen((*own.values(), "scores"), own, layers, regions)
    return RecurrentModel(
        f"dyrcnn_{architecture}",
        network,
        dt=dt,
        lead_in=lead_in,
        preprocessing=_preprocessing(size, channels, mean, std),
        regions=mapping,
        layers=recorded,
        visual_degrees=visual_degrees,
        weights=origin,
        readout="scores" if names else None,
        classes=names,
        citation=BIBTEX,
    )


load_x2, load_x4, load_x8 = (partial(load, architecture) for architecture in FORMS)


def converted(state: Mapping[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """A state dictionary of DynVision with our keys: duplicates and what follows from the form dropped, tau as its logarithm.

    Raises:
        ModelError: if a time constant is not positive.
    """
    kept: dict[str, torch.Tensor] = {}
    for key, value in state.items():
        if match := _TAU.match(key):
            if not value > 0:
                raise ModelError(f"the time constant '{key}' must be positive, not {value.item():g} ms")
            kept[f"{match[1] or match[2]}.log_tau"] = value.log()
        elif not _DUPLICATE.search(key):
            kept[key.replace("input_adaption.", "adaptation.")] = value
    return kept


def _widened(forms: tuple[Form, ...], widths: Sequence[int] | None) -> tuple[Form, ...]:
    if widths is None:
        return forms
    if len(widths) != len(forms) or min(widths) < 1:
        raise ModelError(f"widths are {len(forms)} positive numbers of channels, not {list(widths)}")
    return tuple(replace(form, channels=width) for form, width in zip(forms, widths, strict=True))


def _deepened(forms: tuple[Form, ...], convolutions: int | None) -> tuple[Form, ...]:
    """With one or two convolutions in each area, of which the first has the stride."""
    if convolutions is None:
        return forms
    if convolutions not in (1, 2):
        raise ModelError(f"an area has 1 or 2 convolutions, not {convolutions}")
    return tuple(
        replace(form, kernels=form.kernels[:1] * convolutions, strides=(form.strides[0], 1)[:convolutions])
        for form in forms
    )


def _preprocessing(
    size: int, channels: int, mean: Sequence[float] | None, std: Sequence[float] | None
) -> Preprocessing:
    """ImageNet's mean and deviation unless others are given; for luminance, the means of its three."""
    if channels not in (1, 3):
        raise ModelError(f"a frame has 1 or 3 channels, not {channels}")
    own: tuple[tuple[float, ...], ...] = (IMAGENET_MEAN, IMAGENET_STD)
    if channels == 1:
        own = tuple((sum(values) / 3,) for values in own)
    return Preprocessing(size, tuple(mean or own[0]), tuple(std or own[1]), channels=channels)  # type: ignore[arg-type]
