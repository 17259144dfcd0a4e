"""The CIFAR-10H benchmark on simulated participants and subjects, and on the data where they are at hand."""

import numpy as np
import pytest

from harness import StimulusSet
from harness.assemblies import BehavioralAssembly
from harness.errors import BenchmarkError, NotMeasurable
from harness.metrics.behaviour.choice_distributions import halves, shares
from harness_plugins.benchmarks.peterson2019.benchmark import Peterson2019
from harness_plugins.benchmarks.peterson2019.human_labels import CLASSES, HumanLabels

PER_CLASS = 60
LABELS = np.repeat(np.arange(10), PER_CLASS)


def true_distributions(seed=0):
    random = np.random.default_rng(seed)
    unsure = random.beta(0.4, 4, len(LABELS))[:, None]
    return (1 - unsure) * np.eye(10)[LABELS] + unsure * random.dirichlet(np.full(10, 0.3), len(LABELS))


def simulated(seed=0, annotators=51):
    """The benchmark with 600 images of noise and participants who choose by `true_distributions`."""
    random = np.random.default_rng(seed + 100)
    counts = np.stack([random.multinomial(annotators, row) for row in true_distributions(seed)])
    images = {f"picture{n:03d}": random.integers(0, 255, (4, 4, 3), dtype=np.uint8) for n in range(len(LABELS))}
    stimuli = StimulusSet.from_images("images", images, 200, image_label=[CLASSES[label] for label in LABELS])
    return Peterson2019().with_data(HumanLabels(stimuli, counts))


class Chooser:
    """A `BrainModel` that answers with given probabilities, by stimulus."""

    identifier = "chooser"

    def __init__(self, probabilities, ids, readout="own", classes=CLASSES):
        self.probabilities = dict(zip(ids, probabilities, strict=True))
        self.readout, self.classes, self.fitted, self.looks = readout, list(classes), [], []

    def visual_degrees(self):
        return 8

    def start_task(self, task, fitting_stimuli=None):
        assert task == "probabilities" and "image_label" in fitting_stimuli.table
        self.fitted.append(set(fitting_stimuli.ids))

    def look_at(self, stimuli, number_of_trials=1):
        self.looks.append(set(stimuli.ids))
        shuffled = np.random.default_rng(0).permutation(stimuli.ids)
        order = np.random.default_rng(1).permutation(len(self.classes))
        values = np.array([self.probabilities[stimulus] for stimulus in shuffled])[:, order]
        coordinates = {
            "stimulus_id": ("presentation", shuffled),
            "image_label": ("presentation", ["?"] * len(shuffled)),
            "choice": ("choice", [self.classes[index] for index in order]),
        }
        assembly = BehavioralAssembly(values, coords=coordinates, dims=["presentation", "choice"])
        assembly.attrs["readout"] = self.readout
        return assembly


@pytest.fixture(scope="module")
def benchmark():
    return simulated()


def choose(benchmark, probabilities, **arguments):
    return Chooser(probabilities, benchmark.data.stimuli.ids, **arguments)


def test_positive_control_answers_as_participants_do():
    scores = []
    for seed in range(3):
        benchmark = simulated(seed)
        score = benchmark(choose(benchmark, true_distributions(seed)))
        assert abs(float(score) - 1) < 3 * np.hypot(score.attrs["error"], score.attrs["ceiling"].attrs["error"])
        assert score.attrs["error"] < 0.03 and 0.5 < float(score.attrs["ceiling"]) < 1
        scores.append(float(score))
    assert np.mean(scores) == pytest.approx(1, abs=0.03)


def test_models_are_compared_over_blocks_of_images(benchmark, compared):
    truth, ids = true_distributions(), benchmark.data.stimuli.ids
    vague = benchmark(choose(benchmark, 0.7 * truth + 0.3 * np.random.default_rng(1).permutation(truth)))
    compared(benchmark(choose(benchmark, truth)), vague, "blocks of 3 images", ids[:200])


