"""Assemblies and BrainIO stimulus sets: complete, aligned, and without a copy where none is needed."""

from pathlib import Path

import numpy as np
import pandas as pd
import psutil
import pytest
import torch
from PIL import Image
from torch import nn

from harness import (
    AllUnits,
    FrameModel,
    Preprocessing,
    Recording,
    RecurrentModel,
    SpatialMean,
    StimulusSet,
    Timeline,
    extract,
)
from harness.assemblies import BrainIOStimulusSet, NeuroidAssembly, walk_coords, write_netcdf
from harness.brain_model.assemblies import from_brainio, present, to_assembly, to_brainio
from harness.errors import StimulusError

SIZE = 6


class Two(nn.Module):
    """Two maps, one after the other."""

    def __init__(self, channels: int = 3):
        super().__init__()
        self.first, self.second = nn.Conv2d(3, channels, 3, padding=1), nn.Conv2d(channels, 2, 3, stride=2, padding=1)

    def forward(self, x):
        return self.second(self.first(x))


class Leaky(nn.Module):
    def __init__(self):
        super().__init__()
        self.area = nn.Identity()

    def init(self, batch_size, device):
        return torch.zeros(batch_size, 3, SIZE, SIZE, device=device)

    def step(self, frame, state):
        return self.area(0.5 * state + 0.5 * frame)


@pytest.fixture
def model() -> FrameModel:
    torch.manual_seed(0)
    return FrameModel("two", Two(), preprocessing=Preprocessing(SIZE), layers=["first", "second"])


@pytest.fixture
def stimuli() -> StimulusSet:
    images = np.random.default_rng(0).random((5, SIZE, SIZE, 3))
    return StimulusSet.from_images("noise", list(images), 100, contrast=[0.1, 0.2, 0.3, 0.4, 0.5], kind=list("aabba"))


@pytest.fixture
def images(tmp_path: Path) -> BrainIOStimulusSet:
    """A BrainIO stimulus set of three files."""
    pixels = np.random.default_rng(1).integers(0, 256, (3, SIZE, SIZE, 3), dtype=np.uint8)
    paths = {f"id{number}": tmp_path / f"{number}.png" for number in range(3)}
    for image, path in zip(pixels, paths.values(), strict=True):
        Image.fromarray(image).save(path)
    result = BrainIOStimulusSet({"stimulus_id": list(paths), "object_name": ["cat", "dog", "cat"]})
    result.identifier, result.stimulus_paths = "images", paths
    return result


BINS = [(0, 20), (20, 40), (90, 130)]


# assemblies


def test_values_and_coordinates_are_those_of_the_responses(model, stimuli):
    responses = extract(model, stimuli, Recording(["first"], BINS))
    assembly = to_assembly(responses, stimuli, region="V1")
    assembly.validate()
    assert type(assembly) is NeuroidAssembly and assembly.dims == ("presentation", "neuroid", "time_bin")
    assert np.array_equal(assembly.values, responses["first"].array().transpose(0, 2, 1))
    assert assembly["stimulus_id"].values.tolist() == stimuli.ids
    assert assembly["contrast"].values.tolist() == [0.1, 0.2, 0.3, 0.4, 0.5]
    assert assembly["kind"].values.tolist() == list("aabba")
    assert set(assembly["stimulus_duration"].values) == {100}
    assert assembly["neuroid_id"].values.tolist() == list(range(3 * SIZE * SIZE))
    assert set(assembly["layer"].values) == {"first"} and set(assembly["region"].values) == {"V1"}
    bins = list(zip(assembly["time_bin_start"].values, assembly["time_bin_end"].values, strict=True))
    assert bins == BINS
    assert assembly.attrs["stimulus_set_identifier"] == "noise"


def test_a_unit_is_where_its_coordinates_say(model, stimuli):
    assembly = to_assembly(extract(model, stimuli, Recording(["first"], [(0, 100)])), stimuli)
    frames = torch.stack(
        [model.preprocessing.place(timeline.at(0), 1.0, stimuli.background) for timeline in stimuli.timelines]
    )
    with torch.inference_mode():
        maps = model.network.first(frames).numpy()
    for neuroid in np.random.default_rng(0).integers(0, assembly.sizes["neuroid"], 20):
        channel, y, x = (int(assembly[axis].values[neuroid]) for axis in ("channel", "y", "x"))
        assert np.allclose(assembly.values[:, neuroid, 0], maps[:, channel, y, x], atol=1e-5)


