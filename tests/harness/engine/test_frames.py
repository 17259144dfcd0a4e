"""Frame models: what is captured, what is stored, and that nothing about the order of work changes a response."""

import os
import weakref
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch

from harness import (
    AllUnits,
    CentreUnits,
    HarnessError,
    MeanAbsolute,
    RandomProjection,
    RandomUnits,
    Recording,
    SpatialMean,
    StimulusSet,
    Timeline,
    extract,
)
from harness.engine.reductions import projection_matrix
from harness.errors import RecordingError, StoreError
from harness.identity import digest
from harness.store import Store


def forward(model, images, layer):
    """The reference: the layer's output on the whole batch, by a hook that copies."""
    kept = []
    handle = model.network.get_submodule(layer).register_forward_hook(lambda m, i, o: kept.append(o.detach().clone()))
    with torch.inference_mode():
        model.network(torch.stack([model.preprocessing.place(image, 1.0, (0.5, 0.5, 0.5)) for image in images]))
    handle.remove()
    return [output.numpy() for output in kept]


def close(a, b):
    """The tolerance everywhere: relative to the largest response of the layer."""
    return np.abs(a - b).max() <= 1e-5 * np.abs(b).max()


@pytest.mark.parametrize("layer", ["conv1", "bn1", "pool", "head"])
def test_responses_are_what_the_network_computes(frame_model, stimuli, images, layer):
    """`bn1` is followed by an in-place ReLU, which must not reach what was recorded."""
    values = extract(frame_model, stimuli, Recording(layer)).array()
    assert close(values[:, 0], forward(frame_model, images, layer)[0].reshape(len(images), -1))


def test_a_module_that_fires_twice_must_be_named_by_its_firing(frame_model, stimuli, images):
    with pytest.raises(RecordingError, match=r"'relu' of 'static' fires 2 times .* 'relu:0' to 'relu:1'"):
        extract(frame_model, stimuli, Recording("relu"))
    both = extract(frame_model, stimuli, Recording(["relu:0", "relu:1"]))
    for name, expected in zip(both, forward(frame_model, images, "relu"), strict=True):
        assert close(both[name].array()[:, 0], expected.reshape(len(images), -1))


@pytest.mark.parametrize(
    ("layer", "message"),
    [("relu:2", "fires only 2 times"), ("unused", "is not used"), ("conv7", "has no layer 'conv7'")],
)
def test_a_layer_that_cannot_be_recorded_is_refused(frame_model, stimuli, layer, message):
    with pytest.raises(HarnessError, match=message):
        extract(frame_model, stimuli, Recording(layer))


def test_units_say_where_they_are(frame_model, stimuli, images):
    conv = forward(frame_model, images, "conv1")[0]
    full = extract(frame_model, stimuli, Recording("conv1"))["conv1"]
    u = full.units
    assert np.array_equal(full.array()[3, 0], conv[3][u.channel, u.y, u.x])
    centre = extract(frame_model, stimuli, Recording("conv1", reduction=CentreUnits()))["conv1"]
    assert np.array_equal(centre.array()[:, 0], conv[:, :, 8, 8])
    assert set(centre.units.y) == {8}
    assert close(
        extract(frame_model, stimuli, Recording("conv1", reduction=SpatialMean())).array()[:, 0], conv.mean((2, 3))
    )
    magnitude = extract(frame_model, stimuli, Recording("conv1", reduction=MeanAbsolute()))["conv1"]
    assert close(magnitude.array()[:, 0, 0], np.abs(conv).mean((1, 2, 3))) and len(magnitude.units) == 1


def test_random_units_are_some_of_all_and_the_same_in_every_process(frame_model, stimuli, images):
    conv = forward(frame_model, images, "conv1")[0]
    some = extract(frame_model, stimuli, Recording("conv1", reduction=RandomUnits(40)))["conv1"]
    u = some.units
    assert len(u) == len(set(zip(u.channel, u.y, u.x, strict=True))) == 40
    assert np.array_equal(some.array()[3, 0], conv[3][u.channel, u.y, u.x])
    assert RandomUnits(3)._drawn("layer", 100).tolist() == RandomUnits(3)._drawn("layer", 100).tolist() == [12, 25, 98]
    assert len(RandomUnits(10**6)._drawn("layer", 100)) == 100


