"""`perturbed`: a model to whose network something is done while it runs, which is a model like any other."""

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, TypeVar

import numpy as np
import torch

from harness.checks import checked
from harness.engine import AllUnits, Capture, one_pass
from harness.errors import ModelError, NotPerturbable, RecordingError
from harness.models import PERTURB, ClipModel, Layout, Model, RecurrentModel
from harness.perturbation.bound import HALF, Bound, Form, identity, units_of
from harness.perturbation.language import parse
from harness.perturbation.operations import Perturbation
from harness.perturbation.reach import require_reach, shapes_of
from harness.perturbation.resolution import Found, found
from harness.perturbation.sources import at_rest, responses_to

AModel = TypeVar("AModel", bound=Model)
_USUAL: dict[int, Layout] = {1: "C", 2: "NC", 3: "CHW", 4: "CTHW"}


@checked(ModelError)
def perturbed(model: AModel, perturbations: Perturbation | str | Sequence[Perturbation | str]) -> AModel:
    """The model with perturbations of its network: recorded, scored and stored like any other.

    It keeps its identifier; its arguments and its identity say what is done. Perturbations of one layer act in their order, after
    those that the model has already. What changes nothing (a factor of 1, a current of 0) is left out, so that the responses are
    those of the intact model, also in the store.

    Args:
        perturbations: or texts, see `parse`.

    Raises:
        NotPerturbable: if the model does not have the region, connection, class or unit, nothing reads it, or the window touches
            no step of the model.
        ModelError: for a perturbation that makes no sense.
    """
    listed = [perturbations] if isinstance(perturbations, Perturbation | str) else perturbations
    every = [one for each in listed for one in (parse(each) if isinstance(each, str) else [each])]
    bound = [one for each in every for one in _bound(model, each)]
    told = [str(model.arguments[PERTURB])] if PERTURB in model.arguments else []
    told += [str(one) for one in every if not one.does_nothing]
    arguments = {**model.arguments, **({PERTURB: "; ".join(told)} if told else {})}
    return replace(model, interventions=(*model.interventions, *bound), arguments=arguments)


def _bound(model: Model, wanted: Perturbation) -> list[Bound]:
    _check_window(model, wanted)
    _check_frequency(model, wanted)
    places = found(model, wanted)
    for place in places:
        require_reach(model, place.layer, place.heard)
    made = [_made(model, wanted, place) for place in places]
    return [] if wanted.does_nothing else made


def _check_window(model: Model, wanted: Perturbation) -> None:
    start, end = wanted.window
    if isinstance(model, ClipModel) and not (start <= 0 and end == math.inf):
        raise NotPerturbable(
            f"'{model.identifier}' sees whole clips, in which no moment can be told; perturb it all the time, not from {start:g} "
            f"to {end:g} ms"
        )
    if isinstance(model, RecurrentModel):
        if end - start < HALF * model.dt - 1e-9:
            raise NotPerturbable(
                f"'{wanted}' lasts less than half of a step of '{model.identifier}', which is {model.dt:g} ms long"
            )
        if wanted.operation in ("silence", "clamp", "replace") and not _steps(wanted.window, model.dt):
            raise NotPerturbable(
                f"'{wanted}' covers half of no step of '{model.identifier}', which are {model.dt:g} ms long"
            )


def _check_frequency(model: Model, wanted: Perturbation) -> None:
    if wanted.frequency is None:
        return
    if not isinstance(model, RecurrentModel):
        raise NotPerturbable(
            f"'{model.identifier}' has no steps, over which noise of {wanted.frequency:g} Hz could go on"
        )
    if not wanted.frequency * model.dt < 500:
        raise NotPerturbable(
            f"noise of {wanted.frequency:g} Hz takes more than two steps a cycle, and '{model.identifier}' has steps of "
            f"{model.dt:g} ms"
        )


def _steps(window: tuple[float, float], dt: float) -> bool:
    """Whether half of a step lies in the window."""
    start, end = window
    if end - start >= 2 * dt or math.isinf(end) or math.isinf(start):
        return True
    first = math.floor(start / dt)
    shares = [min(end, (k + 1) * dt) - max(start, k * dt) for k in range(first, first + 4)]
    return max(shares) >= HALF * dt - 1e-9


def _made(model: Model, wanted: Perturbation, place: Found) -> Bound:
    form = form_of(model, place.layer)
    names = [one.module for one in place.heard]
    shapes = shapes_of(model, [*names, place.layer], one_pass(model))
    if len({shapes[name] for name in shapes}) > 1:
        raise ModelError(
            f"the modules through which layer '{place.layer}' of '{model.identifier}' is heard differ in shape: {shapes}"
        )
    on = units_of(model, form, wanted)
    mask = None if on.all() and not _has_leading(form) else form.laid(on)
    value = _value(model, wanted, place, form)
    consumed = place.layer in names
    shown = place.layer if wanted.record == "after" and wanted.point != "drive" and not consumed else None
    return Bound(
        operation="replace" if isinstance(wanted.value, str) else wanted.operation,
        value=value,
        mask=mask,
        heard=place.heard,
        shown=shown,
        before=place.layer if wanted.record == "before" and consumed else None,
        window=wanted.window,
        seed=wanted.seed,
        frequency=wanted.frequency * model.dt / 1000
        if wanted.frequency and isinstance(model, RecurrentModel)
        else None,
        described=str(wanted),
        digest=identity(wanted, place.heard, on, value),
        count=(int(on.sum()), on.size),
    )


def _has_leading(form: Form) -> bool:
    return not isinstance(form.layout, str) and form.layout.leading > 0


def _value(model: Model, wanted: Perturbation, place: Found, form: Form) -> Any:
    if wanted.operation == "replace":
        return responses_to(model, wanted.value, place.layer, wanted.window)
    if isinstance(wanted.value, str):
        return at_rest(model, place.layer, wanted.window)
    if wanted.value is None:
        return 0.0
    value, unit = (np.asarray(1.0 if given is None else given, dtype=float) for given in (wanted.value, wanted.sd))
    if value.ndim == unit.ndim == 0:
        return float(value * unit)
    spread = _spread(form, value, wanted) * _spread(form, unit, wanted)
    return form.laid(spread.astype(np.float32))


def _spread(form: Form, values: np.ndarray, wanted: Perturbation) -> np.ndarray:
    """A number, or one a channel or a unit, as (channels, places)."""
    whole = form.channels, form.places
    if values.ndim == 0:
        return np.full(whole, float(values))
    if values.shape == (form.channels,):
        return np.broadcast_to(values[:, None], whole)
    if values.size == form.channels * form.places:
        return values.reshape(whole)
    raise NotPerturbable(f"'{wanted}' has {values.size} values for {form.channels} channels at {form.places} places")


def form_of(model: Model, layer: str) -> Form:
    """Shape and axes of a layer's output, from one pass."""
    forms: dict[str, dict[str, Any]] = {layer: {}}
    try:
        with torch.inference_mode(), Capture(model, [layer], AllUnits(), torch.float32, forms) as capture:
            capture.probe(one_pass(model))
    except RecordingError as error:
        raise NotPerturbable(str(error)) from error
    shape = shapes_of(model, [layer], one_pass(model))[layer]
    layout = model.layouts.get(layer) or model.layouts.get(layer.rpartition(":")[0] or layer) or _USUAL[len(shape)]
    return Form(layer, shape, forms[layer]["channels"], tuple(forms[layer]["grid"]), layout)
