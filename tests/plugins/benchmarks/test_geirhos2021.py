"""The 17 sets, on simulated participants in the published layout; their tables where they are at hand."""

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from harness import StimulusSet, load_benchmark
from harness.assemblies import BehavioralAssembly
from harness.benchmarks.behaviour.categories import CATEGORIES, imagenet_members
from harness.data import is_available
from harness.errors import BenchmarkError, DataError, MissingData, NotMeasurable
from harness.metrics.behaviour.single_choices import error_consistency
from harness.models import label_positions
from harness_plugins.benchmarks.geirhos2019 import images
from harness_plugins.benchmarks.geirhos2021.consistency import Geirhos2021, kappas, load, participants
from harness_plugins.benchmarks.geirhos2021.sets import SETS
from harness_plugins.benchmarks.geirhos2021.tables import Observers, image_key, plain

PER = 8  # photographs of each category in each condition
CONDITIONS = ("bw", "c50")
TRUTH = np.tile(np.repeat(CATEGORIES, PER), len(CONDITIONS))


class Chooser:
    """A `BrainModel` that gives answers by stimulus, with certainty."""

    identifier = "chooser"

    def __init__(self, chosen, readout="own"):
        self.chosen, self.readout, self.fitted, self.looks = chosen, readout, [], []

    def start_task(self, task, fitting_stimuli=None):
        assert task == "probabilities"
        self.fitted.append(set(fitting_stimuli.table["exemplar"]))

    def look_at(self, stimuli, number_of_trials=1):
        self.looks.append(set(stimuli.table["exemplar"]))
        values = np.array([[self.chosen[name] == category for category in CATEGORIES] for name in stimuli.ids], float)
        coordinates = {
            "stimulus_id": ("presentation", stimuli.ids),
            "shown": ("presentation", stimuli.ids),
            "choice": ("choice", list(CATEGORIES)),
        }
        assembly = BehavioralAssembly(values, coords=coordinates, dims=["presentation", "choice"])
        assembly.attrs["readout"] = self.readout
        return assembly


def answered(ease, random):
    """One participant's answers: right with a probability that depends on the image, otherwise any other."""
    wrong = np.array([random.choice([c for c in CATEGORIES if c != truth]) for truth in TRUTH])
    return np.where(random.random(len(TRUTH)) < ease, TRUTH, wrong)


def simulated(seed=0, observers=6, name="colour"):
    """The benchmark, with participants who find the same images hard, and one participant more."""
    random = np.random.default_rng(seed)
    ease = random.beta(0.5, 0.3, len(TRUTH))
    n = len(TRUTH) // len(CONDITIONS)
    names = [f"photo{at:03d}" for at in range(n)] * len(CONDITIONS)
    conditions = np.repeat(CONDITIONS, n).tolist()
    images = {
        f"{c}_{p}": random.integers(0, 255, (4, 4, 3), dtype=np.uint8) for c, p in zip(conditions, names, strict=True)
    }
    stimuli = StimulusSet.from_images(
        "simulated", images, 200, 3.0, image_label=TRUTH.tolist(), condition=conditions, exemplar=names
    )
    answers = np.array([answered(ease, random) for _ in range(observers)], dtype=object)
    times = np.where(answers == TRUTH, 600.0, 900.0) + random.normal(0, 50, answers.shape)
    data = Observers(stimuli, answers, times, tuple(f"s{at}" for at in range(observers)))
    return Geirhos2021(name).with_data(data), dict(zip(stimuli.ids, answered(ease, random), strict=True))


@pytest.fixture(scope="module")
def case():
    return simulated()


@pytest.fixture(autouse=True)
def known(monkeypatch):
    monkeypatch.setattr(Geirhos2021, "about", lambda self: {"subset": False})


def test_positive_control_is_one_more_participant():
    scores = []
    for seed in range(3):
        benchmark, participant = simulated(seed)
        score = benchmark(Chooser(participant))
        assert abs(float(score) - 1) < 3 * score.attrs["error"] and score.attrs["error"] < 0.25
        scores.append(float(score))
    assert np.mean(scores) == pytest.approx(1, abs=0.15)