def test_half_of_the_participants_predict_the_other_half(benchmark):
    """Their own sampling noise takes away another square root of the reliability."""
    half, other = halves(benchmark.data.counts, np.random.default_rng(5))
    among_others = benchmark.with_data(HumanLabels(benchmark.data.stimuli, other))
    score = among_others(choose(benchmark, shares(half)))
    expected = float(among_others.ceiling)
    assert float(score) == pytest.approx(expected, abs=3 * score.attrs["error"])
    assert among_others.ceiling != benchmark.ceiling


def test_negative_controls(benchmark):
    random = np.random.default_rng(0)
    true = true_distributions()
    rows = np.concatenate([random.permutation(np.flatnonzero(label == LABELS)) for label in range(10)])
    shuffled = benchmark(choose(benchmark, true[rows]))
    assert abs(float(shuffled)) < 2.5 * shuffled.attrs["error"]
    with pytest.raises(NotMeasurable, match="do not vary"):
        benchmark(choose(benchmark, np.full((600, 10), 0.1)))
    noise = benchmark(choose(benchmark, random.dirichlet(np.ones(10), 600)))
    assert abs(float(noise)) < 2.5 * noise.attrs["error"]


def test_an_oracle_does_not_score_although_it_saturates_the_full_correlation(benchmark):
    score = benchmark(choose(benchmark, np.eye(10)[LABELS]))
    details = score.attrs["details"]
    assert float(score) == 0 and details["accuracy"] == 1
    assert details["correlations"]["full"]["r"] > 0.9 * details["correlations"]["full"]["ceiling"]


def test_an_own_readout_answers_once_and_a_fitted_one_never_to_what_it_was_fitted_to(benchmark):
    true, ids = true_distributions(), set(benchmark.data.stimuli.ids)
    own = choose(benchmark, true)
    assert benchmark(own).attrs["details"]["readout"] == "own"
    assert len(own.looks) == 2 and set.union(*own.looks) == ids
    fitted = choose(benchmark, true, readout="fitted")
    score = benchmark(fitted)
    assert score.attrs["details"]["readout"] == "fitted" and len(fitted.looks) == 4
    assert set.union(*fitted.looks) == ids and sum(map(len, fitted.looks)) == len(ids)
    assert all(not (looked & known) for looked, known in zip(fitted.looks, fitted.fitted, strict=True))
    assert float(score) == pytest.approx(float(benchmark(own)))


def test_answers_that_are_no_probabilities_of_the_classes_are_refused(benchmark):
    with pytest.raises(BenchmarkError, match="probabilities"):
        benchmark(choose(benchmark, 5 * true_distributions()))
    with pytest.raises(BenchmarkError, match="did not choose among"):
        benchmark(choose(benchmark, true_distributions(), classes=[*CLASSES[:9], "lorry"]))


def test_figure(benchmark, tmp_path):
    details = benchmark(choose(benchmark, true_distributions())).attrs["details"]
    benchmark.figure(details).savefig(tmp_path / "figure.png")
    assert (tmp_path / "figure.png").stat().st_size > 10_000


@pytest.mark.usefixtures("data")
def test_the_data():
    benchmark = Peterson2019()
    data = benchmark.data
    assert data.counts.shape == (2000, 10) and data.counts.sum(1).min() > 45 and len(data.stimuli) == 2000
    chosen = np.array(CLASSES)[data.counts.argmax(1)]
    assert (chosen == data.labels).mean() > 0.985  # PROVENANCE: 99.2 % of all 10,000
    assert 0.93 < float(benchmark.ceiling) < 0.97 and benchmark.ceiling.attrs["error"] < 0.02
    oracle = benchmark(choose(benchmark, (data.labels[:, None] == np.array(CLASSES)).astype(float)))
    assert float(oracle) == 0
    small = Peterson2019(images_per_class=10)
    assert len(small.data.stimuli) == 100 and set(small.data.stimuli.ids) < set(data.stimuli.ids)
    with pytest.raises(BenchmarkError, match="200"):
        _ = Peterson2019(images_per_class=300).data
