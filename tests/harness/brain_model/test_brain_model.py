"""The brain model over the engine: Brain-Score's protocol, with the answers that the network itself gives."""

import re
from enum import Enum
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from PIL import Image
from torch import nn

from harness import (
    ClipModel,
    FrameModel,
    Preprocessing,
    RecurrentModel,
    SpatialMean,
    StimulusSet,
    Timeline,
    as_brain_model,
)
from harness.assemblies import BehavioralAssembly, BrainIOStimulusSet, NeuroidAssembly
from harness.brain_model import EngineBrainModel, Task
from harness.errors import BenchmarkError, HarnessError, ModelError, RecordingError
from harness.models import imagenet_classes, imagenet_synsets, label_positions

SIZE = 6
CLASSES = ["red", "green", "blue"]


class Colours(nn.Module):
    """Class scores are 8 times the mean of each colour channel."""

    def __init__(self):
        super().__init__()
        self.maps = nn.Conv2d(3, 4, 3, padding=1)
        self.area, self.score = nn.Identity(), nn.Identity()

    def forward(self, x):
        self.maps(x)
        return self.score(8 * self.area(x).mean((2, 3)))


class Leaky(nn.Module):
    """Moves half of the way to the frame in each step."""

    def __init__(self):
        super().__init__()
        self.area, self.score = nn.Identity(), nn.Identity()

    def init(self, batch_size, device):
        return torch.zeros(batch_size, 3, SIZE, SIZE, device=device)

    def step(self, frame, state):
        state = self.area(0.5 * state + 0.5 * frame)
        self.score(8 * state.mean((2, 3)))
        return state


OPTIONS = {"preprocessing": Preprocessing(SIZE), "layers": ["area"], "readout": "score", "classes": CLASSES}


@pytest.fixture
def frame_model() -> FrameModel:
    torch.manual_seed(0)
    return FrameModel("colours", Colours(), regions={"V1": "maps", "IT": "area"}, **OPTIONS)


@pytest.fixture
def recurrent_model() -> RecurrentModel:
    return RecurrentModel("leaky", Leaky(), dt=10, regions={"IT": "area"}, visual_degrees=10.5, **OPTIONS)


def plain(colour: str, level: float = 1.0) -> np.ndarray:
    """An image of one colour."""
    return np.full((SIZE, SIZE, 3), [level * (name == colour) for name in CLASSES])


def coloured(count: int = 12, seed: int = 0, **conditions) -> StimulusSet:
    """Noisy images of each colour in turn, named by their label."""
    rng = np.random.default_rng(seed)
    labels = [CLASSES[i % 3] for i in range(count)]
    images = [np.clip(plain(label, 0.6) + rng.uniform(0, 0.3, (SIZE, SIZE, 3)), 0, 1) for label in labels]
    return StimulusSet.from_images("coloured", images, 100, image_label=labels, **conditions)


@pytest.fixture
def images(tmp_path: Path) -> BrainIOStimulusSet:
    """Files of three colours in BrainIO's form; their names are numbers."""
    paths = {number: tmp_path / f"{colour}.png" for number, colour in enumerate(CLASSES)}
    for path, colour in zip(paths.values(), CLASSES, strict=True):
        Image.fromarray((plain(colour) * 255).astype(np.uint8)).save(path)
    result = BrainIOStimulusSet({"stimulus_id": list(paths), "truth": CLASSES})
    result.identifier, result.stimulus_paths = "images", paths
    return result


# the protocol


def test_it_has_what_the_protocol_asks_for(frame_model, recurrent_model):
    candidate = as_brain_model(frame_model)
    assert candidate.identifier == "colours" and candidate.model is frame_model
    assert candidate.visual_degrees() == 8 and isinstance(candidate.visual_degrees(), int)
    assert as_brain_model(recurrent_model).visual_degrees() == 10.5
    assert {task.name for task in Task} == {"passive", "label", "probabilities", "odd_one_out"}
    assert all(task == task.name for task in Task), "Brain-Score's tasks are these words"


@pytest.mark.parametrize("thing", ["colours", None, object(), EngineBrainModel])
def test_only_models_become_brain_models(thing):
    with pytest.raises(ModelError, match="takes a model"):
        as_brain_model(thing)


def test_a_model_that_was_asked_nothing_says_so(frame_model):
    with pytest.raises(RecordingError, match="start_recording or start_task"):
        as_brain_model(frame_model).look_at(coloured())


