"""The whole experiment: sweep, stimuli, decoder, flow and rescue, and the files that show them."""

import csv
import io
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from harness.checks import checked
from harness.errors import ArgumentError, NotMeasurable
from harness.models import Model
from harness.optogenetics import figures
from harness.optogenetics.decoder import CHANCE, Decoder, HeldOut, error_between, held_out
from harness.optogenetics.design import Design, Session
from harness.optogenetics.maps import anisotropy, anisotropy_of_noise, rotated_mean
from harness.optogenetics.recurrent_flow import Flow, flow
from harness.optogenetics.rescue_maps import Rescue, rescue
from harness.store import Store, write_bytes, write_text

FILES = ("parameter_sweep.png", "stimuli.png", "decoder.csv", "flow.png", "rescue.png", "rescue.csv", "summary.txt")


@dataclass(frozen=True)
class Study:
    """Everything that was found.

    Attributes:
        sweep: (frequencies, contrasts), held-out R^2 of the decoder.
        frequency, contrast: the best of them, at which everything else is done.
        orientations, phases: (stimuli,), of the gratings of the decoder.
        decoding: of orientation from phases that were not fitted, intact.
        shuffled: the same with orientations in random order.
        perturbed_errors: factor -> (stimuli,), errors of the decoder that was fitted to the intact network.
        refitted: factor -> mean error of a decoder that is fitted to the perturbed network: where that is as it was, nothing was
            lost, only moved.
        flow: see there.
        rescues: one an orientation.
        mean_map: the rotated mean of the adjustments, of how many maps at each place, its anisotropy, and the 95th percentile
            of that of noise.
    """

    sweep: np.ndarray
    frequency: float
    contrast: float
    orientations: np.ndarray
    phases: np.ndarray
    decoding: HeldOut
    shuffled: HeldOut
    perturbed_errors: dict[float, np.ndarray]
    refitted: dict[float, float]
    flow: Flow
    rescues: list[Rescue]
    mean_map: tuple[np.ndarray, np.ndarray, float, float]


