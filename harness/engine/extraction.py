"""The entry point of the engine: from (model, stimuli, recording) to responses, through the store."""

import logging
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from harness.checks import checked
from harness.engine.allocation import memory_kept
from harness.engine.aside import Aside
from harness.engine.batching import BatchSize, Inputs, default_batch_size
from harness.engine.clips import run_clips
from harness.engine.compiling import compiling
from harness.engine.devices import chosen_device
from harness.engine.frames import run_frames
from harness.engine.free_memory import memory_bounded
from harness.engine.interventions import Alterations, Intervention
from harness.engine.memory import WatchedCapture
from harness.engine.plan import Plan, Row, make_plan, together
from harness.engine.recording import Recording
from harness.engine.recurrent import run_recurrent
from harness.engine.responses import LayerResponses, Responses
from harness.engine.run import Callback, Counter, Run
from harness.engine.runaway import Runaway
from harness.engine.writer import RUNAWAY, Writer
from harness.errors import Diverged, NotFinite, RecordingError, StoreError, renamed_argument
from harness.identity import Describer, Undescribable, digest, weights_hashed_once
from harness.models import Model
from harness.notebooks import notebook_bars
from harness.stimuli import StimulusSet
from harness.store import Entry, Location, ScratchFolder, Store, claimed

_log = logging.getLogger(__name__)

ENGINE_VERSION = {"frame": 2, "clip": 1, "recurrent": 3}
"""Part of every key; raised with each change of the engine that changes responses, or what is known of them, of a kind of model."""

_RUNNERS = {"frame": run_frames, "clip": run_clips, "recurrent": run_recurrent}


@renamed_argument("observers", "callbacks")
@checked(RecordingError)
def extract(
    model: Model,
    stimuli: StimulusSet,
    recording: Recording | None = None,
    *,
    store: Store | None = None,
    batch_size: int | None = None,
    device: str | torch.device | None = None,
    callbacks: Sequence[Callback] = (),
) -> Responses:
    """Record a model's responses to stimuli; stored responses are not computed again.

    Args:
        recording: layers, time bins and reduction; the model's default layers over the whole stimulus if not given.
        store: where responses are kept; the one in `HARNESS_HOME` (or `RESULTCACHING_HOME`) if not given.
        batch_size: where the search for a size that fits begins.
        device: a GPU if there is one, if not given.
        callbacks: called with `Progress` at the beginning, after every batch and at the end.

    Raises:
        RecordingError: if the recording is impossible for the model.
        StoreError: if the store cannot be written, or `RESULTCACHING_CACHEDONLY` is set and something is missing.
    """
    options: dict[str, Any] = {"store": store, "batch_size": batch_size, "device": device, "callbacks": callbacks}
    return extract_each([model], stimuli, recording, **options)[0]


@checked(RecordingError)
@weights_hashed_once()
def extract_each(
    models: Sequence[Model],
    stimuli: StimulusSet,
    recording: Recording | None = None,
    *,
    store: Store | None = None,
    batch_size: int | None = None,
    device: str | torch.device | None = None,
    callbacks: Sequence[Callback] = (),
) -> list[Responses]:
    """As `extract`, for one model intact and perturbed in several ways: what they have in common is computed once.

    Args:
        models: which differ in their interventions alone.

    Raises:
        RecordingError: if they are different models, or the recording is impossible.
        StoreError: see `extract`.
    """
    if not models:
        raise RecordingError("name at least one model to record")
    model, recording, chosen = models[0].intact, recording or Recording(), chosen_device(device)
    if recording.precision == "float32":
        recording = replace(recording, precision=model.precision)
    if model.compiled:
        recording = replace(recording, compiled=True)
    layers = recording.layers or tuple(model.layers)
    if not layers:
        raise RecordingError(f"'{model.identifier}' has no default layers; name those to record")
    for layer in layers:
        model.module(layer)
    if model.frames != "all":
        stimuli = stimuli.first_frames() if model.frames == "first" else stimuli.shuffled_frames()
    model_digest = model.digest()
    if len(models) > 1 and {id(one.network) for one in models} != {id(model.network)}:
        raise RecordingError("models that are recorded together are one network, intact and perturbed")
    plans = [make_plan(one, stimuli, recording) for one in models]
    plan = together(plans)
    reduction = _reduction_digest(recording)
    store, keep = _store(model, store, kept=None not in (model_digest, reduction))
    identity = (model_digest, reduction)
    entries = {layer: _entry(store, model, identity, layer, recording, plan) for layer in layers}
    in_use = [entry.use() for entry in entries.values()]
    index, groups = _look(plan, entries)
    if groups and _switched("RESULTCACHING_CACHEDONLY", model):
        absent = sum(len(rows) for rows in groups.values())
        raise StoreError(
            f"RESULTCACHING_CACHEDONLY is set, and {absent} of {len(plan.rows)} responses of "
            f"'{model.identifier}' to '{stimuli.identifier}' are not stored; unset it to compute them"
        )
    what = f"the responses of '{model.identifier}' to '{stimuli.identifier}'"
    with claimed(_claim(store, plan, entries), what) if groups else nullcontext() as waited:
        if waited:
            index, groups = _look(plan, entries)
        hits = len(plan.rows) - sum(len(rows) for rows in groups.values())
        counter = Counter(
            model.identifier, stimuli.identifier, len(stimuli), len(plan.rows), hits, (*callbacks, *notebook_bars())
        )
        counter.tell()
        interventions = [one for each in models for one in each.interventions]
        found: list[str] = []
        with Aside(model, plan, entries, found) as aside:
            for lacking, rows in groups.items():
                of = {layer: entries[layer] for layer in lacking}
                with _told_from_divergence(model, interventions):
                    _compute(model, interventions, plan, recording, of, rows, chosen, batch_size, counter, found)
        if groups:
            index = aside.added(_look(plan, entries)[0])
    counter.tell(finished=True)
    for entry in entries.values():
        entry.touch()
    digests = [model_digest if one is model else one.digest() for one in models]
    return [
        _responses_of(one, own, stimuli, recording, index, {"model": known, "hits": hits}, (keep, aside, in_use))
        for one, own, known in zip(models, plans, digests, strict=True)
    ]