def test_passive_viewing_answers_nothing_and_leaves_a_recording_running(frame_model):
    candidate = as_brain_model(frame_model)
    candidate.start_task(Task.passive)
    assert candidate.look_at(coloured()) is None
    candidate.start_recording("IT", [(0, 100)])
    candidate.start_task("passive", None)
    assert isinstance(candidate.look_at(coloured()), NeuroidAssembly)


def test_passive_viewing_ends_a_task(frame_model):
    candidate = as_brain_model(frame_model)
    candidate.start_task(Task.label, CLASSES)
    candidate.start_task(Task.passive)
    assert candidate.look_at(coloured()) is None
    candidate.start_recording("IT", [(0, 100)])
    candidate.start_task(Task.label, CLASSES)
    candidate.start_task(Task.passive)
    assert isinstance(candidate.look_at(coloured()), NeuroidAssembly), "the recording goes on"


def test_what_was_asked_last_counts(frame_model):
    candidate = as_brain_model(frame_model)
    candidate.start_recording("IT", [(0, 100)])
    candidate.start_task(Task.label, CLASSES)
    assert isinstance(candidate.look_at(coloured()), BehavioralAssembly)
    candidate.start_recording("IT", [(0, 100)])
    assert isinstance(candidate.look_at(coloured()), NeuroidAssembly)


def test_regions_and_tasks_may_be_members_of_another_enumeration(frame_model):
    class Other(Enum):
        V1 = "V1"
        label = "label"

    candidate = as_brain_model(frame_model)
    candidate.start_recording(Other.V1, [(0, 100)])
    assert set(candidate.look_at(coloured())["region"].values) == {"V1"}
    candidate.start_task(Other.label, CLASSES)
    assert isinstance(candidate.look_at(coloured()), BehavioralAssembly)


def test_unknown_regions_tasks_and_bins_are_refused(frame_model):
    candidate = as_brain_model(frame_model)
    with pytest.raises(ModelError, match="no layer to region V4"):
        candidate.start_recording("V4", [(0, 100)])
    with pytest.raises(BenchmarkError, match="no task 'dance'; there are passive, label"):
        candidate.start_task("dance")
    with pytest.raises(RecordingError, match="at least one time bin"):
        candidate.start_recording("V1", [])
    with pytest.raises(RecordingError, match="start < end"):
        candidate.start_recording("V1", [(20, 20)])
    with pytest.raises(ModelError, match="no layer 'nowhere'"):
        as_brain_model(frame_model, behavioural_layer="nowhere")


def test_a_refused_request_leaves_the_running_one(frame_model):
    candidate = as_brain_model(frame_model)
    candidate.start_recording("IT", [(0, 100)])
    with pytest.raises(HarnessError):
        candidate.start_task(Task.label, ["purple"])
    assert isinstance(candidate.look_at(coloured()), NeuroidAssembly)


# recordings


def test_a_recording_is_the_networks_forward_pass(frame_model):
    stimuli = coloured(7)
    candidate = as_brain_model(frame_model)
    candidate.start_recording("V1", time_bins=[(0, 50), (50, 100)])
    assembly = candidate.look_at(stimuli)
    frames = torch.stack(
        [frame_model.preprocessing.place(timeline.at(0), 1.0, stimuli.background) for timeline in stimuli.timelines]
    )
    with torch.inference_mode():
        expected = frame_model.network.maps(frames).flatten(1).numpy()
    assert assembly.dims == ("presentation", "neuroid", "time_bin")
    for time_bin in range(2):
        assert np.abs(assembly.values[..., time_bin] - expected).max() <= 1e-5 * np.abs(expected).max()
    assert set(assembly["layer"].values) == {"maps"} and assembly["image_label"].values[1] == "green"


def test_time_bins_of_a_recurrent_network_are_a_loop_by_hand(recurrent_model):
    """Bins that cut steps, and go on into the blank after the stimulus."""
    timelines = [Timeline.of([(plain("red"), 30), (plain("blue", 0.5), 40)]), Timeline.still(plain("green"), 50)]
    stimuli = StimulusSet("timelines", pd.DataFrame({"stimulus_id": ["change", "still"]}), timelines, background=0.25)
    candidate = as_brain_model(recurrent_model)
    bins = [(0, 10), (5, 25), (20, 60), (62.5, 100)]
    candidate.start_recording("IT", bins)
    assembly = candidate.look_at(stimuli)
    for row, timeline in enumerate(timelines):
        state, steps = np.zeros((SIZE, SIZE, 3)), []
        for step in range(10):
            middle = 10 * step + 5
            state = 0.5 * state + 0.5 * (timeline.at(middle) if middle < timeline.duration else 0.25)
            steps.append(state)
        for column, (start, end) in enumerate(bins):
            shares = [max(0, min(end, 10 * k + 10) - max(start, 10 * k)) for k in range(10)]
            expected = np.average(steps, axis=0, weights=shares).transpose(2, 0, 1).ravel()
            assert np.allclose(assembly.values[row, :, column], expected, atol=1e-6)


