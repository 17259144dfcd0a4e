"""Dissimilarities of 92 objects: the published matrices, and subjects that need no network."""

import numpy as np
import pytest
from scipy.spatial.distance import squareform

from harness.assemblies import NeuroidAssembly
from harness.benchmarks.neural.rdm import RdmBenchmark
from harness.errors import BenchmarkError, MissingData
from harness.host.plugin_host import load_benchmark
from harness.metrics.similarity.rdm import correlation_distances, pairs, spearman
from harness.stimuli.stimulus_set import StimulusSet
from harness_plugins.benchmarks.kriegeskorte2008.benchmark import Kriegeskorte2008

N, UNITS = 48, 30


class Candidate:
    """Answers with given patterns, in the regions given."""

    identifier = "simulated"

    def __init__(self, answers, regions=("IT",)):
        self.answers, self.regions = answers, regions

    def start_recording(self, recording_target, time_bins):
        if recording_target not in self.regions:
            raise NotImplementedError

    def look_at(self, stimuli, number_of_trials=1):
        coords = {
            "stimulus_id": ("presentation", stimuli.ids),
            "repetition": ("presentation", [0] * len(stimuli)),
            "neuroid_id": ("neuroid", range(self.answers.shape[1])),
            "layer": ("neuroid", ["all"] * self.answers.shape[1]),
        }
        return NeuroidAssembly(self.answers, coords=coords, dims=["presentation", "neuroid"])


def patterns(seed=0, count=N):
    random = np.random.default_rng(seed)
    return random.standard_normal((4, UNITS))[np.arange(count) % 4] + 0.7 * random.standard_normal((count, UNITS))


class Simulated(RdmBenchmark):
    """Five participants whose IT has the dissimilarities of `patterns()`, and noise."""

    identifier, version, bibtex, time_bin = "simulated-rdm", 1, "@misc{none}", (0.0, 100.0)

    def load(self):
        images = {f"i{i}": np.full((2, 2), i / N, dtype=np.float32) for i in range(N)}
        return StimulusSet.from_images("simulated", images, 100)

    @property
    def rdms(self):
        random = np.random.default_rng(5)
        truth = pairs(correlation_distances(patterns()))
        return np.stack([squareform(truth + 0.6 * random.standard_normal(len(truth)) + 9) for _ in range(5)])


def test_a_model_with_the_same_dissimilarities_scores_one():
    score = Simulated()(Candidate(patterns()))
    assert float(score) == pytest.approx(1, abs=0.05)
    low, high = score.attrs["ceiling"].attrs["raw"]
    assert low < float(score.attrs["raw"]) < high


def test_a_model_with_other_patterns_scores_nothing():
    score = Simulated()(Candidate(np.random.default_rng(8).standard_normal((N, UNITS))))
    assert abs(float(score)) < 3 * score.attrs["error"] < 0.3


def test_the_first_region_that_it_has_is_taken_and_a_blind_one_is_told_so():
    benchmark = Simulated()
    assert benchmark(Candidate(patterns(), ("V2", "V1"))).attrs["details"]["region"] == "V2"
    with pytest.raises(BenchmarkError, match="recorded from in none of IT, V4, V2, V1"):
        benchmark(Candidate(patterns(), ()))
    with pytest.raises(BenchmarkError, match="do not vary over the stimuli"):
        benchmark(Candidate(np.ones((N, UNITS))))


@pytest.fixture
def published(data):
    if not (data / "kriegeskorte2008_92objects").is_dir():
        pytest.skip("the matrices of Kriegeskorte et al. 2008 are not here; see the data set's instructions")
    return Kriegeskorte2008()


def test_matrices_are_as_published(published):
    found = published.matrices
    assert found.human.shape == (4, 92, 92) and found.judgements.shape == (16, 92, 92)
    between = [np.corrcoef(pairs(found.human[[a, b]]))[0, 1] for a in range(4) for b in range(a)]
    assert min(between) == pytest.approx(0.22, abs=0.01) and max(between) == pytest.approx(0.45, abs=0.01)
    assert published.stimuli.timelines[0].at(0).shape == (175, 175, 3) and len(published.stimuli) == 92
    assert published.stimuli.table["face"].sum() == 24 and published.stimuli.visual_degrees == 2.9


def test_ceilings_and_what_monkeys_participants_and_judgements_share(published):
    low, high = published.ceiling.attrs["raw"]
    assert low == pytest.approx(0.37, abs=0.02) and high == pytest.approx(0.67, abs=0.02)
    assert low < float(published.ceiling) < high
    monkey = load_benchmark("Kriegeskorte2008.monkeyIT-rdm")
    judged = load_benchmark("Mur2013.judgements-rdm")
    assert float(monkey.ceiling) == 1 and float(judged.ceiling) > 0.3
    mean = published.rdms.mean(0)
    assert spearman(pairs(mean), pairs(monkey.rdms[0])) > 0.35
    assert spearman(pairs(mean), pairs(judged.rdms.mean(0))) > 0.3


def test_categories_score_and_are_drawn(published, tmp_path):
    tags = published.stimuli.table[["face", "animal", "human", "natural"]].to_numpy(float)
    noise = np.random.default_rng(0).standard_normal((92, 4))
    score = published(Candidate(np.hstack([tags, 0.3 * noise])))
    assert 0.3 < float(score) < 1
    details = score.attrs["details"]
    assert details["animate_and_inanimate"]["within"] < details["animate_and_inanimate"]["between"]
    assert set(details["agreement_with"]) == {"human", "monkey", "judgements"}
    published.figure(details).savefig(tmp_path / "figure.png")
    assert (tmp_path / "figure.png").stat().st_size > 10_000


def test_random_patterns_score_nothing(published):
    score = published(Candidate(np.random.default_rng(1).standard_normal((92, 50))))
    assert abs(float(score)) < 3 * score.attrs["error"]


def test_without_data_it_says_what_to_do(monkeypatch, tmp_path):
    monkeypatch.setenv("HARNESS_DATA", str(tmp_path))
    with pytest.raises(MissingData, match="rsagroup/rsatoolbox"):
        _ = Kriegeskorte2008().rdms
    with pytest.raises(BenchmarkError, match="human, monkey, judgements"):
        Kriegeskorte2008(target="mouse")


def test_models_are_compared_over_stimuli_and_participants(compared):
    benchmark = Simulated()
    right, wrong = (benchmark(Candidate(answers)) for answers in (patterns(), patterns(7)[::-1]))
    compared(right, wrong, "participants", range(len(right.attrs["details"]["agreement"])))
    alone = type("OneMatrix", (Simulated,), {"rdms": Simulated().rdms[:1]})()
    right, wrong = (alone(Candidate(answers)) for answers in (patterns(), patterns(7)[::-1]))
    compared(right, wrong, "stimuli", [f"i{i}" for i in range(N)])