def test_a_projection_keeps_norms_and_is_the_same_in_every_process(frame_model, stimuli, images):
    projected = extract(frame_model, stimuli, Recording("conv1", reduction=RandomProjection(512))).array()[:, 0]
    norms = np.linalg.norm(forward(frame_model, images, "conv1")[0].reshape(len(images), -1), axis=1)
    assert np.allclose(np.linalg.norm(projected, axis=1) / norms, 1, atol=0.25)
    matrix = projection_matrix("layer", 400, 8, 1, torch.device("cpu")).to_dense().numpy()
    assert np.unique(np.abs(matrix[matrix != 0])).min() == pytest.approx((0.05 * 8) ** -0.5)
    assert 80 < (matrix != 0).sum() < 240
    assert digest(matrix) == "d7cec77950a7fbbd67ace239eb0ce26edc1b9656c1c2311a40ad274d26907e14"
    other = projection_matrix("layer", 400, 8, 2, torch.device("cpu")).to_dense().numpy()
    assert not np.array_equal(matrix, other)


@pytest.mark.parametrize("batch_size", [1, 7, 64])
def test_batch_size_and_order_do_not_matter(frame_model, stimuli, tmp_path, batch_size):
    recording = Recording(["bn1", "head"])
    reference = extract(frame_model, stimuli, recording, store=Store(tmp_path / "a"), batch_size=32)
    order = np.random.default_rng(1).permutation(len(stimuli))
    other = extract(frame_model, stimuli.select(order), recording, store=Store(tmp_path / "b"), batch_size=batch_size)
    for layer in recording.layers:
        assert close(other[layer].array(), reference[layer].array()[order])


def test_each_unique_frame_is_computed_once(frame_model, images, count):
    movies = [Timeline.movie([images[i], images[j]] * 10, 50) for i in range(5) for j in range(5, 10)]
    table = pd.DataFrame({"stimulus_id": [str(i) for i in range(25)]})
    responses = extract(frame_model, StimulusSet("movies", table, movies), Recording("conv1", [(0, 400)]))
    assert count["frames"] == 10 + 2  # one more to learn the shapes, and one to choose the order in memory
    conv = forward(frame_model, images, "conv1")[0].reshape(len(images), -1)
    assert close(responses.array()[7, 0], (conv[1] + conv[7]) / 2)


def test_bins_are_means_of_what_is_on_the_screen(frame_model, images):
    stimuli = StimulusSet(
        "two", pd.DataFrame({"stimulus_id": ["a"]}), [Timeline.of([(images[0], 30), (images[1], 50)])], background=0.25
    )
    bins = [(0, 30), (20, 60), (60, 100), (-20, 20), (200, 300)]
    values = extract(frame_model, stimuli, Recording("conv1", bins)).array()[0]
    blank = np.full((16, 16, 3), 0.25, np.float32)
    first, second, nothing = forward(frame_model, [images[0], images[1], blank], "conv1")[0].reshape(3, -1)
    expected = [first, (first + 3 * second) / 4, (second + nothing) / 2, (first + nothing) / 2, nothing]
    assert close(values, np.array(expected))


def test_bins_as_long_as_movie_frames_see_one_frame_each(frame_model, images):
    """Also where a frame's length has no end in binary or decimal digits; nothing is mixed with its neighbours or the blank."""
    movie = StimulusSet("movie", pd.DataFrame({"stimulus_id": ["m"]}), [Timeline.movie(images[:5], 60)])
    bins = [(i * 1000 / 60, (i + 1) * 1000 / 60) for i in range(5)]
    responses = extract(frame_model, movie, Recording(["conv1"], bins))
    assert responses.provenance["rows"] == 5
    stills = extract(frame_model, StimulusSet.from_images("stills", images[:5], 10), Recording(["conv1"]))
    assert np.array_equal(responses.array()[0], stills.array()[:, 0])


def test_one_more_stimulus_or_layer_computes_only_that(frame_model, stimuli, count):
    first = extract(frame_model, stimuli.select(range(30)), Recording("conv1"))
    assert first.provenance["hits"] == 0
    count["frames"] = 0
    assert extract(frame_model, stimuli, Recording("conv1")).provenance["hits"] == 30
    assert count["frames"] == 10 + 2
    both = extract(frame_model, stimuli, Recording(["conv1", "bn1"]))
    files = sum(1 for entry in Store().entries() for _ in entry.parts() if entry.description["layer"] == "conv1")
    assert files == 2  # conv1 was not written again
    again = extract(frame_model, stimuli, Recording(["conv1", "bn1"]))
    assert again.provenance["hits"] == len(stimuli)
    assert np.array_equal(again["bn1"].array(), both["bn1"].array())