def test_units_without_a_place_say_so(model, stimuli):
    assembly = to_assembly(extract(model, stimuli, Recording(["first"], reduction=SpatialMean())), stimuli)
    assert assembly["channel"].values.tolist() == [0, 1, 2]
    assert set(assembly["y"].values) == set(assembly["x"].values) == {-1}


def test_layers_come_one_after_the_other_with_unique_neuroids(model, stimuli):
    responses = extract(model, stimuli, Recording(["first", "second"], BINS))
    both = to_assembly(responses, stimuli)
    assert both["neuroid_id"].values.tolist() == list(range(both.sizes["neuroid"]))
    for layer in responses.layers:
        alone = to_assembly(responses, stimuli, layer=layer)
        assert np.array_equal(both[{"neuroid": both["layer"].values == layer}].values, alone.values)
        assert np.array_equal(both["x"].values[both["layer"].values == layer], alone["x"].values)
    assert both["layer"].values.tolist() == ["first"] * 108 + ["second"] * 18


def test_assemblies_can_be_selected_and_grouped(model, stimuli):
    assembly = to_assembly(extract(model, stimuli, Recording(["first"], BINS)), stimuli)
    assert np.array_equal(assembly.sel(stimulus_id="00002").values, assembly.values[2:3])
    assert assembly.sel(kind="b")["stimulus_id"].values.tolist() == ["00002", "00003"]
    assert assembly.sel(time_bin_start=20, time_bin_end=40).shape == (5, 108)
    mean = assembly.groupby("kind").mean("presentation")
    assert np.allclose(mean.sel(kind="b").values, assembly.values[2:4].mean(0))
    several = assembly.multi_groupby(["kind", "stimulus_duration"]).mean(dim="presentation")
    assert sorted(several["kind"].values) == ["a", "b"]


@pytest.mark.parametrize("conditions", [{}, {"contrast": [0.1, 0.2, 0.3, 0.4, 0.5], "kind": list("aabba")}])
def test_netcdf_both_ways(model, stimuli, tmp_path, conditions):
    stimuli = StimulusSet.from_images("noise", [t.at(0) for t in stimuli.timelines], 100, **conditions)
    assembly = to_assembly(extract(model, stimuli, Recording(["first"], [(0, 12.5), (12.5, 40)])), stimuli, region="V1")
    write_netcdf(assembly, tmp_path / "assembly.nc")
    read = NeuroidAssembly.from_files(tmp_path / "assembly.nc")
    assert np.array_equal(read.values, assembly.values) and read.dims == assembly.dims
    names = {name for name, _, _ in walk_coords(assembly)}
    assert {"stimulus_id", "neuroid_id", "layer", "region", "time_bin_start", "channel", *conditions} <= names
    for name, dims, values in walk_coords(assembly):
        assert read[name].dims == dims and list(read[name].values) == list(values)


def test_a_frame_model_laid_out_over_time_is_a_view(model, stimuli):
    """Twenty bins of one response are one response in memory."""
    responses = extract(model, stimuli, Recording(["first"], [(5 * i, 5 * i + 5) for i in range(20)]))
    assembly = to_assembly(responses, stimuli)
    assert assembly.sizes["time_bin"] == 20
    assert np.shares_memory(assembly.values[..., 0], assembly.values[..., 19])
    assert assembly.variable._data.strides[2] == 0


