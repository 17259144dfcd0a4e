"""Shape bias and error consistency on the images at hand, with choosers in place of models."""

from dataclasses import replace

import numpy as np
import pytest

from harness import load_benchmark
from harness.assemblies import BehavioralAssembly
from harness.benchmarks.behaviour.categories import CATEGORIES
from harness.brain_model import RegionalBrainModel
from harness.errors import BenchmarkError, NotMeasurable
from harness_plugins.benchmarks.geirhos2019.benchmark import disjoint_cells
from harness_plugins.benchmarks.geirhos2019.images import textures
from harness_plugins.benchmarks.geirhos2021.decision_times import participants_agreement, response_times


class Chooser:
    """A `BrainModel` that gives answers by stimulus, with certainty; remembers what it was fitted to and tested on."""

    identifier = "chooser"

    def __init__(self, chosen, readout="own"):
        self.chosen, self.readout, self.fitted, self.looks = chosen, readout, [], []

    def start_task(self, task, fitting_stimuli=None):
        self.fitted.append(fitting_stimuli.table)

    def look_at(self, stimuli, number_of_trials=1):
        self.looks.append(stimuli.table)
        values = np.array([[self.chosen[name] == category for category in CATEGORIES] for name in stimuli.ids], float)
        coordinates = {
            "stimulus_id": ("presentation", stimuli.ids),
            "shown": ("presentation", stimuli.ids),
            "choice": ("choice", list(CATEGORIES)),
        }
        assembly = BehavioralAssembly(values, coords=coordinates, dims=["presentation", "choice"])
        assembly.attrs["readout"] = self.readout
        return assembly


@pytest.fixture
def shape_bias(data):
    return load_benchmark("Geirhos2019-shape_bias")


@pytest.fixture
def consistency(data):
    return load_benchmark("Geirhos2019-error_consistency")


def drawn(data, seed=0):
    """A simulated participant: of every image, the answer of one of the observers who saw it."""
    random = np.random.default_rng(seed)
    chosen = [random.choice(column[np.not_equal(column, None)]) for column in data.answers.T]
    return dict(zip(data.stimuli.ids, ["cat" if answer == "na" else answer for answer in chosen], strict=True))


def test_participants_and_shapes_and_textures(shape_bias):
    ids = shape_bias.data.stimuli.ids
    participant = shape_bias(Chooser(drawn(shape_bias.data)))
    assert abs(float(participant) - 1) < 3 * max(participant.attrs["error"], 0.02)
    details = participant.attrs["details"]
    assert details["subset"] and details["images"] == 96 and details["images_published"] == 1200
    assert np.mean(details["human_shape_bias"]) == pytest.approx(0.977, abs=0.005)
    shape = shape_bias(Chooser(dict(zip(ids, shape_bias.data.labels, strict=True))))
    texture = shape_bias(Chooser(dict(zip(ids, textures(shape_bias.data), strict=True))))
    assert float(shape) == -float(texture) == pytest.approx(1 / float(shape_bias.ceiling))
    assert texture.attrs["details"]["shape_bias"] == 0 and texture.attrs["details"]["texture_accuracy"] == 1


def test_models_are_compared_over_images(shape_bias, compared):
    ids = shape_bias.data.stimuli.ids
    texture = shape_bias(Chooser(dict(zip(ids, textures(shape_bias.data), strict=True))))
    compared(shape_bias(Chooser(drawn(shape_bias.data))), texture, "images", ids)


def test_who_guesses_or_names_one_shape_in_all_images_has_no_preference_to_be_measured(shape_bias):
    ids, labels = shape_bias.data.stimuli.ids, shape_bias.data.labels
    guesses = np.random.default_rng(1).choice(CATEGORIES, len(ids))
    for chosen in (guesses, ["cat"] * len(ids), [labels[0], *["na"] * (len(ids) - 1)]):
        with pytest.raises(NotMeasurable, match="guessing gives"):
            shape_bias.compared(np.array(chosen), {})
    with pytest.raises(NotMeasurable, match="do not vary"):
        shape_bias(Chooser(dict.fromkeys(ids, "cat")))


def test_a_preference_is_unbiased_and_its_error_calibrated(shape_bias):
    """Observers who name shape in .28 and texture in .12 of the images."""
    labels, surfaces = shape_bias.data.labels, textures(shape_bias.data)
    random = np.random.default_rng(0)
    scores = []
    for _ in range(24):
        named = random.choice(3, len(labels), p=[0.28, 0.12, 0.6])
        scores.append(shape_bias.compared(np.choose(named, [labels, surfaces, "na"]), {}))
    found, errors = (np.array(values) for values in zip(*((float(s), s.attrs["error"]) for s in scores), strict=True))
    truth = 0.4 / float(shape_bias.ceiling)
    assert abs(found.mean() - truth) < 3 * found.std(ddof=1) / len(found) ** 0.5
    assert 0.7 < errors.mean() / found.std(ddof=1) < 1.4  # of 24


def test_a_readout_knows_neither_the_objects_nor_the_textures_it_is_tested_on(shape_bias):
    chooser = Chooser(drawn(shape_bias.data), readout="fitted")
    shape_bias(chooser)
    assert len(chooser.looks) == 25
    for fitted, tested in zip(chooser.fitted, chooser.looks, strict=True):
        for part in (0, 1):
            known, asked = (set(table["exemplar"].str.split("-").str[part]) for table in (fitted, tested))
            assert not known & asked
        assert set(fitted["image_label"]) == set(CATEGORIES)
        assert (
            fitted["stimulus_id"].str.endswith("as shape").sum()
            == fitted["stimulus_id"].str.endswith("as texture").sum()
        )


