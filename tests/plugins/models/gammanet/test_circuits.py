"""The fGRU by itself: parity with the authors' circuits, and what its options do."""

import pytest
import torch
from torch.nn import functional

from harness.errors import ModelError
from harness.models import seeded
from harness_plugins.models.gammanet.circuits import FGRUv1, FGRUv2
from harness_plugins.models.gammanet.options import Circuit, GlobalAndLocal, SqueezeExcite, symmetric

CASES = (
    *("v1_static_layer", "v1_static_symchannel_k5", "v1_symspatialchannel_instance", "v1_dynamic_softplus"),
    *("v1_dynamic_sigmoid_c12", "v1_additive", "v2_static_pre", "v2_static_post_nonorm", "v2_dynamic_default_yaml"),
    *("v2_instance_post", "v2_group"),
)
STATIC = Circuit(dynamic="none")


def cell_of(case, reference):
    options = case["kwargs"]
    common = case["channels"], options["kernel_size"][0], reference.circuit(options)
    if case["version"] == 1:
        return FGRUv1(*common, multiplicative=options.get("multiplicative_excitation", True))
    return FGRUv2(*common, gate_norm=options.get("gate_norm_position", "pre"))


@pytest.mark.parametrize("name", CASES)
def test_parity_with_the_authors_circuits(name, reference, error):
    """States of three steps; `inhibited` is h1 of version 1 and s of version 2."""
    case, vectors = reference.index("cells")[name], reference.vectors("cells")
    cell, inhibited = cell_of(case, reference), []
    assert {key: list(value.shape) for key, value in cell.state_dict().items()} == case["state_dict"]
    cell.load_state_dict(reference.fill(case["state_dict"]))
    cell.inhibited.register_forward_hook(lambda module, inputs, output: inhibited.append(output))
    drive = torch.from_numpy(vectors[f"{name}/x"])
    state = (torch.zeros_like(drive),) * cell.populations
    for step in (1, 2, 3):
        state = cell(drive, state)
        named = dict(zip(("exc", "inh"), state, strict=False)) | {
            "h1" if case["version"] == 1 else "sig": inhibited[-1]
        }
        for key, value in named.items():
            assert error(value, vectors[f"{name}/{key}_{step}"]) < 1e-6


@pytest.mark.parametrize("name", CASES)
def test_gradients_agree_with_the_reference(name, reference, error):
    """Of the sum of the excitatory state after one step from E = 0.3 and I = 0.2 everywhere.

    Ours are in float64. The normalisation of a constant state enlarges what the reference, in float32, rounds off.
    """
    case, vectors = reference.index("cells")[name], reference.vectors("cells")
    cell = cell_of(case, reference)
    cell.load_state_dict(reference.fill(case["state_dict"]))
    drive = torch.from_numpy(vectors[f"{name}/x"]).double().requires_grad_()
    state = torch.full_like(drive, 0.3), torch.full_like(drive, 0.2)
    excitatory = cell.double()(drive, state[: cell.populations])[0]
    wanted = {"x": drive, "W_exc": cell.W_exc, "W_inh": cell.W_inh}
    gradients = torch.autograd.grad(excitatory.sum(), list(wanted.values()))
    for key, gradient in zip(wanted, gradients, strict=True):
        assert error(gradient, vectors[f"{name}/grad_{key}"]) < 1e-4


def maps(count: int, channels: int, side: int = 6, seed: int = 0) -> list[torch.Tensor]:
    """Rectified noise."""
    generator = torch.Generator().manual_seed(seed)
    return [torch.randn(2, channels, side, side, generator=generator).relu() for _ in range(count)]


@pytest.mark.parametrize("kind", ["channel", "spatial", "spatial_channel"])
def test_symmetric_kernels_and_their_gradient(kind):
    kernel = torch.randn(4, 4, 3, 3, generator=torch.Generator().manual_seed(0), requires_grad=True)
    used = symmetric(kernel, kind)
    if "channel" in kind:
        assert torch.equal(used, used.transpose(0, 1))
    if "spatial" in kind:
        assert torch.equal(used, used.transpose(2, 3))
    assert torch.allclose(symmetric(used, kind), used)
    upstream = torch.randn(used.shape, generator=torch.Generator().manual_seed(1))
    used.backward(upstream)
    assert torch.allclose(kernel.grad, symmetric(upstream, kind))


def test_static_weights_are_bounded_on_request():
    free, bound = (
        FGRUv2(4, 3, Circuit(dynamic="none", bounded_alpha=on, nonnegative_omega=on)) for on in (False, True)
    )
    for cell in (free, bound):
        cell.alpha.data.fill_(3.0)
        cell.omega.data.fill_(-1.0)
    assert free._inhibition_weights()[0].unique().tolist() == [3.0]
    assert bound._inhibition_weights()[0].max() < 1 and bound._excitation_weights()[1].unique().tolist() == [0.0]


def test_the_dynamic_excitation_sees_what_it_is_told_to():
    """Both have the same parameters, and give different answers."""
    with seeded(0):
        cells = [FGRUv2(4, 3, Circuit(), excitation_sees=seen) for seen in ("E", "cE")]
    cells[1].load_state_dict(cells[0].state_dict())
    drive, *state = maps(3, 4)
    (first, _), (second, _) = (cell(drive, tuple(state)) for cell in cells)
    assert not torch.allclose(first, second)


