"""Brain-Score's own benchmark classes drive our models and get the numbers that its own `ModelCommitment` gives."""

from collections.abc import Callable
from functools import partial
from importlib.metadata import version
from itertools import product
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

pytest.importorskip("brainscore_vision", reason="Brain-Score's package for vision is not installed")
import brainscore_vision
from brainscore_vision import load_metric
from brainscore_vision.benchmark_helpers import neural_common
from brainscore_vision.benchmark_helpers import properties_common as properties
from brainscore_vision.benchmarks.geirhos2021 import benchmark as geirhos
from brainscore_vision.benchmarks.hebart2023 import benchmark as hebart
from brainscore_vision.benchmarks.imagenet import benchmark as imagenet
from brainscore_vision.benchmarks.islam2021 import benchmark as islam
from brainscore_vision.benchmarks.majajhong2015 import benchmark as majajhong
from brainscore_vision.benchmarks.marques2020.benchmarks import ringach2002_benchmark as ringach
from brainscore_vision.benchmarks.rajalingham2018.benchmarks import benchmark as rajalingham
from brainscore_vision.model_helpers.activations.pytorch import PytorchWrapper, load_preprocess_images
from brainscore_vision.model_helpers.brain_transformation import ModelCommitment
from brainscore_vision.model_interface import BrainModel

from harness import load_benchmark, score_model
from harness.assemblies import BehavioralAssembly, PropertyAssembly, Score
from harness.brain_score import BlackBox, to_brain_score
from harness.errors import MissingData, UnknownIdentifier
from harness.host import host
from harness.models import imagenet_synsets
from harness.testing import check_adversaries


@pytest.fixture
def theirs(kit: ModuleType) -> BrainModel:
    """The same network as Brain-Score's own commitment; nothing of it is cached."""
    preprocessing = partial(load_preprocess_images, image_size=kit.SIZE)
    wrapper = PytorchWrapper(kit.Net().eval(), preprocessing)
    wrapper.identifier = None
    return ModelCommitment("small", wrapper, ["v1", "v4", "it"], "it", dict(kit.REGIONS))


def ceiling() -> Score:
    return Score(0.9)


def neural(metric: str, kit: ModuleType, folder: Path, degrees: float = 8) -> Any:
    """Brain-Score's class behind most recordings."""
    stimuli = kit.images(folder / "images", 60)
    options = {} if metric == "rdm_cv" else {"crossvalidation_kwargs": {"stratification_coord": "object_name"}}
    return neural_common.NeuralBenchmark(
        f"small.IT-{metric}",
        assembly=kit.averaged(kit.neurons(stimuli)).squeeze("time_bin"),
        similarity_metric=load_metric(metric, **options),
        visual_degrees=degrees,
        number_of_trials=50,
        version=1,
        ceiling_func=ceiling,
        parent="IT",
    )


def train_test(metric: str, kit: ModuleType, folder: Path) -> Any:
    train, test = kit.images(folder / "train", 60), kit.images(folder / "test", 30, seed=1)
    test["stimulus_id"] = [f"test{at}" for at in range(30)]
    test.stimulus_paths = dict(zip(test["stimulus_id"], test.stimulus_paths.values(), strict=True))
    return neural_common.TrainTestNeuralBenchmark(
        f"small.IT-{metric}",
        ceiling_func=ceiling,
        version=1,
        train_assembly=kit.averaged(kit.neurons(train)).isel(time_bin=0),
        test_assembly=kit.averaged(kit.neurons(test)).isel(time_bin=0),
        similarity_metric=load_metric(f"{metric}_split"),
        visual_degrees=8,
        number_of_trials=1,
        parent="IT",
    )


def dissimilarities(kit: ModuleType, folder: Path) -> Any:
    assembly = kit.averaged(kit.neurons(kit.images(folder / "images", 30))).isel(time_bin=0)
    return neural_common.RSABenchmark("small.IT-rdm", 1, assembly, "IT", 8, 1, "")