def left_out(benchmark, observer):
    """One participant of each experiment as the candidate, and the benchmark without them."""
    data = benchmark.data
    rows = np.array([observer, 10 + observer, 20 + observer])
    participant = {
        name: answer for row in data.answers[rows] for name, answer in zip(data.stimuli.ids, row, strict=True) if answer
    }
    others = np.delete(np.arange(30), rows)
    names = tuple(data.names[other] for other in others)
    kept = replace(data, answers=data.answers[others], response_ms=data.response_ms[others], names=names)
    return benchmark.with_data(kept), {
        name: "dog" if answer == "na" else answer for name, answer in participant.items()
    }


def test_one_more_participant_is_as_consistent_with_participants_as_they_are(consistency):
    scores = []
    for observer in range(0, 10, 2):
        benchmark, participant = left_out(consistency, observer)
        scores.append(benchmark(Chooser(participant)))
    assert np.mean([float(score) for score in scores]) == pytest.approx(1, abs=0.1)
    details = scores[0].attrs["details"]
    assert details["images_by_condition"] == {"cue-conflict": 96, "edge": 160, "silhouette": 160} and details["subset"]
    ids = consistency.data.stimuli.ids
    guess = consistency(Chooser(dict(zip(ids, np.random.default_rng(1).choice(CATEGORIES, len(ids)), strict=True))))
    assert abs(float(guess) - consistency.chance) < 3 * guess.attrs["error"]
    with pytest.raises(NotMeasurable, match="do not vary"):
        consistency(Chooser(dict.fromkeys(ids, "dog")))


def test_images_of_one_object_stay_on_one_side(consistency):
    chooser = Chooser(drawn(consistency.data), readout="fitted")
    consistency(chooser)
    for fitted, tested in zip(chooser.fitted, chooser.looks, strict=True):
        assert not set(fitted["exemplar"]) & set(tested["exemplar"])
    assert sum(map(len, chooser.looks)) == 416


def test_figures(shape_bias, consistency, tmp_path):
    for benchmark in (shape_bias, consistency):
        details = benchmark(Chooser(drawn(benchmark.data))).attrs["details"]
        if benchmark is consistency:
            human = np.nanmedian(benchmark.data.response_ms, axis=0)
            details["response_time"] = {
                "agreement": 0.1, "participants": 0.3, "region": "IT", "decided": 0.5,
                "model_ms": [100.0, None] * (len(human) // 2), "human_ms": human.tolist(),
            }  # fmt: skip
        benchmark.figure(details).savefig(tmp_path / f"{benchmark.identifier}.png")
        assert (tmp_path / f"{benchmark.identifier}.png").stat().st_size > 10_000


def test_cells_need_images_enough():
    labels = np.array(["a", "a", "b", "b"])
    with pytest.raises(BenchmarkError, match="is left to fit a read-out to"):
        disjoint_cells(labels, np.arange(4), np.array([0, 0, 1, 1]), 2, 0)


class Accumulator(RegionalBrainModel):
    """A `BrainModel` whose evidence for the right answer grows at a rate of its own for every stimulus."""

    identifier = "accumulator"

    def __init__(self, rates, labels, time_step=10.0):
        self.rates, self.labels = rates, labels
        self.time_step = time_step

    def visual_degrees(self):
        return 8

    def start_recording(self, recording_target, time_bins):
        if recording_target != "V4":
            raise NotImplementedError
        self.time_bins = time_bins

    def look_at(self, stimuli, number_of_trials=1):
        from harness.assemblies import NeuroidAssembly

        at = np.array([end for _, end in self.time_bins])
        units = (self.labels[:, None] == np.unique(self.labels)).astype(float)
        values = units[:, :, None] * np.minimum(self.rates[:, None, None] * at, 100)
        names = np.unique(self.labels)
        coords = {
            "stimulus_id": ("presentation", stimuli.ids),
            "shown": ("presentation", stimuli.ids),
            "neuroid_id": ("neuroid", names),
            "layer": ("neuroid", names),
            "time_bin_start": ("time_bin", [start for start, _ in self.time_bins]),
            "time_bin_end": ("time_bin", at),
        }
        return NeuroidAssembly(values, coords=coords, dims=["presentation", "neuroid", "time_bin"])


def test_who_accumulates_faster_where_participants_answer_sooner_agrees_with_them():
    from harness import StimulusSet
    from harness.metrics.decoding.classification import stratified_folds

    random = np.random.default_rng(0)
    labels = np.repeat(["a", "b"], 40)
    rates = random.uniform(0.5, 3, 80)
    stimuli = StimulusSet.from_images("noise", list(random.integers(0, 255, (80, 2, 2, 3), dtype=np.uint8)), 200)
    participants = 400 + 300 / rates + random.normal(0, 10, (4, 80))
    splits = stratified_folds(labels, 4)
    found = response_times(Accumulator(rates, labels), stimuli, labels, splits, participants)
    assert found["agreement"] > 0.9 and found["participants"] > 0.9 and found["region"] == "V4"
    unrelated = response_times(Accumulator(random.permutation(rates), labels), stimuli, labels, splits, participants)
    assert abs(unrelated["agreement"]) < 0.35
    assert response_times(Accumulator(rates, labels, time_step=None), stimuli, labels, splits, participants) is None
    untimed = np.full(participants.shape, np.nan)
    assert response_times(Accumulator(rates, labels), stimuli, labels, splits, untimed) is None
    assert participants_agreement(participants) > 0.9