@checked(ArgumentError)
def run_optogenetics(
    model: Model,
    folder: str | Path | None = None,
    design: Design | None = None,
    store: Store | None = None,
    tell: Callable[[str], None] = lambda text: None,
) -> Study:
    """Do the experiment on a model, and write its figures, tables and summary (`FILES`).

    Args:
        folder: where they are written; nowhere if not given.
        tell: called with what is done next.

    Raises:
        NotMeasurable: if no orientation can be decoded at the site.
        NotPerturbable: if nothing can be done to the region.
    """
    session = Session(model, design or Design(), store)
    tell("sweep over spatial frequencies and contrasts")
    sweep = _sweep(session)
    best = np.unravel_index(np.nanargmax(sweep), sweep.shape)
    frequency, contrast = session.frequencies[int(best[0])], float(session.design.contrasts[int(best[1])])
    tell(f"decoder at {frequency:g} cycles/degree and contrast {contrast:g}")
    shown, orientations, phases = _gratings(session, frequency, contrast, session.design.phases)
    perturbations = [[session.drive(factor)] for factor in session.design.factors]
    intact, *changed = (_site(one, session) for one in session.record(shown, perturbations=perturbations))
    decoder = Decoder.fitted(intact, orientations, phases)
    order = np.random.default_rng(session.design.seed).permutation(len(orientations))
    factors = dict(zip(map(float, session.design.factors), changed, strict=True))
    tell("flow of excitation and inhibition")
    flowing = flow(session, frequency, contrast)
    angles = session.design.angles[:: max(1, session.design.orientations // session.design.rescued)]
    rescues = []
    for angle in angles.tolist():
        tell(f"rescue at {angle:g} degrees")
        rescues.append(rescue(session, decoder, frequency, contrast, angle))
    study = Study(
        sweep,
        frequency,
        contrast,
        orientations,
        phases,
        held_out(intact, orientations, phases),
        held_out(intact, orientations[order], phases),
        {factor: error_between(decoder.decoded(one), orientations) for factor, one in factors.items()},
        {factor: _refitted(one, orientations, phases) for factor, one in factors.items()},
        flowing,
        rescues,
        _mean_map(session, rescues),
    )
    if folder is not None:
        write(study, session, Path(folder))
    return study


def _sweep(session: Session) -> np.ndarray:
    found = np.full((len(session.frequencies), len(session.design.contrasts)), np.nan)
    for i, frequency in enumerate(session.frequencies):
        for j, contrast in enumerate(session.design.contrasts):
            shown, orientations, phases = _gratings(session, frequency, float(contrast), 2)
            try:
                found[i, j] = held_out(_site(session.record(shown), session), orientations, phases).explained
            except NotMeasurable:
                continue
    if not np.isfinite(found).any():
        raise NotMeasurable(f"the units at the site of '{session.model.identifier}' respond alike to all gratings")
    return found


def _gratings(
    session: Session, frequency: float, contrast: float, phases: int
) -> tuple[dict[str, Any], np.ndarray, np.ndarray]:
    shown, orientations, used = {}, [], []
    for phase in (np.arange(phases) * 360.0 / phases).tolist():
        for angle in session.design.angles.tolist():
            shown[f"{angle:g}/{phase:g}"] = session.patch(angle, frequency, phase, contrast, session.diameter)
            orientations.append(angle)
            used.append(phase)
    return shown, np.array(orientations), np.array(used)


def _site(responses: Any, session: Session) -> np.ndarray:
    return np.asarray(responses[session.excitatory].array()[:, -1], dtype=float)


def _refitted(responses: np.ndarray, orientations: np.ndarray, phases: np.ndarray) -> float:
    try:
        return held_out(responses, orientations, phases).mean_error
    except NotMeasurable:
        return CHANCE


def _mean_map(session: Session, rescues: list[Rescue]) -> tuple[np.ndarray, np.ndarray, float, float]:
    centre = float(session.place[0]), float(session.place[1])
    angles = [one.orientation for one in rescues]
    summed = [np.sum(list(one.maps.values()), 0) if one.maps else np.zeros(session.grid) for one in rescues]
    mean, count = rotated_mean(summed, angles, centre)
    null = anisotropy_of_noise(session.grid, centre, angles, seed=session.design.seed)
    return mean, count, anisotropy(mean, centre), float(np.percentile(null, 95))


def write(study: Study, session: Session, folder: Path) -> list[Path]:
    """Write the figures, tables and summary; gives their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    drawn = {
        "parameter_sweep.png": figures.sweep(study, session),
        "stimuli.png": figures.stimuli(study, session),
        "flow.png": figures.flow(study, session),
        "rescue.png": figures.rescue(study, session),
    }
    for name, figure in drawn.items():
        buffer = io.BytesIO()
        figure.savefig(buffer, format="png", dpi=110)
        write_bytes(folder / name, buffer.getvalue())
    write_text(folder / "decoder.csv", _table(_decoding(study)))
    write_text(folder / "rescue.csv", _table(_rescues(study)))
    write_text(folder / "summary.txt", summary(study, session))
    return [folder / name for name in FILES]


def _decoding(study: Study) -> list[dict[str, Any]]:
    rows = [
        {"network": "intact", "decoder": "held-out phases", "mean_error": study.decoding.mean_error, "chance": CHANCE}
    ]
    rows.append(
        {"network": "intact", "decoder": "shuffled labels", "mean_error": study.shuffled.mean_error, "chance": CHANCE}
    )
    for factor, errors in study.perturbed_errors.items():
        name = f"drive x {factor:g}"
        rows.append({"network": name, "decoder": "kept", "mean_error": float(np.abs(errors).mean()), "chance": CHANCE})
        rows.append({"network": name, "decoder": "refitted", "mean_error": study.refitted[factor], "chance": CHANCE})
    return rows


def _rescues(study: Study) -> list[dict[str, Any]]:
    rows = []
    for one in study.rescues:
        unrescued = float(np.abs(error_between(np.array([one.unrescued]), np.array([one.baseline])))[0])
        for budget, error, random, share in zip(one.budgets, one.errors, one.random_errors, one.predicted, strict=True):
            known = {"orientation": one.orientation, "unrescued_error": unrescued, "budget": float(budget)}
            rows.append({**known, "left": error, "random_left": random, "predicted_by_J": share})
    return rows


def _table(rows: list[dict[str, Any]]) -> str:
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows({k: f"{v:.5g}" if isinstance(v, float) else v for k, v in row.items()} for row in rows)
    return buffer.getvalue()


def summary(study: Study, session: Session) -> str:
    """The experiment in words and numbers."""
    _, count, found, null = study.mean_map
    lines = [
        f"Optogenetic experiment on {session.model.identifier}, region {session.design.region} (layer {session.layer})",
        f"design: {asdict(session.design)}",
        f"site: {session.site[0]:.3f}, {session.site[1]:.3f} degrees; patch {session.diameter:.3g} degrees, driven disc "
        f"{session.disc.diameter:.3g}, surround to {session.design.surround:g} times the disc",
        f"{round(session.duration / session.step)} steps of {session.step:g} ms, every stimulus from the initial state",
        f"chosen: {study.frequency:g} cycles/degree, contrast {study.contrast:g}; held-out R^2 {np.nanmax(study.sweep):.3f}",
    ]
    lines += [
        f"decoder, {row['network']}, {row['decoder']}: mean error {row['mean_error']:.2f} degrees (chance {CHANCE:g})"
        for row in _decoding(study)
    ]
    for one in study.rescues:
        told = ", ".join(
            f"{b:.3g}: {e:.2f} (random {r:.2f})"
            for b, e, r in zip(one.budgets, one.errors, one.random_errors, strict=True)
        )
        lines.append(
            f"rescue at {one.orientation:g} degrees: decoded {one.baseline:.2f}, perturbed {one.unrescued:.2f}; "
            f"|d|: share of the loss that is left {told}"
        )
    beyond = "more than" if found > null else "no more than"
    lines.append(
        f"rotated mean of {int(count.max())} maps: anisotropy {found:.3f}, {beyond} the 95th percentile of noise, {null:.3f}"
    )
    return "\n".join(lines) + "\n"