def majajhong2015(kit: ModuleType, folder: Path, patch: pytest.MonkeyPatch, interval: int | None = None) -> Any:
    """The public benchmark of IT: one bin, or nine."""
    stimuli = kit.images(folder / "images", 45)
    bins = [(70, 170)] if interval is None else [(at, at + interval) for at in range(0, 10 * interval, interval)]
    patch.setattr(majajhong, "load_dataset", lambda identifier: kit.neurons(stimuli, bins=bins))
    return (
        majajhong.MajajHongITPublicBenchmark()
        if interval is None
        else majajhong.MajajHongITTemporalPublicBenchmark(interval)
    )


def imagenet2012(kit: ModuleType, folder: Path) -> Any:
    benchmark = imagenet.Imagenet2012()
    stimuli = kit.images(folder / "images", 20, synset=[*imagenet_synsets()[:10], *imagenet_synsets()[990:]])
    stimuli["filename"] = stimuli["stimulus_id"]
    benchmark._stimulus_set = stimuli
    return benchmark


def geirhos2021(kit: ModuleType, folder: Path, patch: pytest.MonkeyPatch) -> Any:
    random, labels = np.random.default_rng(0), ["airplane", "bear", "bottle", "chair"]
    stimuli = kit.images(folder / "images", 48, truth=labels * 12, condition=["1"] * 24 + ["2"] * 24)
    stimuli["image_id"] = stimuli["stimulus_id"]
    columns = {name: np.tile(stimuli[name], 3) for name in stimuli}
    columns["subject"] = np.repeat(["a", "b", "c"], 48)
    choices = np.where(random.random(144) < 0.6, columns["truth"], random.choice(labels, 144))
    assembly = BehavioralAssembly(
        choices, {name: ("presentation", column) for name, column in columns.items()}, ["presentation"]
    )
    assembly.attrs["stimulus_set"] = stimuli
    patch.setattr(geirhos, "load_dataset", lambda identifier: assembly)
    return geirhos._Geirhos2021ErrorConsistency("sketch")


def hebart2023(kit: ModuleType, folder: Path, patch: pytest.MonkeyPatch) -> Any:
    stimuli = kit.images(folder / "images", 30)
    stimuli.index = stimuli["stimulus_id"].to_numpy()
    triplets = np.stack([np.random.default_rng(at).permutation(30)[:3] for at in range(60)])
    coords = {
        f"image_{at + 1}": ("presentation", stimuli["stimulus_id"].to_numpy()[triplets[:, at]]) for at in range(3)
    }
    patch.setattr(hebart, "load_dataset", lambda identifier: BehavioralAssembly(np.zeros(60), coords, ["presentation"]))
    patch.setattr(hebart, "load_stimulus_set", lambda identifier: stimuli)
    return hebart.Hebart2023Match()


def islam2021(kit: ModuleType, folder: Path, patch: pytest.MonkeyPatch) -> Any:
    names = [(f"shape{shape}", f"texture{texture}", shape) for shape in range(20) for texture in range(5)]
    columns = dict(zip(("shape", "texture", "original_image_id"), zip(*names, strict=True), strict=True))
    stimuli = kit.images(folder / "images", 100, **columns)
    patch.setattr(islam, "load_stimulus_set", lambda identifier: stimuli)
    return islam._Islam2021Dimensionality(
        "V4", "shape"
    )  # it indexes units where it means images, and needs 100 of them


def rajalingham2018(kit: ModuleType, folder: Path, patch: pytest.MonkeyPatch) -> Any:
    random, labels = np.random.default_rng(0), ["bear", "dog", "elephant"]
    fitting, shown = (
        kit.images(folder / name, 36, seed=seed, image_label=labels * 12)
        for seed, name in enumerate(("fitting", "shown"))
    )
    shown["stimulus_id"] = [f"shown{at}" for at in range(36)]
    shown.stimulus_paths = dict(zip(shown["stimulus_id"], shown.stimulus_paths.values(), strict=True))
    rows = [(at, other) for at in range(36) for other in labels if other != labels[at % 3] for _ in range(12)]
    columns = {
        "stimulus_id": [f"shown{at}" for at, _ in rows],
        "truth": [labels[at % 3] for at, _ in rows],
        "sample_obj": [labels[at % 3] for at, _ in rows],
        "dist_obj": [other for _, other in rows],
    }
    right = random.random(len(rows)) < 0.6 + 0.3 * random.random(36)[[at for at, _ in rows]]
    columns["choice"] = np.where(right, columns["truth"], columns["dist_obj"])
    coords = {name: ("presentation", one) for name, one in columns.items()}
    assembly = BehavioralAssembly(columns["choice"], coords, ["presentation"])
    assembly.attrs["stimulus_set"] = shown
    patch.setattr(rajalingham, "load_stimulus_set", lambda identifier: fitting)
    patch.setattr(rajalingham, "load_dataset", lambda identifier: assembly)
    return rajalingham._DicarloRajalingham2018(load_metric("i2n"), "i2n")