def test_negative_controls_are_at_chance(case):
    benchmark, _ = case
    random = np.random.default_rng(3)
    ids = benchmark.data.stimuli.ids
    guess = benchmark(Chooser(dict(zip(ids, random.choice(CATEGORIES, len(ids)), strict=True))))
    with pytest.raises(NotMeasurable, match="do not vary"):
        benchmark(Chooser(dict.fromkeys(ids, "cat")))
    perfect_but_independent = benchmark(
        Chooser(dict(zip(ids, np.where(random.random(len(ids)) < 0.6, TRUTH, np.roll(TRUTH, PER)), strict=True)))
    )
    for score in (guess, perfect_but_independent):
        assert abs(float(score) - benchmark.chance) < 3 * score.attrs["error"], (float(score), score.attrs["error"])
    assert guess.attrs["details"]["accuracy"] == pytest.approx(1 / 16, abs=0.05)


@pytest.mark.slow
@pytest.mark.declares("Geirhos2021-*")
def test_adversaries_get_what_is_declared(as_declared, name):
    as_declared(simulated(name=name.removeprefix("Geirhos2021-"))[0], whole=name == "Geirhos2021-colour")


def test_models_are_compared_over_images(case, compared):
    benchmark, participant = case
    ids = benchmark.data.stimuli.ids
    guesses = np.random.default_rng(3).choice(CATEGORIES, len(ids))
    guess = benchmark(Chooser(dict(zip(ids, guesses, strict=True))))
    compared(benchmark(Chooser(participant)), guess, "blocks of 2 images")


def test_a_readout_is_fitted_to_other_photographs(case):
    benchmark, participant = case
    fitted = Chooser(participant, readout="fitted")
    score = benchmark(fitted)
    assert len(fitted.looks) == 4
    assert all(not looked & known for looked, known in zip(fitted.looks, fitted.fitted, strict=True))
    own = Chooser(participant)
    assert float(benchmark(own)) == float(score) and len(own.looks) == 2


def test_all_pairs_at_once_are_the_metric_pair_by_pair():
    random = np.random.default_rng(0)
    some, others = (random.random((2, 3, 40)) < 0.7).astype(float)
    others[0, :10], others[1] = np.nan, 1
    found = kappas(some, others)
    assert found[1, 0] == pytest.approx(error_consistency(some[1, 10:], others[0, 10:]))
    assert found[2, 2] == pytest.approx(error_consistency(some[2], others[2]))
    assert np.isnan(kappas(np.ones((1, 40)), others)[0, 1]) and np.isnan(kappas(np.full((1, 40), np.nan), others)).all()


def test_nobody_errs(case):
    benchmark, participant = case
    right = np.array([TRUTH] * 3, dtype=object)
    data = Observers(benchmark.data.stimuli, right, np.full(right.shape, np.nan), ("a", "b", "c"))
    with pytest.raises(BenchmarkError, match="nobody errs"):
        benchmark.with_data(data)(Chooser(participant))


def test_figure(case, tmp_path):
    benchmark, participant = case
    details = benchmark(Chooser(participant)).attrs["details"]
    benchmark.figure(details).savefig(tmp_path / "figure.png")
    assert (tmp_path / "figure.png").stat().st_size > 10_000


def test_names_and_conditions_are_made_alike():
    assert image_key("0001_eid_s01_1-10-10_oven_10_n04111531_17072.png") == (
        "eid_1-10-10_oven_10_n04111531_17072",
        "n04111531_17072",
    )
    assert image_key("0400_nse_dnn_0.10_cat_00_a.png")[0] == image_key("0001_nse_s03_0.1_cat_00_a.png")[0]
    assert [plain(text) for text in ("True", "1.0", "3", "0.10", "inf", "c05")] == [
        "true",
        "1",
        "3",
        "0.1",
        "inf",
        "c05",
    ]
    with pytest.raises(DataError, match="seven fields"):
        image_key("cat.png")


def write_published(root, name="contrast", observers=2):
    """Tables and images of two conditions, of which one is left out, in the layout of model-vs-human."""
    random = np.random.default_rng(0)
    (root / "raw-data" / name).mkdir(parents=True)
    (root / "datasets" / name / "dnn" / "session-1").mkdir(parents=True)
    rows = [(c, k, f"n0{at}_{k}{c}") for at, k in enumerate(CATEGORIES) for c in ("c50", "c100") for _ in range(1)]
    for at, (condition, category, source) in enumerate(rows):
        path = (
            root / "datasets" / name / "dnn" / "session-1" / f"{at:04d}_cst_dnn_{condition}_{category}_10_{source}.png"
        )
        Image.fromarray(random.integers(0, 255, (8, 8), dtype=np.uint8)).save(path)
    for participant in range(1, observers + 1):
        order = random.permutation(len(rows))
        table = pd.DataFrame(
            {
                "subj": f"subject-{participant:02d}",
                "Session": 1,
                "trial": np.arange(len(rows)) + 1,
                "rt": [float("nan") if at % 7 == 0 else 0.5 + at / 100 for at in range(len(rows))],
                "object_response": ["na" if at % 7 == 0 else rows[at][1] for at in order],
                "category": [rows[at][1] for at in order],
                "condition": [rows[at][0] for at in order],
                "imagename": [
                    f"{trial:04d}_cst_s{participant:02d}_{rows[at][0]}_{rows[at][1]}_10_{rows[at][2]}.png"
                    for trial, at in enumerate(order)
                ],
            }
        )
        table.to_csv(root / "raw-data" / name / f"{name}_subject-{participant:02d}_session_1.csv", index=False)
    (root / "raw-data" / name / f"{name}_resnet50_session-1.csv").write_text("not,people\n")