def test_changed_weights_pixels_or_preprocessing_miss(frame_model, stimuli, images):
    extract(frame_model, stimuli, Recording("conv1"))
    with torch.no_grad():
        frame_model.network.conv1.weight[0, 0, 0, 0] += 1e-3
    assert extract(frame_model, stimuli, Recording("conv1")).provenance["hits"] == 0
    images[0] = images[0].copy()
    images[0][0, 0, 0] ^= 1
    changed = StimulusSet.from_images("noise", images, 100.0)
    assert extract(frame_model, changed, Recording("conv1")).provenance["hits"] == len(stimuli) - 1
    bright = StimulusSet.from_images("noise", images, 100.0, background=1.0)
    assert extract(frame_model, bright, Recording("conv1")).provenance["hits"] == 0


def test_responses_are_mapped_and_not_copied(frame_model, stimuli):
    layer = extract(frame_model, stimuli, Recording("conv1", [(0, 20), (20, 40), (40, 100)]))["conv1"]
    values = layer.array()
    assert values.shape == layer.shape == (40, 3, 8 * 256)
    assert values.strides[1] == 0, "laid out over time without a copy"
    base = values
    while base.base is not None and not isinstance(base, np.memmap):
        base = base.base
    assert isinstance(base, np.memmap)
    for rows, batch in layer.batches(16):
        assert np.array_equal(batch, values[rows])


def test_large_responses_are_gathered_on_disk(frame_model, stimuli, monkeypatch):
    layer = extract(frame_model, stimuli.select(range(39, -1, -1)), Recording("conv1"))["conv1"]
    again = extract(frame_model, stimuli, Recording("conv1"))["conv1"]
    assert not isinstance(again.array(), np.memmap)
    monkeypatch.setattr("harness.engine.responses.GATHER_LIMIT", 1000)
    assert isinstance(again.array(), np.memmap)
    assert np.array_equal(again.array()[::-1], layer.array())


def test_memory_running_out_halves_the_batch(frame_model, stimuli, tmp_path, monkeypatch):
    reference = extract(frame_model, stimuli, Recording("head"), store=Store(tmp_path / "a")).array()
    sizes = []
    inner = type(frame_model.network).forward

    def hungry(self, x):
        sizes.append(len(x))
        if len(x) > 6:
            raise torch.OutOfMemoryError("CUDA out of memory")
        return inner(self, x)

    monkeypatch.setattr(type(frame_model.network), "forward", hungry)
    values = extract(frame_model, stimuli, Recording("head"), store=Store(tmp_path / "b"), batch_size=32).array()
    assert close(values, reference)
    assert max(sizes[sizes.index(32) + 2 :]) <= 16
    monkeypatch.setattr(type(frame_model.network), "forward", lambda self, x: (_ for _ in ()).throw(MemoryError()))
    with pytest.raises((RecordingError, MemoryError)):
        extract(frame_model, stimuli, Recording("conv1"), store=Store(tmp_path / "c"))


def test_half_storage_and_mixed_precision_are_asked_for(frame_model, stimuli):
    full = extract(frame_model, stimuli, Recording("head")).array()
    half = extract(frame_model, stimuli, Recording("head", storage="float16")).array()
    mixed = extract(frame_model, stimuli, Recording("head", precision="bfloat16")).array()
    assert (full.dtype, half.dtype, mixed.dtype) == (np.float32, np.float16, np.float32)
    assert np.abs(half - full).max() <= 1e-3 * np.abs(full).max()
    assert 0 < np.abs(mixed - full).max() <= 0.05 * np.abs(full).max()


def test_responses_too_large_for_half_storage_are_refused(frame_model, stimuli):
    with torch.no_grad():
        frame_model.network.get_submodule("head").weight.mul_(1e8)
    with pytest.raises(RecordingError, match=r"of the layer 'head' do not fit into float16.* storage='float32'"):
        extract(frame_model, stimuli, Recording("head", storage="float16"))
    assert np.isfinite(extract(frame_model, stimuli, Recording("head")).array()).all()


