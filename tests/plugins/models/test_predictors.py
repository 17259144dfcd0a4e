"""ConvLSTM and PredRNN: their equations, what can be recorded, and that they learn to predict."""

import numpy as np
import pandas as pd
import pytest
import torch
from torch.nn.functional import conv2d

from harness import Recording, StimulusSet, Timeline, extract, load_model, score_model
from harness.errors import ModelError
from harness_plugins.models.predictors.cells import ConvLSTMCell, STLSTMCell

SMALL = {"size": 16, "patch": 4, "channels": [6, 5], "kernel": 3}
sigmoid = torch.sigmoid


def filled(cell: torch.nn.Module) -> torch.nn.Module:
    """Every parameter, those that begin at 0 too, from one seed."""
    generator = torch.Generator().manual_seed(1)
    with torch.no_grad():
        for parameter in cell.parameters():
            parameter.copy_(torch.randn(parameter.shape, generator=generator) * 0.3)
    return cell.double()


def maps(*channels: int) -> list[torch.Tensor]:
    generator = torch.Generator().manual_seed(2)
    return [torch.randn(2, count, 6, 6, generator=generator, dtype=torch.float64) for count in channels]


def test_convlstm_is_equation_3_of_shi():
    cell = filled(ConvLSTMCell(3, 4, 3, side=6))
    x, h, c = maps(3, 4, 4)
    w, b = cell.gates.weight.split(4), cell.gates.bias.split(4)
    (xi, hi), (xf, hf), (xc, hc), (xo, ho) = (gate.split([3, 4], 1) for gate in w)
    ci, cf, co = cell.peepholes

    def conv(map_, kernel):
        return conv2d(map_, kernel, padding=1)

    i = sigmoid(conv(x, xi) + conv(h, hi) + ci * c + b[0].view(-1, 1, 1))
    f = sigmoid(conv(x, xf) + conv(h, hf) + cf * c + b[1].view(-1, 1, 1))
    new = f * c + i * torch.tanh(conv(x, xc) + conv(h, hc) + b[2].view(-1, 1, 1))
    o = sigmoid(conv(x, xo) + conv(h, ho) + co * new + b[3].view(-1, 1, 1))
    hidden, memory = cell(x, h, c)
    assert torch.allclose(memory, new, rtol=1e-12) and torch.allclose(hidden, o * torch.tanh(new), rtol=1e-12)


def test_stlstm_is_equation_3_of_wang():
    cell = filled(STLSTMCell(3, 4, 3, below=4))
    x, h, c, m = maps(3, 4, 4, 4)

    def gates(convolution, other):
        (xg, hg), (xi, hi), (xf, hf) = (gate.split([3, 4], 1) for gate in convolution.weight.split(4))
        biases = [bias.view(-1, 1, 1) for bias in convolution.bias.split(4)]
        pairs = [(xg, hg), (xi, hi), (xf, hf)]
        g, i, f = (
            conv2d(x, a, padding=1) + conv2d(other, b, padding=1) + s for (a, b), s in zip(pairs, biases, strict=True)
        )
        return torch.tanh(g), sigmoid(i), sigmoid(f)

    g, i, f = gates(cell.temporal, h)
    new_c = f * c + i * g
    g, i, f = gates(cell.spatiotemporal, m)
    new_m = f * m + i * g
    kernels = cell.output.weight.split([3, 4, 4, 4], 1)
    o = sum(
        conv2d(a, k, padding=1) for a, k in zip((x, h, new_c, new_m), kernels, strict=True)
    ) + cell.output.bias.view(-1, 1, 1)
    new_h = sigmoid(o) * torch.tanh(conv2d(torch.cat([new_c, new_m], 1), cell.merge.weight))
    for ours, theirs in zip(cell(x, h, c, m), (new_h, new_c, new_m), strict=True):
        assert torch.allclose(ours, theirs, rtol=1e-12)


def test_the_spatial_memory_zigzags_through_the_layers_and_steps():
    network = load_model("predrnn", **SMALL).network
    seen = []
    for cell in network.cells:
        cell.register_forward_pre_hook(lambda module, inputs: seen.append(inputs[3]))
        cell.register_forward_hook(lambda module, inputs, output: seen.append(output[2]))
    state = network.init(1, "cpu")
    for _ in range(2):
        state = network.step(torch.rand(1, 3, 16, 16), state)
    (_, up), (into_second, top), (again, _), _ = zip(seen[::2], seen[1::2], strict=True)
    assert torch.equal(up, into_second) and torch.equal(top, again)