def test_an_assembly_of_one_file_is_not_read_before_it_is_used(stimuli):
    """128 MiB of responses cost the assembly of them next to no memory of the process's own."""
    images = list(np.random.default_rng(0).random((64, 64, 64, 3), dtype=np.float32))
    large = StimulusSet.from_images("large", images, 50)
    model = FrameModel("large", Two(channels=128), preprocessing=Preprocessing(64), layers=["first"])
    responses = extract(model, large, Recording(["first"], [(0, 50)], AllUnits()))
    before = psutil.Process().memory_full_info().uss
    assembly = to_assembly(responses, large)
    grown = psutil.Process().memory_full_info().uss - before
    assert assembly.nbytes == 64 * 128 * 64 * 64 * 4
    assert grown < assembly.nbytes / 3, f"{grown / 2**20:.0f} MiB for {assembly.nbytes / 2**20:.0f} MiB"
    assert np.allclose(assembly.isel(presentation=63).values[:, 0], responses["first"].values([63])[0, 0])


def test_a_recurrent_models_time_bins_are_its_own(stimuli):
    model = RecurrentModel("leaky", Leaky(), dt=10, preprocessing=Preprocessing(SIZE), layers=["area"])
    assembly = to_assembly(extract(model, stimuli, Recording(["area"], [(0, 10), (10, 20)])), stimuli)
    assert np.allclose(assembly.values[..., 1], 1.5 * assembly.values[..., 0], atol=1e-6)


def test_other_stimuli_than_those_shown_are_refused(model, stimuli):
    responses = extract(model, stimuli, Recording(["first"]))
    with pytest.raises(StimulusError, match="responses to 5 stimuli, and 'noise' has 2"):
        to_assembly(responses, stimuli.select([0, 1]))


# BrainIO


def test_from_brainio(images):
    stimuli = from_brainio(images, 80, visual_degrees=4)
    assert stimuli.identifier == "images" and stimuli.ids == ["id0", "id1", "id2"]
    assert stimuli.table["object_name"].tolist() == ["cat", "dog", "cat"]
    assert (stimuli.duration, stimuli.visual_degrees) == (80, 4)
    for name, timeline in stimuli:
        assert np.array_equal(timeline.at(0), np.asarray(Image.open(images.get_stimulus(name))))
    assert type(stimuli.table) is pd.DataFrame


def test_there_and_back_again(tmp_path, images):
    stimuli = from_brainio(images, 80)
    again = from_brainio(to_brainio(stimuli, tmp_path / "copies"), 80)
    assert again.digest == stimuli.digest
    images.stimulus_paths["id0"].unlink()
    assert len(again.timeline("id1").at(0)) == SIZE, "the copies stand alone"