def test_the_switches_of_result_caching_are_honoured(frame_model, stimuli, monkeypatch, tmp_path):
    monkeypatch.setenv("RESULTCACHING_CACHEDONLY", "1")
    with pytest.raises(StoreError, match="40 of 40 responses of 'static' to 'noise' are not stored"):
        extract(frame_model, stimuli, Recording("head"))
    monkeypatch.setenv("RESULTCACHING_CACHEDONLY", "harness.scoring.score_pairs")
    monkeypatch.setenv("RESULTCACHING_DISABLE", "harness.engine,other")
    kept = extract(frame_model, stimuli, Recording("head"))
    assert not list(Store().folder.glob("[!.]*"))  # nothing but the mark of the look before
    monkeypatch.setenv("RESULTCACHING_DISABLE", "0")
    monkeypatch.setenv("RESULTCACHING_HOME", str(tmp_path))
    assert np.array_equal(extract(frame_model, stimuli, Recording("head")).array(), kept.array())
    assert list((tmp_path / "activations").iterdir())
    monkeypatch.setenv("RESULTCACHING_CACHEDONLY", "1")
    assert extract(frame_model, stimuli, Recording("head")).provenance["hits"] == 40


def test_a_forked_process_leaves_what_its_parent_reads(frame_model, stimuli, monkeypatch):
    monkeypatch.setenv("RESULTCACHING_DISABLE", "1")
    held = [extract(frame_model, stimuli, Recording("head"))]
    child = os.fork()
    if not child:
        held.clear()
        weakref.finalize._exitfunc()  # as when a process ends
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    assert held[0].array().shape[0] == len(stimuli)


def test_callbacks_see_an_extraction_from_beginning_to_end(frame_model, stimuli):
    seen = []
    extract(frame_model, stimuli, Recording("head"), batch_size=16, callbacks=[seen.append])
    assert [p.rows_done for p in seen] == [0, 16, 32, 40, 40]
    assert seen[-1].finished and seen[-1].stimuli_done == 40 and seen[-1].frames == 40
    seen.clear()
    extract(frame_model, stimuli, Recording("head"), callbacks=[seen.append])
    assert [(p.hits, p.rows_done) for p in seen] == [(40, 40), (40, 40)]


def test_the_callers_settings_are_left_as_they_were(frame_model, stimuli):
    before = torch.backends.cudnn.allow_tf32, torch.is_grad_enabled(), torch.is_inference_mode_enabled()
    extract(frame_model, stimuli, Recording("head"))
    assert before == (torch.backends.cudnn.allow_tf32, torch.is_grad_enabled(), torch.is_inference_mode_enabled())
    assert not frame_model.network.head._forward_hooks


def test_reductions_are_part_of_the_key(frame_model, stimuli):
    a = extract(frame_model, stimuli, Recording("conv1", reduction=AllUnits()))["conv1"].shape
    b = extract(frame_model, stimuli, Recording("conv1", reduction=SpatialMean()))["conv1"].shape
    assert (a[2], b[2]) == (2048, 8)


def test_slow_work_is_kept_part_by_part_and_files_do_not_stay_open(frame_model, stimuli, monkeypatch):
    reference = extract(frame_model, stimuli, Recording("conv1", reduction=SpatialMean())).array()
    monkeypatch.setattr("harness.engine.writer.PART_SECONDS", 0.0)
    responses = extract(frame_model, stimuli, Recording(["conv1", "bn1"]), batch_size=2)
    before = len(list(Path("/proc/self/fd").iterdir())) if Path("/proc/self/fd").is_dir() else 0
    assert sum(1 for entry in Store().entries() for _ in entry.parts()) == 1 + 2 * 20
    values = responses["conv1"].array().reshape(40, 8, 256).mean(2)
    assert close(values, reference[:, 0])
    if before:
        assert len(list(Path("/proc/self/fd").iterdir())) <= before


def test_a_model_that_cannot_be_described_is_computed_anew_and_not_stored(frame_model, stimuli, tmp_path, recwarn):
    reference = extract(frame_model, stimuli, Recording("head"), store=Store(tmp_path)).array()
    frame_model.network.rule = (value for value in [1])
    for _ in range(2):
        responses = extract(frame_model, stimuli, Recording("head"))
        assert responses.provenance["hits"] == 0 and responses.provenance["model"] is None
        assert close(responses.array(), reference)
    assert not Store().folder.exists()
    said = [str(warning.message) for warning in recwarn if "not cached" in str(warning.message)]
    assert said == ["network.rule: a generator cannot be described, so 'static' is not cached"]