def ringach2002(kit: ModuleType, folder: Path, patch: pytest.MonkeyPatch) -> Any:
    """Images stand for gratings, because any will do for the arithmetic."""

    def gratings(
        name: str, positions: list[float], frequencies: list[float], orientations: list[float], phases: list[float]
    ) -> Any:
        axes = [positions, positions, [1.0], [2.0], frequencies, orientations, phases]
        names = ("position_y", "position_x", "contrast", "radius", "spatial_frequency", "orientation", "phase")
        rows = list(product(*axes))
        columns = dict(zip(names, zip(*rows, strict=True), strict=True))
        return kit.images(folder / name, len(rows), degrees=[8.0] * len(rows), **columns)

    sets = {
        properties.BLANK_STIM_NAME: gratings("blank", [0.0], [1.0], [0.0], [0.0]),
        properties.RF_STIM_NAME: gratings("fields", [-0.05, 0.0, 0.05], [1.0], [0.0, 90.0], [0.0]),
        properties.ORIENTATION_STIM_NAME: gratings("turned", [0.0], [1.0, 2.0], [0.0, 45.0, 90.0, 135.0], [0.0, 180.0]),
        "Ringach2002": gratings("ringach", [0.0], [1.0, 2.0], [0.0, 45.0, 90.0, 135.0], [0.0, 180.0]),
    }
    for name, one in sets.items():
        one.identifier = name
    names = ringach.PROPERTY_NAMES
    assembly = PropertyAssembly(
        np.random.default_rng(0).random((30, len(names))),
        coords={
            "neuroid_id": ("neuroid", np.arange(30)),
            "region": ("neuroid", ["V1"] * 30),
            "neuronal_property": names,
        },
        dims=["neuroid", "neuronal_property"],
    )
    assembly.attrs.update(
        number_of_trials=20, stimulus_set=sets["Ringach2002"], circular_variance_bins=np.linspace(0, 1, 11)
    )
    patch.setattr(ringach, "load_dataset", lambda identifier: assembly)
    patch.setattr(brainscore_vision, "load_stimulus_set", lambda identifier: sets[identifier])
    patch.setattr(properties, "RF_DELTA", 8.0)
    return ringach.MarquesRingach2002V1CircularVariance()


BENCHMARKS: dict[str, tuple[Callable[..., Any], float]] = {
    **{
        f"NeuralBenchmark-{name}": (partial(neural, name), 1e-6)
        for name in ("pls", "ridge", "neuron_to_neuron", "rdm_cv")
    },
    "NeuralBenchmark-5-degrees": (partial(neural, "ridge", degrees=5), 1e-3),
    "NeuralBenchmark-12-degrees": (partial(neural, "ridge", degrees=12), 1e-3),
    **{f"TrainTestNeuralBenchmark-{name}": (partial(train_test, name), 1e-6) for name in ("pls", "ridgecv")},
    "RSABenchmark": (dissimilarities, 1e-6),
    "MajajHong2015public.IT-pls": (majajhong2015, 1e-6),
    "MajajHong2015public.IT-temporal-pls": (partial(majajhong2015, interval=20), 1e-6),
    "ImageNet-top1": (imagenet2012, 1e-6),
    "Geirhos2021sketch-error_consistency": (geirhos2021, 1e-6),
    "Hebart2023-match": (hebart2023, 1e-6),
    "Islam2021-shape_v4_dimensionality": (islam2021, 1e-6),
    "Marques2020_Ringach2002-circular_variance": (ringach2002, 1e-6),
    "Rajalingham2018-i2n": (rajalingham2018, 1e-5),
}


