"""GammaNet as a whole: parity with the authors' implementation in every state of every step, wiring and options."""

from collections import defaultdict
from functools import partial

import pytest
import torch
from torch.nn import functional

from harness.errors import ModelError
from harness.models import seeded
from harness_plugins.models.gammanet.circuits import FGRUv1, FGRUv2
from harness_plugins.models.gammanet.model import LEVELS, network_of
from harness_plugins.models.gammanet.options import Circuit

NARROW = (4, 8, 8, 16, 16)
CELLS = {1: FGRUv1, 2: FGRUv2}
RECORDED = ("excitatory", "inhibitory")
# Largest state error of the reference itself, which ran in float32 (see the index: its float32 against its float64).
FLOAT32 = {"v2_readme": 5e-5, "v2_yaml": 5e-5, "v1_defaults": 1e-3}


def narrow(version: int = 2, size: int | tuple[int, int] = 32, circuit: Circuit | None = None, **options):
    cell = partial(CELLS[version], circuit=circuit or Circuit())
    with seeded(0):
        return network_of(version, size, cell, widths=NARROW, **options)


def images(count: int, *size: int) -> torch.Tensor:
    return torch.randn(count, 3, *size, generator=torch.Generator().manual_seed(1))


def record_states(network) -> dict[str, list[torch.Tensor]]:
    """Every state of every circuit, step by step, under the names of the reference."""
    recorded = defaultdict(list)
    for name, module in network.named_modules():
        cell, _, state = name.rpartition(".")
        if state in RECORDED:
            module.register_forward_hook(lambda m, i, o, key=f"{cell}/{state[:3]}": recorded[key].append(o))
    return recorded


@pytest.fixture(scope="module", params=FLOAT32)
def case(request, reference):
    """A case's name, its vectors, our contours and our states in float64."""
    case, vectors = reference.index("models")[request.param], reference.vectors(f"model_{request.param}")
    network = build(case, reference)
    states = record_states(network)
    with torch.no_grad():
        contours = network(torch.from_numpy(vectors["input"]).double(), case["config"].get("timesteps", 8))
    return request.param, vectors, contours, states


def test_contours_agree_with_the_reference_in_float64(case, error):
    _, vectors, contours, _ = case
    assert error(contours, vectors["output_float64"]) < 1e-9


def test_every_state_agrees_with_the_reference_in_every_step(case, error):
    name, vectors, _, states = case
    assert {key.rpartition("/")[0] for key in vectors.files if "/" in key} == set(states)
    for key, steps in states.items():
        maps = torch.stack(steps)[:, 0]
        assert error(maps.mean((2, 3)), vectors[f"{key}/mean_space"]) < FLOAT32[name]
        assert error(maps[:, :4], vectors[f"{key}/first4"]) < FLOAT32[name]


def build(case, reference):
    """The network of a case, with its weights."""
    config, version = case["config"], case["version"]
    cell = partial(CELLS[version], circuit=reference.circuit(config.get("fgru", {})))
    options = config.get("use_distribution_alignment", False), config.get("skip_connections", True)
    network = network_of(version, tuple(case["input"][2:]), cell, *options)
    assert {key: list(value.shape) for key, value in network.state_dict().items()} == case["state_dict"]
    network.load_state_dict(reference.fill(case["state_dict"], case["recurrent_fill"]))
    return network.double().eval()


@pytest.mark.parametrize(("name", "image"), [("v2_noskip", "v2_readme"), ("v1_yaml", "v2_yaml")])
def test_contours_have_the_statistics_of_the_reference(name, image, reference):
    """Cases of which the index alone is at hand: minimum, maximum, mean and standard deviation of the contours.

    They agree to what the reference's float32 is from its float64. Cases of one size share their image.
    """
    case = reference.index("models")[name]
    frame = torch.from_numpy(reference.vectors(f"model_{image}")["input"]).double()
    with torch.no_grad():
        contours = build(case, reference)(frame, case["config"]["timesteps"])
    ours = torch.stack([contours.min(), contours.max(), contours.mean(), contours.std()]).tolist()
    assert ours == pytest.approx(case["output_stats"], abs=1.01 * case["fp32_vs_fp64"])


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize("size", [32, (33, 50), (47, 32)])
def test_any_size_runs_and_keeps_the_form_of_its_state(version, size):
    network = narrow(version, size)
    before = network.init(2, torch.device("cpu"))
    after = network.step(images(2, *network.size), before)
    assert {k: [v.shape for v in maps] for k, maps in before.items()} == {
        k: [v.shape for v in after[k]] for k in before
    }
    assert network.read_out(after).shape == (2, 1, *network.size)