@pytest.mark.parametrize("kind", ["frame", "recurrent"])
def test_batches_and_order_do_not_count(kind, frame_model, recurrent_model, tmp_path):
    from harness.store import Store

    model, stimuli = {"frame": frame_model, "recurrent": recurrent_model}[kind], coloured(11)
    order = np.random.default_rng(0).permutation(11)
    found = []
    for batch_size, rows in ((1, np.arange(11)), (4, order), (64, np.arange(11))):
        candidate = as_brain_model(model, batch_size=batch_size, store=Store(tmp_path / str(batch_size)))
        candidate.start_recording("IT", [(0, 30), (30, 100)])
        values = candidate.look_at(stimuli.select(rows)).values
        found.append(values[np.argsort(rows)])
    for other in found[1:]:
        assert np.abs(other - found[0]).max() <= 1e-5 * np.abs(found[0]).max()


def test_a_reduction_can_be_asked_for(frame_model):
    candidate = as_brain_model(frame_model)
    candidate.start_recording("V1", [(0, 100)], reduction=SpatialMean())
    assert candidate.look_at(coloured()).sizes["neuroid"] == 4


def test_images_without_a_timeline_are_shown_until_the_last_bin_ends(recurrent_model, images):
    candidate = as_brain_model(recurrent_model)
    candidate.start_recording("IT", [(0, 10), (70, 80)])
    assembly = candidate.look_at(images)
    assert set(assembly["stimulus_duration"].values) == {80}
    assert np.allclose(assembly.sel(truth="red").values.max(1), [[0.5, 1 - 0.5**8]], atol=1e-6)


def test_brainio_sets_and_paths_may_repeat_and_keep_their_names(frame_model, images):
    candidate = as_brain_model(frame_model)
    candidate.start_recording("IT", [(0, 100)])
    once = candidate.look_at(images)
    assert once["stimulus_id"].values.tolist() == [0, 1, 2] and once["truth"].values.tolist() == CLASSES
    repeated = candidate.look_at(images.iloc[[2, 0, 2]])
    assert repeated["stimulus_id"].values.tolist() == [2, 0, 2]
    assert np.array_equal(repeated.values, once.values[[2, 0, 2]])
    paths = candidate.look_at([str(images.stimulus_paths[number]) for number in (1, 1, 0)])
    assert paths["stimulus_id"].values.tolist() == ["green", "green", "red"]
    assert np.array_equal(paths.values, once.values[[1, 1, 0]])


def test_trials_of_a_deterministic_model_are_one(frame_model, recurrent_model):
    candidate = as_brain_model(frame_model)
    candidate.start_recording("IT", [(0, 100)])
    assert np.array_equal(
        candidate.look_at(coloured(), number_of_trials=10).values, candidate.look_at(coloured()).values
    )
    for wrong in (0, 1.5):
        with pytest.raises(RecordingError, match="at least 1"):
            candidate.look_at(coloured(), number_of_trials=wrong)


class Noisy(Leaky):
    """As `Leaky`, with noise of standard deviation 1 on what is recorded."""

    def step(self, frame, state):
        state = 0.5 * state + 0.5 * frame
        self.area(state + torch.randn(state.shape, device=state.device))
        self.score(8 * state.mean((2, 3)))
        return state


@pytest.fixture
def noisy_model() -> RecurrentModel:
    torch.manual_seed(0)
    return RecurrentModel("noisy", Noisy(), dt=50, regions={"IT": "area"}, deterministic=False, **OPTIONS)


def test_trials_of_a_model_that_is_not_deterministic_are_averaged(noisy_model):
    candidate, exact = as_brain_model(noisy_model), as_brain_model(RecurrentModel("leaky", Leaky(), dt=50, **OPTIONS))
    [layer] = exact.record_layers(coloured(), ["area"], [(0, 50)]).values()
    candidate.start_recording("IT", [(0, 50)])
    noise = [
        (candidate.look_at(coloured(), number_of_trials=trials).values - layer.array().transpose(0, 2, 1)).std()
        for trials in (1, 16)
    ]
    assert noise[0] == pytest.approx(1, abs=0.1) and noise[1] == pytest.approx(0.25, abs=0.03)
    candidate.start_task(Task.probabilities, coloured(), number_of_trials=2)
    assert candidate.look_at(coloured(), number_of_trials=2).sizes["choice"] == 3


