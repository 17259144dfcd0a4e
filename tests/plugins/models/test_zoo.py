"""The trained zoo: every file loads, knows what it was trained for, needs no clock, and stays calm."""

import numpy as np
import pytest
import torch

from harness import load_model
from harness.errors import MissingWeights, ModelError
from harness.host import host, load_training_set
from harness.models import RecurrentModel, training_of
from harness.training import normalised
from harness_plugins.models.cordsnet.analysis import area_jacobian, steady_state, top_eigenvalues
from harness_plugins.models.cordsnet.training import objective
from harness_plugins.models.zoo.load import MEMBERS
from harness_plugins.models.zoo.masking import Trials, activity_over_time, right_over_time
from harness_plugins.models.zoo.members import FOLDER

FILES = [(one, seed) for one in MEMBERS for seed in one.seeds if one.path(seed).is_file()]
IDS = [one.path(seed).stem for one, seed in FILES]
MASKING = [pair for pair in FILES if "masking" in pair[0].name]
CONDITIONS = ((2, False), (2, True), (4, True), (6, False))
LARGEST = 12_000_000


def test_the_weights_are_small_and_all_known() -> None:
    files = sorted(FOLDER.glob("*.safetensors"))
    assert {path.name for path in files} == {one.path(seed).name for one, seed in FILES}
    assert sum(path.stat().st_size for path in files) < LARGEST


def test_every_network_of_the_zoo_has_weights_under_its_name() -> None:
    trained = [spec.identifier for spec in host().models if "trained" in spec.tags]
    assert set(trained) == {one.name for one, _ in FILES}
    for name in trained:
        model = load_model(name)
        assert model.identifier == name and model.weights.kind == "file"
        assert load_model(name, weights="random").weights.kind == "random"


@pytest.mark.parametrize(("one", "seed"), FILES, ids=IDS)
def test_the_file_says_how_it_was_made_and_is_what_the_command_makes(one, seed) -> None:
    said = training_of(one.path(seed))
    assert said is not None and (said["model"], said["recipe"], said["data"]) == (one.model, one.recipe, one.data)
    assert said["recipe_arguments"] == one.recipe_args and said["seed"] == seed
    assert said["data_arguments"].items() >= one.data_args.items()
    assert said["arguments"].items() >= one.model_args.items()


def last_accuracy(model: RecurrentModel, shown: int, masked: bool, lead: int = 6, blank: int = 0) -> float:
    return float(right_over_time(model, Trials(shown, masked, lead, blank, count=350))[:, -1].mean())


@pytest.mark.slow
@pytest.mark.parametrize(("one", "seed"), MASKING, ids=[one.path(seed).stem for one, seed in MASKING])
def test_answers_need_no_clock(one, seed) -> None:
    """Six steps before change less than .05 in every condition: of noisy background after three steps of it, and without any, of
    noisy background or of a blank screen. A clock would tell both. Noise that comes with the image masks it less, also where there
    are no lateral connections; and a flat screen, which training never shows, disturbs CORnet-RT's normalisation."""
    model = load_model(one.model, weights=str(one.path(seed)))
    for condition in CONDITIONS:
        first = last_accuracy(model, *condition, lead=0)
        others = [last_accuracy(model, *condition, **before) for before in ({"lead": 6}, {"lead": 0, "blank": 6})]
        assert min(abs(first - other) for other in others) <= 0.05
        assert abs(last_accuracy(model, *condition, lead=3) - last_accuracy(model, *condition, lead=9)) <= 0.05
    assert last_accuracy(model, 6, masked=False) > 0.6


@pytest.mark.parametrize(("one", "seed"), MASKING, ids=[one.path(seed).stem for one, seed in MASKING])
def test_activity_stays_bounded_and_goes_back_to_rest_when_the_image_has_gone(one, seed) -> None:
    model = load_model(one.model, weights=str(one.path(seed)))
    assert isinstance(model, RecurrentModel)
    rest = activity_over_time(model, steps=0, blank=200)
    settling = 200 if one.name == "feedback_masking" else 100  # a loop through two areas rings
    for layer, activity in activity_over_time(model, blank=settling).items():
        assert activity[299] < 10 * activity[11]
        assert abs(activity[-1] - rest[layer][-1]) < 0.05 * activity[299]


def test_recurrence_and_not_the_rest_keeps_what_was_shown() -> None:
    """A silhouette that was shown for two steps, ten steps after: with lateral connections, without, and with them cut."""
    full, none, cut = (
        last_accuracy(load_model("dyrcnn_x4_masking", **options), 2, masked=False)
        for options in ({"recurrence": "self"}, {"recurrence": "none"}, {"recurrence": "self", "cut_recurrence": True})
    )
    assert full > none + 0.1 and full > cut + 0.1


@pytest.mark.parametrize("training", sorted({one.variant for one, _ in FILES if one.name == "cordsnet_r2_digits"}))
def test_cordsnets_areas_are_stable(training) -> None:
    """The spectral radius of the Jacobian of each area is below 1, at rest and with an image; and rates return to rest."""
    model = load_model("cordsnet_r2_digits", training=training)
    samples = load_training_set("digits", size=16, channels=1).validation
    frames, labels = samples.batch(list(range(64)))
    frames = normalised(frames.float() / 255, model.preprocessing)
    for frame in (torch.zeros_like(frames[:1]), frames[:1]):
        state = steady_state(model.network, frame, tolerance=1e-4)
        for area in range(2):
            jacobian = area_jacobian(model.network, frame, state, area)
            assert np.abs(top_eigenvalues(jacobian, count=1)).max() < 1
    with torch.no_grad():
        _, apart, _ = objective(model.network, frames, labels, blank=100, steps=60)
    assert float(apart) < 1e-3


def test_variants_and_seeds_that_there_are_not_are_refused() -> None:
    with pytest.raises(ModelError, match="is one of none, self, depthpointwise, full, not 'local'"):
        load_model("dyrcnn_x4_masking", recurrence="local")
    with pytest.raises(ModelError, match="trained or random"):
        load_model("convlstm_motion", weights="file.pth")
    with pytest.raises(MissingWeights, match="was trained with the seeds"):
        load_model("dyrcnn_x4_masking", seed=99)


def test_cutting_recurrence_is_setting_its_weights_to_nothing() -> None:
    cut = load_model("dyrcnn_x4_masking", recurrence="self", cut_recurrence=True).network
    whole = load_model("dyrcnn_x4_masking", recurrence="self").network
    with torch.no_grad():
        for name, parameter in whole.named_parameters():
            if ".recurrence." in name:
                parameter.zero_()
    movie = torch.randn(2, 8, 1, 24, 24)
    assert torch.allclose(cut(movie), whole(movie), atol=1e-6)
