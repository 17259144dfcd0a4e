"""Masking benchmarks: what a read-out makes of states over time, on small experiments of the test's own."""

from functools import cached_property

import numpy as np
import pytest
import torch

from harness import FrameModel, Preprocessing, RecurrentModel, StimulusSet, as_brain_model, load_stimuli
from harness.benchmarks import make_score
from harness.benchmarks.behaviour.masking import MaskingBenchmark, seen_for
from harness.errors import BenchmarkError, NotMeasurable
from harness.metrics.behaviour.psychometrics import choice_probability
from harness.testing.simulated_observer import SimulatedObserver, strength

SOAS = (25.0, 50.0, 100.0)


class Blobs(MaskingBenchmark):
    """Which half of an image is brighter, of noisy images, before noise."""

    identifier, version, choices = "blobs", 1, ("left", "right")

    @cached_property
    def images(self):
        random = np.random.default_rng(0)
        images = {}
        for number in range(20):
            for side in self.choices:
                image = random.uniform(0.3, 0.6, (8, 8))
                image[:, :4] += 0.15 * (side == "left")
                image[:, 4:] += 0.15 * (side == "right")
                images[f"{side}:{number}"] = image
        return images

    def described(self, stimuli):
        parts = stimuli.table["target"].str.split(":", expand=True)
        stimuli.table["choice"], stimuli.table["exemplar"] = parts[0], parts[1]
        return stimuli

    @cached_property
    def fitting(self):
        names = list(self.images)
        return self.described(StimulusSet.from_images("fit", self.images, self.long, 8, target=names))

    @cached_property
    def trials(self):
        some = {name: image for name, image in self.images.items() if int(name.split(":")[1]) < 10}
        stimuli = load_stimuli(
            "masking",
            target=some,
            soa=SOAS,
            mask=("none", "noise"),
            mask_size=None,
            mask_count=5,
            mask_duration=200,
            size_px=8,
        )
        stimuli.table["condition"] = stimuli.table["mask"] + stimuli.table["soa_asked"].astype(str)
        return self.described(stimuli)

    def run(self, candidate):
        return make_score(self.observe(candidate).long_accuracy, error=0.0)