def test_trials_that_vary_by_microsaccades_are_refused_in_one_sentence(frame_model):
    candidate = as_brain_model(frame_model)
    candidate.start_recording("IT", [(0, 100)])
    for ask in (
        lambda: candidate.look_at(coloured(), number_of_trials=3, require_variance=True),
        lambda: candidate.start_task(Task.probabilities, coloured(), require_variance=True),
    ):
        with pytest.raises(ModelError, match="microsaccades"):
            ask()
    candidate.look_at(coloured(), require_variance=False)


def test_bins_may_be_what_xarray_makes_of_one(frame_model):
    bin_ = np.empty((), dtype=object)
    bin_[()] = (70, 170)
    candidate = as_brain_model(frame_model)
    candidate.start_recording("IT", time_bins=[bin_])
    assert candidate.look_at(coloured())["time_bin_end"].values.tolist() == [170]


def test_record_is_the_engine(frame_model):
    candidate, bins = as_brain_model(frame_model), [(0, 20), (20, 40)]
    responses = candidate.record_layers(coloured(), ["maps", "area"], bins)
    assert list(responses) == ["maps", "area"] and responses["maps"].shape == (12, 2, 4 * SIZE * SIZE)
    assert np.array_equal(candidate.record(coloured(), "V1", bins), responses["maps"].array())
    assert candidate.record(coloured(), "V1", bins, SpatialMean()).shape == (12, 2, 4)
    with pytest.raises(RecordingError, match="at least one layer and one time bin"):
        candidate.record(coloured(), "V1", [])


def test_record_leaves_a_recording_running(frame_model):
    candidate = as_brain_model(frame_model)
    candidate.start_recording("IT", [(0, 100)])
    candidate.record(coloured(), "V1", [(0, 20), (20, 40)])
    assert candidate.look_at(coloured()).sizes["time_bin"] == 1
    assert set(candidate.shown.values()) == {"coloured"}


def test_callbacks_are_told(frame_model):
    seen = []
    candidate = as_brain_model(frame_model, callbacks=[seen.append])
    candidate.start_recording("IT", [(0, 100)])
    candidate.look_at(coloured())
    assert seen[-1].finished and seen[-1].stimuli_done == 12 and seen[-1].model == "colours"


# tasks


def test_labels_are_the_likeliest_of_the_labels(frame_model):
    candidate = as_brain_model(frame_model)
    candidate.start_task(Task.label, CLASSES)
    labels = candidate.look_at(coloured(6))
    assert labels.dims == ("choice", "presentation") and labels.shape == (1, 6)
    assert labels.values.tolist() == [CLASSES * 2]
    assert labels["label"].values.tolist() == CLASSES * 2
    assert (labels.values == labels["image_label"].values).all(), "as Brain-Score's error consistency compares them"
    candidate.start_task(Task.label, ["blue", "green"])
    assert candidate.look_at(coloured(6)).sel(image_label="red").isin(["blue", "green"]).all()


class Thousand(nn.Module):
    """Class scores are the first thousand numbers of an image, times 4."""

    def __init__(self):
        super().__init__()
        self.score = nn.Identity()

    def forward(self, x):
        return self.score(4 * x.flatten(1)[:, :1000])


@pytest.fixture
def imagenet_model() -> FrameModel:
    options = {"preprocessing": Preprocessing(20), "readout": "score", "layers": ["score"]}
    return FrameModel("thousand", Thousand(), classes=imagenet_classes(), **options)