def _responses_of(
    model: Model,
    plan: Plan,
    stimuli: StimulusSet,
    recording: Recording,
    index: dict[str, dict[str, Location]],
    provenance: dict[str, Any],
    keep: Any,
) -> Responses:
    """The responses that a plan asked for, from what is stored."""
    recorded = {layer: _responses(layer, found, plan, recording, keep) for layer, found in index.items()}
    runaways = {layer: found for layer in index if (found := _runaway(model, plan, layer, index[layer]))}
    for found in runaways.values():
        _log.warning("'%s': %s", model.identifier, found)
    return Responses(
        recorded,
        model=model.identifier,
        stimuli=stimuli.identifier,
        stimulus_ids=stimuli.ids,
        time_bins=plan.time_bins,
        provenance={
            **provenance,
            "stimuli": stimuli.digest,
            "rows": len(plan.rows),
            "runaway": runaways,
            **({"resample": model.resample} if model.resample else {}),
        },
    )


def _look(
    plan: Plan, entries: dict[str, Entry]
) -> tuple[dict[str, dict[str, Location]], dict[tuple[str, ...], list[Row]]]:
    """The stored rows of each layer, and the rows to compute, see `_groups`."""
    wanted = {row.digest for row in plan.rows}
    index = {layer: entry.index(wanted) for layer, entry in entries.items()}
    missing = {layer: [row for row in plan.rows if row.digest not in index[layer]] for layer in entries}
    return index, _groups(plan.rows, missing)


def _claim(store: Store, plan: Plan, entries: dict[str, Entry]) -> Path:
    """A claim shared by all processes that record the same layers of the same rows."""
    keys = sorted(entry.folder.name for entry in entries.values())
    return store.folder / ".claims" / f"{digest('claim', keys, sorted(row.digest for row in plan.rows))}.claim"


def _groups(rows: list[Row], missing: dict[str, list[Row]]) -> dict[tuple[str, ...], list[Row]]:
    """Rows to compute, together with others that lack the same layers."""
    lacking: dict[str, list[str]] = {}
    for layer, absent in missing.items():
        for row in absent:
            lacking.setdefault(row.digest, []).append(layer)
    groups: dict[tuple[str, ...], list[Row]] = {}
    for row in rows:
        if row.digest in lacking:
            groups.setdefault(tuple(lacking[row.digest]), []).append(row)
    return groups


def _entry(
    store: Store, model: Model, identity: tuple[str | None, ...], layer: str, recording: Recording, plan: Plan
) -> Entry:
    """The store's entry of a layer: everything that its responses depend on but the rows."""
    time = None if plan.layout is not None else plan.time_bins
    precision = (recording.precision, recording.tf32, recording.storage, *(["compiled"] if recording.compiled else []))
    key = digest("responses", ENGINE_VERSION[model.kind], identity, layer, precision, time)
    description = {
        "model": model.identifier,
        "weights": str(model.weights),
        "layer": layer,
        "reduction": str(recording.reduction),
        "time_bins": None if time is None else len(time),
        "storage": recording.storage,
    }
    return store.entry(key, description)