class Static(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.out = torch.nn.Identity()

    def forward(self, frames):
        return self.out(frames)


class Latest(torch.nn.Module):
    """Keeps what it saw, but a new image overwrites it."""

    def __init__(self):
        super().__init__()
        self.out = torch.nn.Identity()

    def init(self, batch_size, device):
        return torch.zeros(batch_size, 3, 8, 8, device=device)

    def step(self, frame, state):
        new = frame - 0.5
        shown = (new.abs().amax((1, 2, 3), keepdim=True) > 1e-3).float()
        return self.out(shown * new + (1 - shown) * 0.95 * state)


@pytest.fixture(scope="module")
def benchmark():
    return Blobs(window=400)


@pytest.fixture(scope="module")
def static(benchmark):
    model = FrameModel("static", Static(), preprocessing=Preprocessing(8), regions={"V1": "out"}, visual_degrees=8)
    return benchmark.observe(as_brain_model(model))


def by_condition(benchmark, evidence, condition):
    rows = np.flatnonzero(benchmark.trials.table["condition"] == condition)
    order = np.argsort(benchmark.trials.table["target"].to_numpy()[rows])
    return evidence.total[rows[order]]


def test_a_static_model_integrates_exposure_and_its_mask_only_adds(benchmark, static):
    assert static.long_accuracy > 0.9
    unmasked = [by_condition(benchmark, static, f"none{soa}") for soa in SOAS]
    for soa, evidence in zip(SOAS, unmasked, strict=True):
        assert np.allclose(evidence / soa, unmasked[0] / SOAS[0], atol=1e-8)  # in proportion to the exposure
    added = [by_condition(benchmark, static, f"noise{soa}") - plain for soa, plain in zip(SOAS, unmasked, strict=True)]
    assert np.abs(added[0]).max() > 0.01
    assert np.allclose(added[1], added[0], atol=1e-8) and np.allclose(added[2], added[0], atol=1e-8)


def test_a_mask_erases_what_a_model_with_memory_kept(benchmark):
    model = RecurrentModel(
        "latest", Latest(), dt=5, preprocessing=Preprocessing(8), regions={"V1": "out"}, visual_degrees=8
    )
    evidence = benchmark.observe(as_brain_model(model))
    late = [index for index, (start, _) in enumerate(benchmark.time_bins) if 100 <= start < 200]
    right = np.arange(2) == evidence.right[:, None]
    lead = (evidence.time_course[right] - evidence.time_course[~right])[:, late].mean(1)
    condition = benchmark.trials.table["condition"]
    assert lead[condition == "none25.0"].mean() > 3 * abs(lead[condition == "noise25.0"].mean())


def test_evidence_is_unbiased_in_every_condition(benchmark, static):
    for _, rows in benchmark.trials.table.groupby("condition").indices.items():
        assert np.abs(static.total[rows].mean(0)).max() < 1e-9


def test_a_constant_model_is_not_measurable(benchmark):
    class Nothing(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.out = torch.nn.Identity()

        def forward(self, frames):
            return self.out(torch.ones(len(frames), 4))

    model = FrameModel("nothing", Nothing(), preprocessing=Preprocessing(8), regions={"V1": "out"}, visual_degrees=8)
    with pytest.raises(NotMeasurable, match="do not vary"):
        benchmark.observe(as_brain_model(model))


def test_windows_end_with_the_whole_one_and_integrate_less_before(benchmark, static):
    def size(evidence):
        return float(np.abs(evidence.total).sum())

    over = benchmark.over_windows(static, size, 100)
    assert over["window"][0] == 100 and over["window"][-1] == benchmark.window and len(over["window"]) == 8
    assert over["score"][-1] == pytest.approx(size(static), rel=1e-4)
    early = static.until(25, benchmark.time_bins)
    assert np.allclose(early.total, static.time_course[:, :, 0] * 0.025)


def test_exemplars_are_never_fitted_and_tested(benchmark):
    fitted = benchmark.fitting.table["exemplar"].to_numpy()
    tested = benchmark.trials.table["exemplar"].to_numpy()
    splits = benchmark._splits(fitted, tested)
    assert len(splits) == 5
    for split in splits:
        assert not set(fitted[split.train]) & set(tested[split.test - len(fitted)])
    assert sorted(np.concatenate([split.test for split in splits]) - len(fitted)) == list(range(len(tested)))
    with pytest.raises(BenchmarkError, match="exemplars"):
        benchmark._splits(np.array(["1"]), np.array(["1", "2"]))


@pytest.mark.parametrize("choices", [2, 5, 8])
def test_a_simulated_observer_is_right_as_often_as_it_was_told_to(choices):
    for probability in (0.3, 0.6, 0.97):
        evidence = np.eye(choices)[:1] * strength(probability, choices)
        assert choice_probability(evidence, np.array([0]), 1.0)[0] == pytest.approx(probability, abs=1e-6)


def test_its_evidence_keeps_the_order_it_was_told(benchmark):
    conditions = [f"{mask}{soa}" for mask in ("none", "noise") for soa in SOAS]
    asked = dict(zip(conditions, (0.7, 0.8, 0.95, 0.55, 0.6, 0.9), strict=True))
    evidence = benchmark.observe(SimulatedObserver(benchmark.choices, asked))
    level = 1 / strength(0.95, 2) * np.abs(np.diff(by_condition(benchmark, evidence, "none100.0"), axis=1)).mean()
    for condition, accuracy in asked.items():
        rows = np.flatnonzero(benchmark.trials.table["condition"] == condition)
        assert benchmark.share_right(evidence, level, rows) == pytest.approx(accuracy, abs=0.01)


def test_what_a_model_with_a_time_step_sees():
    assert seen_for(8.3, None) == 8.3
    assert [seen_for(soa, 10) for soa in (8.3, 16.7, 33.3)] == [10, 20, 30]
    assert seen_for(25, 2) == 24  # the step from 24 to 26 shows what is there at 25: what follows


def test_bad_arguments():
    with pytest.raises(BenchmarkError, match="window"):
        Blobs(window=5)


def test_an_exemplar_under_a_second_name_is_not_fitted_to():
    """The image of exemplar 15 is shown as exemplar 3, too, in long presentations and in trials."""

    class Copied(Blobs):
        @cached_property
        def images(self):
            images = super().images
            return images | {f"{side}:15": images[f"{side}:3"] for side in self.choices}

    benchmark = Copied(window=400)
    fitted, tested = benchmark._of_images()
    assert set(fitted[benchmark.fitting.table["exemplar"] == "15"]) == {"3"} and "3" in tested
    exemplar, trial = benchmark.fitting.table["exemplar"].to_numpy(), benchmark.trials.table["exemplar"].to_numpy()
    for split in benchmark._splits(fitted, tested):
        if "3" in trial[split.test - len(fitted)]:
            assert not {"3", "15"} & set(exemplar[split.train])


def test_exemplars_are_what_they_are_called_where_nothing_is_shown_twice(benchmark):
    fitted, tested = benchmark._of_images()
    assert (fitted == benchmark.fitting.table["exemplar"]).all() and (
        tested == benchmark.trials.table["exemplar"]
    ).all()