def test_a_lesion_by_a_hook_is_another_model(frame_model, stimuli):
    intact = extract(frame_model, stimuli, Recording("head")).array()
    handle = frame_model.network.conv2.register_forward_hook(lambda module, inputs, output: torch.zeros_like(output))
    lesioned = extract(frame_model, stimuli, Recording("head"))
    assert lesioned.provenance["hits"] == 0 and not close(lesioned.array(), intact)
    handle.remove()
    assert extract(frame_model, stimuli, Recording("head")).provenance["hits"] == len(stimuli)


@pytest.mark.parametrize(("value", "word"), [(float("nan"), "NaN"), (float("inf"), "infinity")])
def test_responses_that_are_not_finite_are_refused_with_their_place(frame_model, images, value, word):
    class Broken(torch.nn.Module):
        def forward(self, x):
            return torch.where(x.amax((1, 2, 3), keepdim=True) > 0.9, value, x)

    frame_model.network.bn1 = Broken()
    dark = [np.full((16, 16), 0.5), np.full((16, 16), 0.2), np.ones((16, 16))]
    frame_model.preprocessing = type(frame_model.preprocessing)(16)
    frame_model.network.conv1 = torch.nn.Identity()
    frame_model.network.conv2 = torch.nn.Conv2d(3, 8, 3)
    stimuli = StimulusSet.from_images("three", {"a": dark[0], "b": dark[1], "white": dark[2]}, 100.0)
    message = f"layer 'bn1' responds with {word} to stimulus 'white' between 0 and 50 ms"
    with pytest.raises(RecordingError, match=message):
        extract(frame_model, stimuli, Recording("bn1", [(0, 50), (50, 100)]))


def test_a_layer_whose_first_axis_is_not_the_stimuli_is_refused(frame_model, images):
    class Mixed(torch.nn.Module):
        def forward(self, x):
            return x.flatten(2).movedim(2, 0)[:40]

    frame_model.network.bn1 = torch.nn.Sequential(Mixed(), torch.nn.Identity())
    with pytest.raises(RecordingError, match=r"layer 'bn1' of 'static' gives \(40, 1, 8\) for a batch of 1"):
        extract(frame_model, StimulusSet.from_images("x", images[:40], 100.0), Recording("bn1"))


def test_modes_are_as_they_were_also_after_a_hit(frame_model, stimuli):
    frame_model.network.train()
    frame_model.network.bn1.eval()
    before = {name: module.training for name, module in frame_model.network.named_modules()}
    for _ in range(2):
        extract(frame_model, stimuli, Recording("head"))
        assert {name: module.training for name, module in frame_model.network.named_modules()} == before
    with pytest.raises(RecordingError):
        extract(frame_model, stimuli, Recording("unused"))
    assert {name: module.training for name, module in frame_model.network.named_modules()} == before


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"precision": "float64"}, "precision of a recording is one of float32, bfloat16, float16, not 'float64'"),
        ({"storage": "int8"}, "storage of a recording is one of float32, float16, not 'int8'"),
        ({"time_bins": [50]}, r"a time bin is a pair \[start, end\) in ms, not 50"),
        ({"time_bins": [(0, 1, 2)]}, "a time bin is a pair"),
        ({"time_bins": [("a", "b")]}, "a time bin is a pair"),
        ({"time_bins": [(float("nan"), 50)]}, "with start < end"),
        ({"time_bins": [(-0.1, 0), (0.07, 0.17)]}, "end 0.17 ms after stimulus onset; they are in milliseconds"),
        ({"reduction": "mean"}, "the reduction of a recording is one such as"),
    ],
)
def test_a_recording_that_cannot_be_meant_is_refused(wrong, message):
    with pytest.raises(RecordingError, match=message):
        Recording("conv1", **wrong)


@pytest.mark.parametrize("size", [0, -1, 1.5, True])
@pytest.mark.parametrize("reduction", [RandomUnits, RandomProjection])
def test_a_random_reduction_keeps_at_least_one_unit(reduction, size):
    with pytest.raises(RecordingError, match="a whole number of units, at least one"):
        reduction(size)