def test_turned_and_transparent_files_are_written_as_they_are_shown(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.fromarray(np.zeros((4, 6, 3), np.uint8)).save(tmp_path / "turned.png", exif=exif)
    Image.fromarray(np.zeros((4, 6, 4), np.uint8)).save(tmp_path / "clear.png")
    files = [tmp_path / "turned.png", tmp_path / "clear.png"]
    stimuli = StimulusSet.from_images("files", files, 100, background=0.2)
    written = to_brainio(stimuli, tmp_path / "out").stimulus_paths
    turned, clear = (np.asarray(Image.open(written[name])) for name in ("turned", "clear"))
    assert turned.shape == (6, 4, 3) and (clear == 51).all()


def test_arrays_become_lossless_images(tmp_path):
    rng = np.random.default_rng(0)
    images = {
        "rgb/8 bit": rng.integers(0, 256, (7, 5, 3), dtype=np.uint8),
        "grey": rng.random((4, 4)),
        "colour": rng.random((4, 6, 3)),
    }
    images["again"] = images["grey"]
    stimuli = StimulusSet.from_images("arrays", images, 100, contrast=[1, 2, 3, 4])
    converted = to_brainio(stimuli, tmp_path / "new" / "folder")
    assert isinstance(converted, BrainIOStimulusSet) and converted.identifier == "arrays"
    assert converted["contrast"].tolist() == [1, 2, 3, 4]
    back = {name: np.asarray(Image.open(converted.get_stimulus(name)).convert("RGB")) for name in images}
    assert np.array_equal(back["rgb/8 bit"], images["rgb/8 bit"])
    assert np.abs(back["grey"][..., 0] / 255 - images["grey"]).max() <= 0.5 / 255 + 1e-6
    assert np.abs(back["colour"] / 255 - images["colour"]).max() <= 0.5 / 255 + 1e-6
    assert len(list((tmp_path / "new" / "folder").iterdir())) == 3, "equal images are one file"


def test_moving_stimuli_have_no_place_in_brainio(tmp_path):
    black, white = np.zeros((2, 2)), np.ones((2, 2))
    table = pd.DataFrame({"stimulus_id": ["still", "flicker"]})
    stimuli = StimulusSet("mixed", table, [Timeline.still(black, 10), Timeline.movie([black, white], 60)])
    with pytest.raises(StimulusError, match="'flicker' of 'mixed' changes over time"):
        to_brainio(stimuli, tmp_path)


def test_incomplete_brainio_sets_are_refused(images):
    with pytest.raises(StimulusError, match="more than once"):
        from_brainio(pd.concat([images, images]).pipe(_with_paths, images.stimulus_paths), 10)
    with pytest.raises(StimulusError, match="no file for stimulus 'id1'"):
        from_brainio(_with_paths(images, {"id0": images.stimulus_paths["id0"]}), 10)
    with pytest.raises(StimulusError, match="column 'stimulus_id'"):
        from_brainio(BrainIOStimulusSet({"name": ["a"]}), 10)


def _with_paths(table, paths):
    result = BrainIOStimulusSet(table.copy())
    result.stimulus_paths = paths
    return result


# what a model is shown


def test_repeated_presentations_are_one_stimulus_each(images):
    rows = images.iloc[[2, 0, 2, 1, 0]]
    shown = present(rows, 50)
    assert shown.stimuli.ids == ["id2", "id0", "id1"]
    assert shown.of(np.array([2, 0, 1])).tolist() == [2, 0, 2, 1, 0]
    assert list(shown.index().get_level_values("stimulus_id")) == ["id2", "id0", "id2", "id1", "id0"]
    assert list(shown.index().get_level_values("object_name")) == ["cat", "cat", "cat", "dog", "cat"]


def test_names_stay_as_they_were_written(images):
    numbered = _with_paths(
        images.assign(stimulus_id=[7, 8, 9]), dict(zip([7, 8, 9], images.stimulus_paths.values(), strict=True))
    )
    assert list(present(numbered, 50).index().get_level_values("stimulus_id")) == [7, 8, 9]


def test_paths_are_stimuli(images, tmp_path):
    paths = [str(path) for path in images.stimulus_paths.values()]
    index = present([paths[1], paths[0], paths[1]], 50).index()
    assert list(index.get_level_values("stimulus_id")) == ["1", "0", "1"]
    assert list(index.get_level_values("stimulus_path")) == [paths[1], paths[0], paths[1]]
    other = tmp_path / "other" / "0.png"
    other.parent.mkdir()
    other.write_bytes(Path(paths[0]).read_bytes())
    assert present([paths[0], other], 50).stimuli.ids == [paths[0], str(other)]


@pytest.mark.parametrize("stimuli", ["image.png", 3, None, {"a": "b.png"}])
def test_anything_else_is_nothing_to_look_at(stimuli):
    with pytest.raises(StimulusError, match="a model looks at"):
        present(stimuli, 50)


def test_conditions_with_parts_become_text(stimuli):
    table = stimuli.table.assign(position=[(0, i) for i in range(5)], file=Path("a"), parts=[[1], [2], [3], [4], None])
    index = present(StimulusSet("parts", table, stimuli.timelines), 50).index()
    assert index.get_level_values("position")[1] == "(0, 1)" and index.get_level_values("parts")[0] == "[1]"


def test_a_condition_with_the_name_of_another_coordinate_is_renamed(model):
    """Stimuli have an x and a y, and so have units."""
    images = [np.full((4, 4), level) for level in (0.2, 0.8)]
    stimuli = StimulusSet.from_images("placed", images, 100, x=[1.0, 2.0], region=["upper", "lower"], z=[0, 1])
    assembly = to_assembly(extract(model, stimuli, Recording(["first"])), stimuli)
    assert assembly["stimulus_x"].values.tolist() == [1.0, 2.0] and assembly["z"].values.tolist() == [0, 1]
    assert assembly["stimulus_region"].values.tolist() == ["upper", "lower"] and assembly["x"].dims == ("neuroid",)