def test_too_small_a_frame_is_refused():
    with pytest.raises(ModelError, match="at least 32 pixels"):
        narrow(size=31)


@pytest.mark.parametrize("version", [1, 2])
def test_feedback_is_added_to_the_excitatory_state_alone(version):
    network, frames = narrow(version), images(1, 32, 32)
    states = record_states(network)
    after = network.advance(frames, network.init(1, frames.device))
    for name in LEVELS[version][:-1]:
        own, feedback = states[f"fgru_{name}/exc"][0], states[f"td_fgru_{name}/exc"][0]
        assert torch.equal(after[f"fgru_{name}"][0], own + feedback)
        if version == 2:
            assert torch.equal(after[f"fgru_{name}"][1], states[f"fgru_{name}/inh"][0])
    top = LEVELS[version][-1]
    assert torch.equal(after[f"fgru_{top}"][0], states[f"fgru_{top}/exc"][0])


def test_each_stimulus_begins_anew():
    network, frames = narrow().eval(), images(1, 32, 32)
    with torch.no_grad():
        assert torch.equal(network(frames, 3), network(frames, 3))


def test_rows_of_a_batch_do_not_touch_each_other():
    network, frames = narrow().eval(), images(3, 32, 32)
    with torch.no_grad():
        together, alone = network(frames, 3), torch.cat([network(frame[None], 3) for frame in frames])
    assert (together - alone).abs().max() <= 1e-5 * alone.abs().max()


VARIANTS = [
    {},
    *({"normalisation": kind, "normalise_circuits": True} for kind in ("instance", "group", "none")),
    *({"symmetry": kind} for kind in ("channel", "spatial", "spatial_channel")),
    *({"dynamic": kind} for kind in ("none", "sigmoid")),
    *({"attention": kind} for kind in ("se", "gala")),
    {"inhibition": "divisive"},
]


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize("options", VARIANTS, ids=str)
def test_every_option_trains_every_parameter(version, options):
    network, frames = narrow(version, circuit=Circuit(**options)), images(2, 32, 32)
    with torch.no_grad():
        for name, parameter in network.named_parameters():
            if version == 1 and name.endswith(("W_exc", "W_inh")):
                parameter *= 10  # nearer to what a trained network has
    network(frames, 3).square().mean().backward()
    unused = {name for name, parameter in network.named_parameters() if parameter.grad is None}
    assert unused == {f"align_{LEVELS[version][-1]}.projection.{kind}" for kind in ("weight", "bias")}
    assert all(p.grad.isfinite().all() for p in network.parameters() if p.grad is not None)


def discs(count: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Bright discs on noise, (count, 3, 32, 32), and where they are, (count, 1, 32, 32)."""
    y, x = torch.meshgrid(torch.arange(32.0), torch.arange(32.0), indexing="ij")
    centres = torch.arange(count).view(-1, 1, 1) * 2.0 + 8
    inside = ((y - centres) ** 2 + (x - centres) ** 2 < 36).float()[:, None]
    return 0.3 * images(count, 32, 32) + 2 * inside, inside


@pytest.mark.slow
@pytest.mark.parametrize("version", [1, 2])
def test_overfits_eight_images_through_time(version):
    network, (frames, inside) = narrow(version), discs(8)
    optimiser = torch.optim.Adam(network.parameters(), lr=2e-2)
    losses = []
    for _ in range(30):
        optimiser.zero_grad()
        loss = functional.binary_cross_entropy_with_logits(network(frames, 2), inside)
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
    assert losses[-1] < 0.5 * losses[0]
