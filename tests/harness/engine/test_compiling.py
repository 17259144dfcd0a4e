"""Networks that `torch.compile` translates: what is recorded, its identity, and what is said where there is no compiler."""

from dataclasses import replace
from functools import partial

import numpy as np
import pytest
import torch
from typer.testing import CliRunner

from harness import Recording, extract, load_model
from harness.cli import app
from harness.errors import RecordingError
from harness.perturbation import perturbed
from harness.store import Store

translate = torch.compile


@pytest.fixture
def translated(monkeypatch):
    """The graphs that are handed to the compiler; they run as they are, which takes no compiler."""
    graphs = []

    def backend(graph, inputs):
        graphs.append(graph)
        return graph.forward

    monkeypatch.setattr(torch, "compile", partial(translate, backend=backend))
    return graphs


def alike(values, expected):
    return np.abs(values - expected).max() <= 1e-5 * np.abs(expected).max()


@pytest.mark.parametrize(
    ("kind", "layer"), [("frame", "conv2"), ("frame", "relu:1"), ("recurrent", "area"), ("clip", "change")]
)
def test_a_compiled_network_answers_the_same_under_another_key(kind, layer, request, stimuli, tmp_path, translated):
    model, store = request.getfixturevalue(f"{kind}_model"), Store(tmp_path)
    bins = [(0, 20), (20, 40)]
    usual = extract(model, stimuli, Recording(layer, bins), store=store, batch_size=5)
    assert not translated
    compiled = extract(model, stimuli, Recording(layer, bins, compiled=True), store=store, batch_size=5)
    assert translated and compiled.provenance["hits"] == 0 and alike(compiled.array(), usual.array())
    again = extract(model, stimuli, Recording(layer, bins, compiled=True), store=store)
    assert again.provenance["hits"] == again.provenance["rows"]


def test_a_compiled_network_is_perturbed_as_any_other(frame_model, stimuli, translated):
    silenced = perturbed(frame_model, "conv2: scale 0.5 from 20 to 60")
    recording = Recording("head", [(0, 20), (20, 60), (60, 80)])
    expected = extract(silenced, stimuli, recording).array()
    assert alike(extract(silenced, stimuli, replace(recording, compiled=True)).array(), expected)
    assert translated and not alike(expected, extract(frame_model, stimuli, recording).array())


def test_that_a_model_is_compiled_is_part_of_its_identity():
    usual, compiled = load_model("pixels"), load_model("pixels", compiled=True)
    assert compiled.arguments == {"compiled": True} and compiled.digest() != usual.digest()
    asked = ["score", "-m", "pixels", "-b", "Digits-decoding", "--compile", "--dry-run", "--json"]
    assert "pixels(compiled=True)" in CliRunner().invoke(app, asked).stdout


def test_without_a_compiler_one_sentence_says_what_to_do(frame_model, stimuli, monkeypatch):
    def backend(graph, inputs):
        raise RuntimeError("no working C++ compiler was found\nin many lines")

    monkeypatch.setattr(torch, "compile", partial(translate, backend=backend))
    with pytest.raises(
        RecordingError, match=r"cannot be compiled here \(no working C\+\+ compiler.*leave `compiled` out"
    ) as told:
        extract(frame_model, stimuli, Recording("head", compiled=True))
    assert "\n" not in str(told.value)
    assert np.isfinite(extract(frame_model, stimuli, Recording("head")).array()).all()


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "layer"), [("frame", "conv2"), ("recurrent", "area")])
def test_torchs_own_compiler_changes_rounding_only(kind, layer, request, stimuli):
    model = request.getfixturevalue(f"{kind}_model")
    recording = Recording(layer, [(0, 20), (20, 40)])
    try:
        compiled = extract(model, stimuli, replace(recording, compiled=True), batch_size=5).array()
    except RecordingError as error:
        pytest.skip(str(error))
    assert alike(compiled, extract(model, stimuli, recording, batch_size=5).array())