def test_models_of_imagenet_name_synsets_and_english_labels(imagenet_model):
    images = np.random.default_rng(0).random((40, 20, 20, 3))
    stimuli = StimulusSet.from_images("noise", list(images), 100)
    scores = 4 * images.transpose(0, 3, 1, 2).reshape(40, -1)[:, :1000].astype(np.float32)
    candidate = as_brain_model(imagenet_model)
    candidate.start_task(Task.label, "imagenet")
    named = candidate.look_at(stimuli)
    assert named["logit"].values.tolist() == scores.argmax(1).tolist()
    assert named.values[0].tolist() == [imagenet_synsets()[at] for at in scores.argmax(1)]
    assert named["synset"].values.tolist() == named.values[0].tolist()
    likely = np.exp(scores) / np.exp(scores).sum(1, keepdims=True)
    labels = ["airplane", "dog", "Sewing Machine"]
    for aggregation, pool in (("mean", np.mean), ("max", np.max)):
        candidate.start_task(Task.label, labels, aggregation=aggregation)
        pooled = np.stack([pool(likely[:, label_positions(label)], axis=1) for label in labels])
        assert candidate.look_at(stimuli).values[0].tolist() == [labels[at] for at in pooled.argmax(0)]
    with pytest.raises(ModelError, match="no class airplain"):
        candidate.start_task(Task.label, ["airplain"])
    with pytest.raises(ModelError, match=r"near it are .*airplane"):
        label_positions("airplain")


def test_probabilities_of_own_classes(frame_model):
    stimuli = coloured(6)
    candidate = as_brain_model(frame_model)
    candidate.start_task(Task.probabilities, stimuli.select([2, 0, 1]))
    assembly = candidate.look_at(stimuli)
    assert assembly.attrs["readout"] == "own" and assembly.dims == ("presentation", "choice")
    assert assembly["choice"].values.tolist() == ["blue", "red", "green"]
    scores = np.array([8 * timeline.at(0).mean((0, 1)) for timeline in stimuli.timelines])[:, [2, 0, 1]]
    expected = np.exp(scores) / np.exp(scores).sum(1, keepdims=True)
    assert np.allclose(assembly.values, expected, atol=1e-5)
    candidate.start_task(Task.probabilities, ["blue", "red", "green"])
    assert np.array_equal(candidate.look_at(stimuli).values, assembly.values)


def test_probabilities_of_other_labels_are_fitted(frame_model):
    renamed = {"red": "warm", "green": "cold", "blue": "cold"}

    def warm(stimuli):
        table = stimuli.table.assign(image_label=stimuli.table["image_label"].map(renamed))
        return StimulusSet("warm", table, stimuli.timelines)

    candidate = as_brain_model(frame_model)
    candidate.start_task(Task.probabilities, warm(coloured(60, seed=0)))
    assembly = candidate.look_at(warm(coloured(30, seed=1)))
    assert assembly.attrs["readout"] == "fitted" and assembly.attrs["layer"] == "area"
    assert assembly["choice"].values.tolist() == ["warm", "cold"]
    assert np.allclose(assembly.values.sum(1), 1)
    chosen = assembly["choice"].values[assembly.values.argmax(1)]
    assert (chosen == assembly["image_label"].values).mean() > 0.95


def test_a_fitted_readout_takes_brainio_sets_and_numbers_as_labels(frame_model, images):
    candidate = as_brain_model(frame_model)
    candidate.start_task(Task.probabilities, images.assign(image_label=[1, 2, 3]))
    assembly = candidate.look_at(images)
    assert assembly["choice"].values.tolist() == [1, 2, 3]
    assert (assembly.values.argmax(1) == [0, 1, 2]).all()


def test_the_last_step_of_each_stimulus_is_read_unless_told_otherwise(recurrent_model):
    """A red image after a green one: at first the answer is green, in the end it is red."""
    change = Timeline.of([(plain("green"), 60), (plain("red"), 60)])
    timelines = [change, Timeline.still(plain("green"), 60), change.then(plain("green"), 40)]
    stimuli = StimulusSet("change", pd.DataFrame({"stimulus_id": ["change", "short", "back"]}), timelines)

    def answers(**options):
        candidate = as_brain_model(recurrent_model, **options)
        candidate.start_task(Task.label, ["red", "green"])
        return candidate.look_at(stimuli).values[0].tolist()

    assert answers() == ["red", "green", "green"]
    assert answers(response_window=(0, 60)) == ["green", "green", "green"]
    assert answers(response_window=(100, 120))[::2] == ["red", "red"]


def test_a_frame_model_answers_from_all_that_it_saw(frame_model):
    timeline = Timeline.of([(plain("green"), 60), (plain("red"), 30)])
    candidate = as_brain_model(frame_model)
    candidate.start_task(Task.probabilities, CLASSES)
    values = candidate.look_at(StimulusSet("change", pd.DataFrame({"stimulus_id": ["change"]}), [timeline])).values
    scores = np.array([8 / 3, 16 / 3, 0])
    assert np.allclose(values, np.exp(scores) / np.exp(scores).sum(), atol=1e-5)


