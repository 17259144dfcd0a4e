"""Brain models from models, and from what answers like one."""

from collections.abc import Sequence
from typing import Any, overload

from torch.nn import Module

from harness.brain_model.brain_model import EngineBrainModel
from harness.brain_model.foreign import ForeignBrainModel, is_foreign
from harness.brain_model.protocol import BrainModel, PerturbableBrainModel
from harness.checks import checked
from harness.engine import Callback, RandomProjection, Recording, Reduction
from harness.errors import ModelError, NotPerturbable, renamed_argument
from harness.models import Model, as_model
from harness.store import Store


@overload
def as_brain_model(
    model: Model,
    *,
    response_window: Sequence[float] | None = ...,
    exposure: float = ...,
    behavioural_layer: str | None = ...,
    readout_reduction: Reduction | None = ...,
    store: Store | None = ...,
    device: str | None = ...,
    batch_size: int | None = ...,
    callbacks: Sequence[Callback] = ...,
) -> EngineBrainModel: ...


@overload
def as_brain_model(model: Any) -> BrainModel: ...


@renamed_argument("observers", "callbacks")
@checked(ModelError)
def as_brain_model(
    model: Any,
    *,
    response_window: Sequence[float] | None = None,
    exposure: float = 200.0,
    behavioural_layer: str | None = None,
    readout_reduction: Reduction | None = None,
    store: Store | None = None,
    device: str | None = None,
    batch_size: int | None = None,
    callbacks: Sequence[Callback] = (),
) -> BrainModel:
    """A model as a brain that experiments can be done on.

    Args:
        model: a `Model`, or a plain torch module (see `harness.as_model`); or, without further arguments, a brain model, which is
            given back as it is, or an object that has Brain-Score's part of the protocol alone, which is adapted (see
            `RegionalBrainModel`).
        response_window: [start, end) in ms, in whose mean of the read-out layer a task is answered. If not given, the
            last time step of each stimulus; for a frame model, which has none, all of the stimulus.
        exposure: ms for which images without a timeline are shown in a task, unless the response window says it.
        behavioural_layer: what a fitted read-out and the odd-one-out task are read from; the layer of IT if not given, else
            the last of the model's default layers.
        readout_reduction: what of that layer a read-out is fitted to; a random projection to 5,000 units if not given.
        store, device, batch_size, callbacks: see `harness.extract`.

    Raises:
        ModelError: for anything else.
    """
    if isinstance(model, Module) and not is_foreign(model):
        model = as_model(model)
    if not isinstance(model, Model):
        given = (response_window, behavioural_layer, readout_reduction, store, device, batch_size)
        if callbacks or any(one is not None for one in given):
            raise ModelError(
                "run options and read-out can be set for models from load_model only, not for adapted ones"
            )
        return _adapted(model)
    window = Recording(time_bins=[response_window]).time_bins[0] if response_window is not None else None
    layer = behavioural_layer or model.regions.get("IT") or next(reversed(model.layers), None)
    if layer is not None:
        model.module(layer)
    return EngineBrainModel(
        model,
        response_window=window,
        exposure=exposure,
        behavioural_layer=layer,
        readout_reduction=readout_reduction or RandomProjection(),
        store=store,
        device=device,
        batch_size=batch_size,
        callbacks=callbacks,
    )


@checked(ModelError)
def perturbable(candidate: BrainModel) -> PerturbableBrainModel:
    """A candidate to which something can be done.

    Raises:
        NotPerturbable: if it is known by its responses alone.
    """
    if isinstance(candidate, PerturbableBrainModel):
        return candidate
    raise NotPerturbable(f"'{candidate.identifier}' is known by its responses alone, and nothing can be done to it")


def _adapted(model: Any) -> BrainModel:
    if isinstance(model, type):
        raise ModelError(f"as_brain_model takes a model, not the class {model.__name__}; make an instance of it")
    if isinstance(model, BrainModel):
        return model
    if type(model).__module__.partition(".")[0] == "brainscore_vision":
        raise ModelError(
            "this is a model of Brain-Score's; harness.brain_score.from_brain_score makes it one of the harness's"
        )
    if is_foreign(model):
        return ForeignBrainModel(model)
    raise ModelError(
        f"as_brain_model takes a model, such as load_model gives, or an object with Brain-Score's `look_at`, not "
        f"{type(model).__name__}"
    )
