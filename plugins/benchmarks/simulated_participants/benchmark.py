"""Confusions among silhouettes in noise, compared with those of simulated participants."""

from functools import cached_property

import numpy as np
import pandas as pd
from scipy.special import softmax

from harness import load_stimuli
from harness.benchmarks.behaviour import ChoiceProbabilities, ConfusionBenchmark, Confusions, ask, chosen_among_all
from harness.brain_model import BrainModel
from harness.checks import Count, Seed
from harness.metrics.behaviour import o2
from harness.metrics.statistics import Split
from harness.stimuli import StimulusSet
from harness_plugins.benchmarks._contrast_energy import contrast_energy
from harness_plugins.benchmarks.simulated_participants import BIBTEX

SIDE, CYCLES, PLACES = 32, 6.0, 8
"""Pixels of an image, and frequency and grid of the contrast that participants compare."""
SHOWN, SIZE, CONTRAST = 200.0, 4.0, 0.4
STRENGTH = 0.3
"""Signal over signal and noise, in power."""
ACCURACY = 0.75
"""Share of right choices, which sets the noise within participants."""
TESTED, FITTED = (-1.0, 0.0, 1.0), (-1.5, -0.5, 0.5, 1.5)
"""Degrees, along both axes: positions of the objects that are named, and of those to which read-outs are fitted."""


class SimulatedNaming(ConfusionBenchmark):
    """Seven silhouettes at nine places, in static noise, for 200 ms, named by simulated participants.

    A participant sees the local contrast energy of an image, correlates it with that of every silhouette without noise at every
    place, and chooses a silhouette with a probability that grows with the largest of its correlations (a softmax, as of noise
    within the participant). All choose so: what their trials tell beyond that is chance, and how a model scores that confuses as
    they do is known. The signature is how well every pair of silhouettes is told apart (o2), 21 numbers. A model's read-out is
    fitted to the silhouettes at other places, in other noise.

    Args:
        trials: of all participants with one image.
        seed: of the noise and of the choices.
    """

    identifier = "Simulated-naming"
    version = 1
    bibtex = BIBTEX
    measure = "o2"
    signature = o2
    repetitions = 10

    def __init__(self, trials: Count = 40, seed: Seed = 0):
        self.trials, self.drawn_with = int(trials), int(seed)

    @cached_property
    def data(self) -> Confusions:
        """The images, and participants' choices."""
        stimuli = in_noise(TESTED, self.drawn_with)
        names, probabilities = participants(stimuli)
        random = np.random.default_rng(self.drawn_with)
        image = np.tile(np.arange(len(stimuli)), self.trials)
        chosen = (random.random((len(image), 1)) > probabilities[image].cumsum(1)[:, :-1]).sum(1)
        objects = np.array([names.index(label) for label in stimuli.table["image_label"]])

        def rates(rows: np.ndarray) -> np.ndarray:
            return chosen_among_all(image[rows], chosen[rows], objects, len(names))

        return Confusions(stimuli, names, len(image), rates, float((chosen == objects[image]).mean()))

    def answered(self, candidate: BrainModel) -> ChoiceProbabilities:
        everything = [Split(np.array([], dtype=int), np.arange(len(self.data.stimuli)))]
        return ask(candidate, self.data, everything, lambda _: in_noise(FITTED, self.drawn_with + 1))


def in_noise(places: tuple[float, ...], seed: int) -> StimulusSet:
    """The silhouettes at places of a grid in noise, with what each shows as `image_label`."""
    objects = silhouettes(places)
    shown = load_stimuli(
        "noise", kind="gaussian", ssnr=STRENGTH, images=objects, contrast=CONTRAST, duration=SHOWN, mode="static",
        visual_degrees=objects.visual_degrees, seed=seed,
    )  # fmt: skip
    labels = objects.table.set_index("stimulus_id")["object"].loc[shown.table["image"]].to_numpy()
    return shown.replace(table=shown.table.assign(image_label=labels))


def silhouettes(places: tuple[float, ...]) -> StimulusSet:
    """Silhouettes at places of a grid, without noise; what each shows is its `object`."""
    return load_stimuli("silhouettes", x=places, y=places, size=SIZE, size_px=SIDE, duration=SHOWN)


def participants(stimuli: StimulusSet) -> tuple[tuple[str, ...], np.ndarray]:
    """The names, and (stimuli, names) probabilities with which a participant chooses them."""
    templates = silhouettes(TESTED)
    shows = templates.table["object"].to_numpy()
    names = tuple(pd.unique(shows).tolist())
    seen, known = (contrast_energy(luminance(one), CYCLES, PLACES) for one in (stimuli, templates))
    alike = _standardised(seen) @ _standardised(known).T / seen.shape[1]
    most = np.stack([alike[:, shows == name].max(1) for name in names], axis=1)
    right = stimuli.table["image_label"].to_numpy()[:, None] == np.array(names)
    return names, _softmax(most, right)


def luminance(stimuli: StimulusSet) -> np.ndarray:
    """(stimuli, side, side) in [0, 1], of the first frames."""
    frames = [timeline.at(0.0) for timeline in stimuli.timelines]
    return np.stack([frame.astype(float).mean(-1) / 255 if frame.ndim == 3 else frame for frame in frames])


def _standardised(patterns: np.ndarray) -> np.ndarray:
    return (patterns - patterns.mean(1, keepdims=True)) / patterns.std(1, keepdims=True)


def _softmax(evidence: np.ndarray, right: np.ndarray) -> np.ndarray:
    """The softmax of evidence whose slope gives the wanted share of right choices, or comes closest to it."""
    each = [softmax(slope * evidence, axis=1) for slope in np.geomspace(1, 1000, 400)]
    return each[int(np.argmin([abs(one[right].mean() - ACCURACY) for one in each]))]