def test_exposure_is_that_of_images_without_a_timeline(recurrent_model, images):
    def duration(**options):
        candidate = as_brain_model(recurrent_model, **options)
        candidate.start_task(Task.label, CLASSES)
        return set(candidate.look_at(images)["stimulus_duration"].values)

    assert duration() == {200} and duration(exposure=50) == {50} and duration(response_window=(70, 170)) == {170}


def test_a_clip_model_is_a_brain_model_too():
    class Video(nn.Module):
        def __init__(self):
            super().__init__()
            self.score = nn.Identity()

        def forward(self, x):
            return self.score(8 * x.mean((2, 3, 4)))

    options = {"readout": "score", "classes": CLASSES, "layers": ["score"], "frame_rate": 50, "window": 2}
    candidate = as_brain_model(ClipModel("video", Video(), preprocessing=Preprocessing(SIZE), **options))
    candidate.start_task(Task.label, CLASSES)
    assert candidate.look_at(coloured(6)).values.tolist() == [CLASSES * 2]


def test_an_image_fills_every_window_of_a_clip_model(images):
    class Video(nn.Module):
        def __init__(self):
            super().__init__()
            self.mean = nn.Identity()

        def forward(self, x):
            return self.mean(x.mean((2, 3, 4)))

    options = {"regions": {"IT": "mean"}, "frame_rate": 50, "window": 5}
    candidate = as_brain_model(ClipModel("video", Video(), preprocessing=Preprocessing(SIZE), **options))

    def first_bin(*bins):
        candidate.start_recording("IT", bins)
        return candidate.look_at(images).values[..., 0]

    alone = first_bin((0, 80))
    assert np.allclose(alone, first_bin((0, 80), (80, 400)), atol=1e-6)
    assert np.allclose(alone, first_bin((0, 100)), atol=1e-6)


def test_the_odd_one_out(frame_model, images):
    candidate = as_brain_model(frame_model)
    candidate.start_task(Task.odd_one_out)
    choices = candidate.look_at(images.iloc[[0, 0, 1, 2, 1, 1, 2, 0, 2]])
    assert choices.dims == ("choice", "presentation") and choices.values.tolist() == [[1, 2, 0]]
    assert choices["stimulus_id"].values.tolist() == ["0|0|1", "2|1|1", "2|0|2"]
    assert choices["odd"].values.tolist() == [2, 0, 1]
    with pytest.raises(BenchmarkError, match="2 is not a multiple of 3"):
        candidate.look_at(images.iloc[:2])


def test_synsets_are_the_labels_of_imagenet(frame_model):
    with pytest.raises(ModelError, match="not WordNet synsets"):
        as_brain_model(frame_model).start_task(Task.label, "imagenet")
    frame_model.classes = ["n02107574", "n02123045", "n02804414"]
    candidate = as_brain_model(frame_model)
    candidate.start_task(Task.label, "imagenet")
    assert candidate.look_at(coloured(3)).values.tolist() == [frame_model.classes]


@pytest.mark.parametrize(
    ("task", "labels", "message"),
    [
        (Task.label, ["red", "purple"], "no class purple; ask for labels among its 3"),
        (Task.label, None, "needs labels"),
        (Task.label, [], "needs labels"),
        (Task.label, "red", "needs labels"),
        (Task.probabilities, ["purple"], "or give stimuli with a column 'image_label'"),
        (Task.probabilities, StimulusSet.from_images("x", [plain("red")], 10), "need a column 'image_label'"),
        (Task.probabilities, StimulusSet.from_images("x", [plain("red")], 10, image_label=["x"]), "two labels"),
    ],
)
def test_tasks_that_lack_something_are_refused(frame_model, task, labels, message):
    with pytest.raises(HarnessError, match=message):
        as_brain_model(frame_model).start_task(task, labels)


def test_models_without_what_a_task_reads_are_refused():
    model = FrameModel("bare", Colours(), preprocessing=Preprocessing(SIZE))
    candidate = as_brain_model(model)
    with pytest.raises(ModelError, match="no read-out of its own"):
        candidate.start_task(Task.label, CLASSES)
    with pytest.raises(ModelError, match=re.escape("pass behavioural_layer=LAYER to as_brain_model")):
        candidate.start_task(Task.odd_one_out)
    chosen = as_brain_model(model, behavioural_layer="area")
    chosen.start_task(Task.probabilities, coloured(30))
    assert chosen.look_at(coloured(3)).attrs["layer"] == "area"
