"""What torch's recurrent and attention modules hand on, networks of other precisions, and networks that unroll themselves."""

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from harness import (
    FrameModel,
    MeanAbsolute,
    Preprocessing,
    RandomProjection,
    Recording,
    RecurrentModel,
    SpatialMean,
    StimulusSet,
    UnrolledModel,
    extract,
)
from harness.engine import output_shapes
from harness.errors import ModelError, RecordingError
from harness.store import Store

PLAIN = Preprocessing(size=8)


@pytest.fixture
def stimuli() -> StimulusSet:
    random = np.random.default_rng(0)
    images = {f"image{i}": random.random((8, 8, 3), dtype=np.float32) for i in range(3)}
    return StimulusSet.from_images("three", images, duration=40, visual_degrees=8)


def recorded(model, stimuli, recording, folder: Path) -> dict[str, np.ndarray]:
    found = extract(model, stimuli, recording, store=Store(folder), device="cpu")
    return {layer: np.array(found[layer].array()) for layer in found}


class Rows(nn.Module):
    """Reads the rows of an image one after the other."""

    def __init__(self, part: nn.Module, batch_first: bool):
        super().__init__()
        self.part, self.batch_first = part, batch_first

    def forward(self, x):
        rows = x.flatten(2).movedim(1, 2)[:, :16].repeat(1, 1, 2)  # (batch, 16, 6)
        rows = rows if self.batch_first else rows.movedim(0, 1)
        return self.part(rows, rows, rows) if isinstance(self.part, nn.MultiheadAttention) else self.part(rows)


@pytest.mark.parametrize("batch_first", [True, False])
@pytest.mark.parametrize("kind", ["gru", "lstm", "attention"])
def test_recurrent_and_attention_modules_give_what_they_hand_on(kind, batch_first, stimuli, tmp_path) -> None:
    torch.manual_seed(0)
    parts = {
        "gru": lambda: nn.GRU(6, 4, batch_first=batch_first),
        "lstm": lambda: nn.LSTM(6, 4, batch_first=batch_first),
        "attention": lambda: nn.MultiheadAttention(6, 2, batch_first=batch_first),
    }
    network = Rows(parts[kind](), batch_first).eval()
    model = FrameModel(kind, network, preprocessing=PLAIN, layers=["part"])
    values = recorded(model, stimuli, Recording(), tmp_path)["part"]
    inputs = torch.stack([PLAIN.place(stimuli.timeline(name).at(0), 1.0, (0.5, 0.5, 0.5)) for name in stimuli.ids])
    with torch.inference_mode():
        expected = network(inputs)[0]
    expected = expected if batch_first else expected.movedim(0, 1)
    assert np.sort(values[:, 0]) == pytest.approx(np.sort(expected.flatten(1).numpy()), abs=1e-5)


class Cell(nn.Module):
    def __init__(self):
        super().__init__()
        self.cell = nn.LSTMCell(192, 5)

    def init(self, batch_size, device):
        return torch.zeros(batch_size, 5, device=device), torch.zeros(batch_size, 5, device=device)

    def step(self, frame, state):
        return self.cell(frame.flatten(1), state)


def test_a_cell_gives_its_hidden_state(stimuli, tmp_path) -> None:
    torch.manual_seed(0)
    model = RecurrentModel("lstm", Cell(), dt=10, preprocessing=PLAIN, layers=["cell"])
    values = recorded(model, stimuli, Recording(time_bins=[(0, 10), (10, 20)]), tmp_path)["cell"]
    frame = PLAIN.place(stimuli.timeline("image0").at(0), 1.0, (0.5, 0.5, 0.5))[None]
    with torch.inference_mode():
        first = model.network.step(frame, model.network.init(1, "cpu"))
        second = model.network.step(frame, first)
    assert values[0] == pytest.approx(torch.cat([first[0], second[0]]).numpy(), abs=1e-6)


@pytest.mark.parametrize("dtype", [torch.float64, torch.float16, torch.bfloat16])
def test_networks_of_other_precisions_are_recorded(dtype, stimuli, tmp_path) -> None:
    torch.manual_seed(0)
    network = nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU(), nn.Flatten(), nn.Linear(144, 6))
    model = FrameModel("net", network, preprocessing=PLAIN, layers=["1", "3"])
    expected = recorded(model, stimuli, Recording(reduction=RandomProjection(16)), tmp_path / "float32")
    network.to(dtype)
    assert model.dtype is dtype
    found = recorded(model, stimuli, Recording(reduction=RandomProjection(16)), tmp_path / "other")
    for layer, values in found.items():
        assert values.dtype == np.float32
        assert values == pytest.approx(expected[layer], abs=2e-2 * float(np.abs(expected[layer]).max()))
    assert output_shapes(model)["3"] == "6 (channels)"


@pytest.mark.parametrize("dtype", [torch.int64, torch.bool, torch.uint8])
@pytest.mark.parametrize("reduction", [None, MeanAbsolute(), SpatialMean(), RandomProjection(4)], ids=repr)
def test_layers_that_count_or_decide_are_numbers_whatever_is_made_of_them(dtype, reduction, stimuli, tmp_path) -> None:
    class Counts(nn.Module):
        def __init__(self):
            super().__init__()
            self.out = nn.Identity()

        def forward(self, x):
            return self.out((4 * x).to(self.kind))

    network = Counts()
    model = FrameModel("net", network, preprocessing=PLAIN, layers=["out"])
    network.kind = dtype
    found = recorded(model, stimuli, Recording(reduction=reduction), tmp_path / "counts")["out"]
    network.forward = lambda x: network.out((4 * x).to(dtype).float())
    assert np.array_equal(found, recorded(model, stimuli, Recording(reduction=reduction), tmp_path / "float")["out"])


@pytest.mark.parametrize("reduction", [None, MeanAbsolute()], ids=repr)
def test_a_layer_without_units_is_refused(reduction, stimuli) -> None:
    network = nn.Sequential(nn.Flatten(), nn.Linear(3 * 8 * 8, 0))
    model = FrameModel("net", network, preprocessing=Preprocessing(8), layers=["1"])
    with pytest.raises(RecordingError, match="layer '1' of 'net' gives no units"):
        extract(model, stimuli, Recording(reduction=reduction))


class Unrolled(nn.Module):
    """Adds the image to its area once a moment, and gives all moments stacked."""

    def __init__(self):
        super().__init__()
        self.area, self.together = nn.ReLU(), nn.Identity()

    def forward(self, x):
        moments = []
        for moment in range(4):
            moments.append(self.area(x * (moment + 1)))
        return self.together(torch.stack(moments, 1))


@pytest.mark.parametrize("layer", ["area", "together"])
def test_a_network_that_unrolls_itself_has_a_time_axis(layer, stimuli, tmp_path) -> None:
    model = UnrolledModel("unrolled", Unrolled(), dt=10, steps=4, preprocessing=PLAIN, layers=[layer])
    values = recorded(model, stimuli, Recording(time_bins=[(0, 10), (10, 20), (20, 40)]), tmp_path)[layer]
    assert model.time_step == 10 and model.looks_ahead == 0
    assert values[:, 1] == pytest.approx(2 * values[:, 0], rel=1e-5)
    assert values[:, 2] == pytest.approx(3.5 * values[:, 0], rel=1e-5)


def test_a_frame_model_with_a_time_axis_is_refused_with_what_to_make() -> None:
    with pytest.raises(ModelError, match="make an UnrolledModel with dt and steps"):
        FrameModel("net", Unrolled(), preprocessing=PLAIN, layers=["together"], layouts={"together": "TCHW"})