@pytest.mark.parametrize("name", ["convlstm", "predrnn"])
def test_every_state_and_the_prediction_can_be_recorded(name):
    model = load_model(name, **SMALL, dt=50)
    assert model.time_step == 50 and list(model.regions) == ["V1", "V2", "V4", "IT"]
    stimuli = StimulusSet.from_images("noise", list(np.random.default_rng(0).random((3, 16, 16, 3))), 150)
    states = ["hidden", "memory", *(["spatial"] if name == "predrnn" else [])]
    layers = [f"cells.{number}.{state}" for number in range(2) for state in states] + ["prediction"]
    responses = extract(model, stimuli, Recording(layers, [(0, 50), (50, 100), (100, 150)]))
    for layer in layers:
        values = responses[layer].array()
        assert values.shape[:2] == (3, 3) and len(np.unique(values)) > 3
    assert responses["cells.1.hidden"].array().shape[2] == 5 * 4 * 4
    assert responses["prediction"].array().shape[2] == 3 * 16 * 16


@pytest.mark.parametrize("name", ["convlstm", "predrnn"])
def test_published_sizes_are_the_default(name):
    with torch.device("meta"):
        network = load_model(name).network
    assert network.channels == {"convlstm": (128, 64, 64), "predrnn": (128,) * 4}[name]
    assert (network.patch, network.side) == (4, 16)
    first = network.cells[0].gates if name == "convlstm" else network.cells[0].temporal
    assert first.in_channels == 48 + 128 and first.kernel_size == (5, 5)


@pytest.mark.parametrize(
    "wrong", [{"size": 18}, {"kernel": 4}, {"channels": []}, {"patch": 0}], ids=lambda wrong: next(iter(wrong))
)
def test_networks_that_cannot_be_are_refused(wrong):
    with pytest.raises(ModelError, match="'convlstm' needs an input of whole patches, an odd kernel"):
        load_model("convlstm", **{**SMALL, **wrong})


def moving_bars() -> np.ndarray:
    """Eight movies of four frames (8, 4, 3, 16, 16): a bar that moves up, down, left or right by 4 pixels, from two places."""
    movies = np.zeros((8, 4, 3, 16, 16), np.float32)
    for number in range(8):
        direction, start = divmod(number, 2)
        for frame in range(4):
            place = (4 * (frame + 2 * start)) % 16 if direction % 2 == 0 else (12 - 4 * (frame + 2 * start)) % 16
            bar = (
                (slice(None), slice(place, place + 4))
                if direction < 2
                else (slice(None), slice(None), slice(place, place + 4))
            )
            movies[number, frame][bar] = 1
    return movies


@pytest.mark.parametrize("name", ["convlstm", "predrnn"])
def test_an_ordinary_loop_teaches_it_to_predict_and_its_file_is_scored(name, tmp_path):
    model = load_model(name, **{**SMALL, "channels": [16, 16]})
    network, movies = model.network, torch.from_numpy(moving_bars())
    predictions = []
    network.prediction.register_forward_hook(lambda module, inputs, output: predictions.append(output))
    optimiser = torch.optim.Adam(network.parameters(), lr=0.01)

    def loss() -> torch.Tensor:
        predictions.clear()
        state = network.init(len(movies), "cpu")
        for moment in range(3):
            state = network.step(movies[:, moment], state)
        return (torch.stack(predictions[1:], 1) - movies[:, 2:]).square().mean()

    before = loss().item()
    for _ in range(120):
        optimiser.zero_grad()
        error = loss()
        error.backward()
        optimiser.step()
    assert loss().item() < 0.1 * before
    torch.save(network.state_dict(), tmp_path / "trained.pt")
    trained = load_model(name, weights=tmp_path / "trained.pt", **{**SMALL, "channels": [16, 16]})
    movie = Timeline.movie(list(movies[0, :3].permute(0, 2, 3, 1).numpy()), frame_rate=10)
    shown = StimulusSet("movie", pd.DataFrame({"stimulus_id": ["up"]}), [movie], visual_degrees=trained.visual_degrees)
    predicted = extract(trained, shown, Recording("prediction", [(200, 300)])).array().reshape(3, 16, 16)
    assert np.square(predicted - movies[0, 3].numpy()).mean() < 0.1 * before
    assert np.isfinite(float(score_model(trained, "Ringach2002-orientation_tuning")))
