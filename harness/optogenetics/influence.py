"""Influence maps: what a current into one place does everywhere else."""

import numpy as np

from harness.checks import checked
from harness.engine import AllUnits, Recording, extract_each
from harness.errors import ArgumentError
from harness.models import Model
from harness.perturbation import Disc, Perturbation, degrees_of, perturbed
from harness.stimuli import StimulusSet
from harness.store import Store


@checked(ArgumentError)
def influence_map(
    model: Model,
    stimuli: StimulusSet,
    region: str,
    place: tuple[int, int],
    dose: float = 1.0,
    channels: np.ndarray | None = None,
    store: Store | None = None,
) -> np.ndarray:
    """Mean change of every unit, in units of its SD over the stimuli, when `dose` SD are added to what the source emits.

    Args:
        stimuli: over which changes are averaged; responses are means over each stimulus.
        place: row and column of the source.
        channels: numbers of the channels of the source; all if not given.

    Returns:
        (channels, height, width); NaN at the source itself, whose change is direct, and in units that do not vary.
    """
    layer = model.layer_of(region)
    recording = Recording([layer], [(0.0, stimuli.duration)], AllUnits())
    [control] = extract_each([model], stimuli, recording, store=store)
    units, values = control[layer].units, np.asarray(control[layer].array(), dtype=float)[:, 0]
    height, width = int(units.y.max()) + 1, int(units.x.max()) + 1
    sd = values.std(0)
    x, y = degrees_of((height, width), float(model.visual_degrees))
    number = place[0] * width + place[1]
    spacing = float(model.visual_degrees) / max(height, width)
    source = Disc(float(x[number]), float(y[number]), 0.5 * spacing)
    if channels is not None and np.asarray(channels).dtype.kind not in "iu":
        raise ArgumentError("channels are whole numbers, those of the source's layer")
    chosen = None if channels is None else [int(channel) for channel in np.ravel(channels)]
    current = Perturbation(region, "add", dose, where=source, units=chosen, sd=sd)
    [changed] = extract_each([perturbed(model, current)], stimuli, recording, store=store)
    change = (np.asarray(changed[layer].array(), dtype=float)[:, 0] - values).mean(0)
    with np.errstate(divide="ignore", invalid="ignore"):
        effect = np.where(sd > 0, change / sd, np.nan).reshape(-1, height, width)
    effect[:, place[0], place[1]] = np.nan
    return effect