def test_squeeze_and_excitation_scales_channels():
    with seeded(0):
        block = SqueezeExcite(32)
    (values,) = maps(1, 32)
    scale = block(values) / values
    assert scale[values > 0].min() > 0 and scale[values > 0].max() < 1
    spread = torch.where(values > 0, scale, torch.nan)
    assert all(
        (channel[~channel.isnan()] - channel[~channel.isnan()][0]).abs().max() < 1e-6
        for channel in spread.flatten(0, 1)
    )


def test_global_and_local_attention_is_its_equation():
    with seeded(0):
        block = GlobalAndLocal(32)
        block.additive.data.uniform_(-1, 1)
    (values,) = maps(1, 32)
    squeezed = torch.relu(block.what[0](values.mean((2, 3))))
    what = block.what[2](squeezed)[:, :, None, None]
    where = block.where[2](torch.relu(block.where[0](values)))
    assert where.shape == (2, 1, 6, 6)
    mask = torch.tanh(block.additive * (what + where) + block.multiplicative * what * where)
    assert torch.allclose(block(values), values * mask) and mask.abs().max() <= 1


@pytest.mark.parametrize("make", [FGRUv1, FGRUv2])
@pytest.mark.parametrize("kind", ["se", "gala"])
def test_attention_takes_the_place_of_the_first_gates_projection(make, kind):
    with seeded(0):
        cell = make(16, 3, Circuit(attention=kind))
    assert not hasattr(cell, "W_gain")
    drive, *state = maps(3, 16)
    before = cell(drive, tuple(state[: cell.populations]))
    for parameter in cell.attention.parameters():
        parameter.data.mul_(-2)
    after = cell(drive, tuple(state[: cell.populations]))
    assert not torch.allclose(before[0], after[0])


@pytest.mark.parametrize("make", [FGRUv1, FGRUv2])
def test_divisive_inhibition_divides(make):
    """The drive that inhibition leaves is the same share of any drive, which a difference is not."""
    cell = make(4, 3, Circuit(inhibition="divisive"))
    drive, inhibition = maps(2, 4)
    left = cell._inhibited(drive, inhibition)
    assert torch.allclose(left, drive / (1 + inhibition))
    assert torch.allclose(cell._inhibited(3 * drive, inhibition), 3 * left)
    assert torch.equal(cell._inhibited(drive, torch.zeros_like(drive)), drive)
    assert torch.equal(make(4, 3, Circuit())._inhibited(drive, inhibition), functional.relu(drive - inhibition))


@pytest.mark.parametrize("inhibition", ["subtractive", "divisive"])
def test_with_dales_law_each_population_has_one_sign(inhibition):
    """Through fixed gates, no more E lowers a neighbour's drive and no more I raises one, whatever the kernels' signs."""
    with seeded(0):
        cell = FGRUv2(4, 3, Circuit(dynamic="none", inhibition=inhibition, normalisation="none"), dale=True).double()
        for name, parameter in cell.named_parameters():
            if name in ("W_gain", "W_mix"):
                parameter.data.zero_()
            elif name in ("alpha", "mu", "kappa", "omega"):
                parameter.data.uniform_(-1, 1)
    drive, E, I = (values.double() + 0.1 for values in maps(3, 4))  # noqa: E741
    drives = []
    cell.inhibited.register_forward_hook(lambda module, inputs, output: drives.append(output))

    def response(E: torch.Tensor, I: torch.Tensor) -> torch.Tensor:  # noqa: E741
        cell(drive, (E, I))
        return drives.pop()[0, :, 3, 3]

    to_E, to_I = torch.autograd.functional.jacobian(response, (E, I))
    assert (to_I <= 0).all() and (to_I < 0).any()
    silent = torch.zeros_like(I)
    cell.W_inh.data.zero_()  # without the way through I
    to_E, _ = torch.autograd.functional.jacobian(response, (E, silent))
    assert (to_E >= 0).all() and (to_E > 0).any()


def test_dales_law_excludes_what_subtracts_a_mean():
    with pytest.raises(ModelError, match="excludes normalise_circuits"):
        FGRUv2(4, 3, Circuit(normalise_circuits=True), dale=True)


def test_an_untrained_circuit_with_dales_law_stays_bounded():
    with seeded(0):
        cell = FGRUv2(8, 3, Circuit(), dale=True)
    (drive,) = maps(1, 8)
    state = (torch.zeros_like(drive),) * 2
    with torch.no_grad():
        for _ in range(100):
            state = cell(drive, state)
    assert state[0].min() >= 0 and state[0].max() < 10


@pytest.mark.parametrize("options", [{"normalisation": "batch"}, {"attention": "cbam"}, {"symmetry": "transposed"}])
def test_an_unknown_option_is_refused(options):
    with pytest.raises(ModelError, match="is one of"):
        Circuit(**options)


def test_even_kernels_are_refused():
    with pytest.raises(ModelError, match="odd side"):
        FGRUv1(4, 2, STATIC)


@pytest.mark.parametrize("dynamic", ["none", "softplus", "sigmoid"])
@pytest.mark.parametrize("dale", [False, True])
def test_a_circuit_that_starts_as_the_identity_passes_its_drive_on(dynamic, dale):
    with seeded(0):
        cell = FGRUv2(8, 3, Circuit(dynamic=dynamic), dale=dale, start="identity")
    drive = torch.rand(1, 8, 12, 12)
    state = (torch.zeros_like(drive),) * 2
    with torch.no_grad():
        for _ in range(4):
            state = cell(drive, state)
    assert float((state[0] - drive).abs().mean()) < 0.15 * float(drive.mean())
    with pytest.raises(ModelError, match="start is one of orthogonal, identity"):
        FGRUv2(8, 3, STATIC, start="zero")