def _compute(
    model: Model,
    interventions: Sequence[Intervention],
    plan: Plan,
    recording: Recording,
    entries: dict[str, Entry],
    rows: list[Row],
    device: torch.device,
    batch_size: int | None,
    counter: Counter,
    found: list[str],
) -> None:
    """Run the network over rows and write what the layers give; `found`: see `WatchedCapture`."""
    model.network.to(device)
    meta: dict[str, dict[str, Any]] = {layer: {} for layer in entries}
    dtype = getattr(torch, recording.storage) if model.kind == "frame" else torch.float32  # what is summed over time
    with (
        memory_kept() if device.type == "cpu" else nullcontext(),
        memory_bounded() if device.type == "cpu" else nullcontext(),
        compiling() if recording.compiled else nullcontext(),
        torch.inference_mode(),
        _evaluating(model.network),
        _precision(recording, device),
        Alterations(model, interventions, device, recording.compiled) as alterations,
        WatchedCapture(
            model, plan, recording, device, found, list(entries), dtype, meta, alterations.recorded
        ) as capture,
        Writer(entries, meta, plan.where) as writer,
    ):
        size = BatchSize(batch_size or default_batch_size(device))
        inputs = Inputs(plan, model.preprocessing, model.dtype)
        run = Run(model, plan, device, size, inputs, capture, writer, counter, recording, alterations)
        _RUNNERS[model.kind](run, rows)


@contextmanager
def _told_from_divergence(model: Model, interventions: Sequence[Intervention]) -> Iterator[None]:
    """Responses that are not finite are those of a network that something is done to."""
    try:
        yield
    except NotFinite as error:
        if not interventions:
            raise
        done = "; ".join(dict.fromkeys(one.described for one in interventions))
        raise Diverged(f"'{model.identifier}' has no stable activity under '{done}': {error}") from error


@contextmanager
def _evaluating(network: torch.nn.Module) -> Iterator[None]:
    """Every module in evaluation mode, and afterwards in the mode that it was in."""
    before = {module: module.training for module in network.modules()}
    network.eval()
    try:
        yield
    finally:
        for module, training in before.items():
            module.training = training


@contextmanager
def _precision(recording: Recording, device: torch.device) -> Iterator[None]:
    """TF32 as asked for, autocast if asked for; the caller's settings are back afterwards."""
    before = torch.backends.cuda.matmul.allow_tf32, torch.backends.cudnn.allow_tf32
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = recording.tf32
    mixed = recording.precision != "float32"
    try:
        with torch.autocast(device.type, getattr(torch, recording.precision)) if mixed else nullcontext():
            yield
    finally:
        torch.backends.cuda.matmul.allow_tf32, torch.backends.cudnn.allow_tf32 = before


def _responses(layer: str, index: dict[str, Location], plan: Plan, recording: Recording, keep: Any) -> LayerResponses:
    if gone := sum(row.digest not in index for row in plan.rows):
        raise StoreError(
            f"{gone} responses of layer '{layer}' were removed from the store while it was in use; run again"
        )
    locations = [index[row.digest] for row in plan.rows]
    form = locations[0].part.manifest.meta
    units = recording.reduction.units(form["channels"], tuple(form["grid"]), layer)
    return LayerResponses(layer, locations, units, plan.time_bins, plan.index, plan.layout, keep)


def _runaway(model: Model, plan: Plan, layer: str, index: dict[str, Location]) -> Runaway | None:
    """The largest unbounded growth of a layer among the rows of a plan, as their parts have it."""
    grown = np.array([index[row.digest].part.manifest.meta.get(RUNAWAY, {}).get(row.digest, 0.0) for row in plan.rows])
    if not grown.any():
        return None
    worst = int(grown.argmax())
    steps = sum(steps for _, steps in plan.rows[worst].events)
    stimuli = int(np.isin(plan.index, np.flatnonzero(grown)).sum())
    return Runaway(layer, 10 ** float(grown[worst]), steps * (model.time_step or 0.0), stimuli)


def _reduction_digest(recording: Recording) -> str | None:
    """Identity of what is kept of a layer, its code included; None if it cannot be described."""
    try:
        return digest("reduction", Describer().digest(recording.reduction, "reduction"))
    except Undescribable as error:
        _log.warning("%s, so its responses are not cached", error)
        return None


def _store(model: Model, store: Store | None, kept: bool) -> tuple[Store, Any]:
    """The store to use, and what must live as long as the responses: a temporary one for what is not to be kept."""
    if not kept or (store is None and _switched("RESULTCACHING_DISABLE", model)):
        folder = ScratchFolder()
        return Store(folder.path), folder
    return store or Store(), None


def _switched(variable: str, model: Model) -> bool:
    """Whether an environment switch of result_caching, "1" or prefixes separated by commas, concerns this extraction."""
    value = os.environ.get(variable, "0")
    name = f"harness.engine.extract/{model.identifier}"
    return value == "1" or (value not in ("", "0") and any(name.startswith(prefix) for prefix in value.split(",")))