def test_the_published_layout(tmp_path, monkeypatch):
    monkeypatch.setenv("HARNESS_DATA", str(tmp_path))
    with pytest.raises(MissingData, match="unpack the archives of the release"):
        _ = load_benchmark("Geirhos2021-contrast").data
    write_published(tmp_path / "geirhos2021")
    data = load_benchmark("Geirhos2021-contrast").data
    assert data.names == ("subject-01", "subject-02") and len(data.stimuli) == 16
    assert set(data.conditions) == {"c50"} and set(data.labels) == set(CATEGORIES)
    np.testing.assert_array_equal(data.correct[0], data.correct[1])
    assert data.stimuli.visual_degrees == 3 and data.stimuli.duration == 200 and (data.correct == 0).any()
    assert np.nanmin(data.response_ms) >= 500
    benchmark = load_benchmark("Geirhos2021-contrast")
    assert float(benchmark.ceiling) == pytest.approx(1) and benchmark.ceiling.attrs["source"] == "tables"
    without = load_benchmark("Geirhos2021-edge").ceiling
    assert float(without) == 0.31844 and without.attrs["source"] == "published"


def test_ceilings_are_reproduced_from_the_published_tables(data):
    """All five decimals that Brain-Score's own tests print."""
    for experiment, name in {"cue-conflict": "cue-conflict", "edge": "edge", "silhouette": "silhouette"}.items():
        trials = images.answers(experiment).trials
        truth = trials.drop_duplicates("stimulus_id").set_index("stimulus_id")["truth"]
        table = trials.pivot(index="subject", columns="stimulus_id", values="choice")
        correct = (table.to_numpy() == truth[table.columns].to_numpy()).astype(float)
        assert correct.shape == (SETS[name].observers, SETS[name].trials)
        assert round(participants(correct, np.zeros(correct.shape[1])), 5) == SETS[name].ceiling


@pytest.mark.usefixtures("data")
@pytest.mark.parametrize("name", SETS)
def test_all_ceilings_are_reproduced_where_the_tables_are(name):
    if not is_available("geirhos2021"):
        pytest.skip("the tables of model-vs-human are not here")
    trials = load(name).trials
    facts = trials.drop_duplicates("stimulus_id").set_index("stimulus_id")
    table = trials.pivot(index="subject", columns="stimulus_id", values="choice")
    correct = (table.to_numpy() == facts["truth"][table.columns].to_numpy()).astype(float)
    assert len(correct) == SETS[name].observers and not table.isna().any(axis=None)
    assert round(participants(correct, facts["condition"][table.columns].to_numpy()), 5) == SETS[name].ceiling


def test_the_mean_ceiling_is_the_published_one():
    assert len(SETS) == 17 and np.mean([one.ceiling for one in SETS.values()]) == pytest.approx(0.43122, abs=1e-5)
    with pytest.raises(BenchmarkError, match="there is no set 'colours'; there are colour"):
        Geirhos2021("colours")


def test_the_published_classes_of_the_sixteen_categories():
    """207 of the thousand classes (Geirhos et al. 2018)."""
    from harness.models.imagenet import imagenet_classes

    everything = [position for category in CATEGORIES for position in label_positions(category)]
    assert len(everything) == len(set(everything)) == 207
    members = imagenet_members(imagenet_classes())
    assert members["bear"] == ["brown bear", "American black bear", "ice bear", "sloth bear"]
    assert members["knife"] == ["cleaver"] and members["airplane"] == ["airliner"] and len(members["dog"]) == 109
    synsets = [f"n{at:08d}" for at in range(1000)]
    assert imagenet_members(synsets)["airplane"] == [synsets[404]]
    assert imagenet_members(("cat", "dog")) is None and imagenet_members(()) is None