@pytest.mark.parametrize("name", BENCHMARKS)
def test_a_score_is_that_of_their_own_commitment(name, theirs, kit, tmp_path, monkeypatch):
    make, close = BENCHMARKS[name]
    options = {"patch": monkeypatch} if "patch" in make_parameters(make) else {}
    benchmark = make(kit=kit, folder=tmp_path, **options)
    ours = to_brain_score(kit.native(), behavioural_layer="it")
    assert isinstance(ours, BrainModel)
    found, expected = (seeded(benchmark, subject) for subject in (ours, theirs))
    assert np.isfinite(expected).all() and np.asarray(found) == pytest.approx(np.asarray(expected), abs=close)
    if hasattr(found, "raw"):
        assert float(np.mean(found.raw)) == pytest.approx(float(np.mean(expected.raw)), abs=close)


def test_a_network_runs_once_for_all_time_bins(kit, tmp_path, monkeypatch):
    benchmark, seen = majajhong2015(kit, tmp_path, monkeypatch, interval=20), []
    model = kit.native()
    model.network.register_forward_pre_hook(lambda module, inputs: seen.append(len(inputs[0])))
    seeded(benchmark, to_brain_score(model, behavioural_layer="it"))
    assert sum(seen) <= 45 + 2  # images, and two trial runs


def seeded(benchmark: Any, subject: BrainModel) -> Score:
    """A score; some of Brain-Score's metrics draw from numpy's global generator."""
    np.random.seed(0)
    return benchmark(subject)


def test_their_benchmarks_are_ours(theirs, kit, tmp_path, monkeypatch):
    expected = majajhong2015(kit, tmp_path, monkeypatch)(theirs)
    identifier = "brainscore-benchmark/MajajHong2015public.IT-pls"
    found = score_model(kit.native(), identifier)
    assert float(found) == pytest.approx(float(expected), abs=1e-6)
    assert float(found.raw) == pytest.approx(float(expected.raw), abs=1e-6)
    assert float(found.ceiling) == pytest.approx(float(expected.ceiling))
    assert found.error == pytest.approx(float(expected.error), abs=1e-6)
    assert found.attrs["provenance"]["model_digest"] and found.attrs["details"]["brainscore_vision"] == version(
        "brainscore-vision"
    )
    assert float(score_model(theirs, identifier)) == pytest.approx(float(expected), abs=1e-6), "unwrapped"
    assert float(score_model(BlackBox(theirs), identifier)) == float(expected), "a black box is handed over as it is"


def test_what_answers_alike_to_everything_gets_no_number_and_what_is_not_finite_is_refused(kit, tmp_path, monkeypatch):
    majajhong2015(kit, tmp_path, monkeypatch)
    benchmark = load_benchmark("brainscore-benchmark/MajajHong2015public.IT-pls")
    check_adversaries(
        benchmark, host().benchmarks.get("brainscore-benchmark/*"), only=("constant", "nan")
    ).assert_passed()


class NoCredentialsError(Exception):
    """As botocore names it."""


def test_data_that_cannot_be_fetched_are_said_to_be_missing(kit, monkeypatch):
    def refuse(identifier: str) -> Any:
        raise NoCredentialsError("Unable to locate credentials")

    monkeypatch.setattr(majajhong, "load_dataset", refuse)
    with pytest.raises(MissingData, match="cannot be fetched: Unable to locate"):
        score_model(kit.native(), "brainscore-benchmark/MajajHong2015public.IT-pls")
    with pytest.raises(UnknownIdentifier, match=r"did you mean MajajHong2015public.IT-pls"):
        score_model(kit.native(), "brainscore-benchmark/MajajHong2015public.IT-plus")


def test_photographs_are_stretched_as_theirs(theirs, kit, tmp_path):
    photographs, answers = kit.images(tmp_path / "images", 12, 96, 64), []
    for subject in (theirs, *(to_brain_score(kit.native(aspect=aspect)) for aspect in ("stretch", "pad"))):
        subject.start_recording("IT", time_bins=[(70, 170)])
        answers.append(subject.look_at(photographs).transpose("presentation", "neuroid").values.ravel())
    correlations = np.corrcoef(answers)[0]
    assert correlations[1] > 0.999 > correlations[2]


def make_parameters(make: Callable[..., Any]) -> set[str]:
    from inspect import signature

    return set(signature(make).parameters)
