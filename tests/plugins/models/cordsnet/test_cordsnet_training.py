"""The stages of training: against the authors' losses, and on small networks."""

import numpy as np
import pytest
import torch
from torch.nn import functional

from harness import Recording, StimulusSet, extract, load_model
from harness.models import seeded
from harness_plugins.models.cordsnet.network import CordsNet, run
from harness_plugins.models.cordsnet.training import (
    linear_objective,
    objective,
    sequence_loss,
    slope_in_epoch,
)
from harness_plugins.models.cordsnet.twin import (
    FITTED,
    Folded,
    Twin,
    fold,
    imitation_errors,
    imitation_loss,
    linear_beginning,
)

SOFT = torch.tensor([[0, 0, 0, 0.7, 0, 0.3, 0, 0, 0, 0], [0, 1, 0, 0, 0, 0, 0, 0, 0, 0]])
TINY = {"channels_in": 3, "classes": 4, "channels": 4, "size": 29}


def near(ours: torch.Tensor, theirs: np.ndarray) -> bool:
    return np.abs(ours.detach().numpy() - theirs).max() <= 1e-5 * np.abs(theirs).max()


def test_the_authors_twin_and_its_folding(reference):
    vectors, frames = reference.vectors("train"), reference.image("train", 2, 3)
    twin = Twin(4, classes=10).eval()
    twin.load_state_dict(reference.state_like(twin))
    folded = fold(twin)
    with torch.inference_mode():
        assert near(twin(frames), vectors["step1_logits"])
        assert near(folded(frames), vectors["folded_logits"])
    theirs = reference.recipe["train"]["report"]["folded"]
    assert set(theirs) == set(folded.state_dict())
    for key, value in folded.state_dict().items():
        scale = max(1.0, float(value.abs().double().sum()))
        assert abs(float(value.double().sum()) - theirs[key]["sum"]) <= 1e-5 * scale, key


def test_the_authors_imitation_of_the_twin(reference):
    """In the reference the network's own stem and kernels differ from the target's."""
    vectors, frames = reference.vectors("train"), reference.image("train", 2, 3)
    network, target = CordsNet(4, classes=10, slope=1.0), Folded(4, classes=10)
    network.load_state_dict(reference.state_like(network, "s2/"))
    target.load_state_dict(reference.state_like(target, "s2/target_"))
    errors, remainders = imitation_errors(network, target, frames)
    assert near(errors, vectors["step2_errors"])
    assert near(remainders, vectors["step2_eigens"])
    loss = imitation_loss(network, target, frames)
    assert near(loss, vectors["step2_loss"])
    loss.backward()
    theirs = reference.recipe["train"]["report"]["step2_grad_norms"]
    for key, parameter in network.named_parameters():
        if key.startswith(FITTED):
            assert abs(parameter.grad.norm() - theirs[key]) <= 1e-4 * theirs[key], key


def published(reference, slope: float, alpha: float = 0.2) -> CordsNet:
    network = CordsNet(2, classes=10, slope=slope, tau=2 / alpha)
    network.load_state_dict(reference.state_like(network))
    return network


@pytest.mark.slow
def test_the_authors_loss_of_the_linear_network(reference):
    frames = reference.image("train", 2, 3)
    with torch.no_grad():
        loss = linear_objective(published(reference, slope=1.0), frames, SOFT)
    assert near(loss, reference.vectors("train")["step3_total"])


@pytest.mark.slow
@pytest.mark.parametrize(("slope", "stage"), [(0.5, "step4"), (0.0, "step5")])
def test_the_authors_loss_of_the_later_stages(reference, slope, stage):
    vectors, frames = reference.vectors("train"), reference.image("train", 1, 3)
    with torch.no_grad():
        loss, apart, _ = objective(published(reference, slope), frames, SOFT[:1])
    assert near(loss + 1e-3 * apart, vectors[f"{stage}_total"])


@pytest.mark.slow
def test_the_authors_gradients_through_time(reference):
    network, theirs = published(reference, slope=0.0), reference.recipe["train"]["report"]["step5_grad_norms"]
    loss, apart, _ = objective(network, reference.image("train", 1, 3), SOFT[:1])
    (loss + 1e-3 * apart).backward()
    for key, parameter in network.named_parameters():
        assert abs(parameter.grad.norm() - theirs[key]) <= 1e-4 * theirs[key], key


@pytest.mark.slow
def test_the_authors_return_to_rest(reference):
    """With small steps, so that the network is not back at rest after 100 of them."""
    vectors, frames = reference.vectors("check2"), reference.image("train", 1, 3)
    with torch.no_grad():
        loss, apart, _ = objective(published(reference, slope=0.5, alpha=0.02), frames, SOFT[:1])
    assert near(apart, vectors["step4_alpha002_spontaneous"])
    ramp = np.logspace(-3, 0, 30)
    assert near(loss, np.mean(ramp * vectors["step4_alpha002_loss_by_step"]))


@pytest.fixture(scope="module")
def small_twin():
    """A twin whose norms do something."""
    with seeded(0):
        twin = Twin(4, **TINY).double().eval()
        for module in twin.modules():
            if isinstance(module, torch.nn.BatchNorm2d):
                for tensor in (module.weight, module.bias, module.running_mean, module.running_var):
                    torch.nn.init.uniform_(tensor, 0.5, 1.5)
        frames = torch.randn(3, 3, 29, 29).double()
    return twin, frames


def test_folding_changes_nothing(small_twin):
    twin, frames = small_twin
    folded = fold(twin)
    with torch.no_grad():
        for ours, theirs in zip(folded.rates(frames), twin.rates(frames), strict=True):
            assert (ours - theirs).abs().max() < 1e-12 * theirs.abs().max()


def test_imitation_trains_recurrent_kernels_and_biases_alone(small_twin):
    folded, frames = fold(small_twin[0]), small_twin[1]
    network = linear_beginning(folded)
    trained = {name: p for name, p in network.named_parameters() if p.requires_grad}
    assert {name.partition(".")[0] for name in trained} == {"area_conv", "conv_bias"}
    optimiser = torch.optim.Adam(trained.values(), 1e-2)
    losses = []
    for _ in range(30):
        optimiser.zero_grad()
        losses.append(imitation_loss(network, folded, frames))
        losses[-1].backward()
        optimiser.step()
    assert losses[-1] < 0.5 * losses[0]


def test_the_ramp_weighs_late_steps_more():
    labels = torch.tensor([0])
    right, wrong = torch.tensor([[9.0, 0.0]]), torch.tensor([[0.0, 9.0]])
    early = sequence_loss(torch.stack([wrong] * 15 + [right] * 15), labels)
    late = sequence_loss(torch.stack([right] * 15 + [wrong] * 15), labels)
    assert late > 10 * early
    assert torch.isclose(sequence_loss(wrong[None], labels), functional.cross_entropy(wrong, labels) * 1e-3)


def test_the_slope_goes_down_to_zero():
    slopes = [slope_in_epoch(epoch) for epoch in range(20)]
    assert slopes[0] == 0.95 and slopes[19] == 0 and slopes == sorted(slopes, reverse=True)


@pytest.mark.parametrize("folded", [False, True])
def test_it_learns_eight_images_and_still_knows_them_after_loading(folded, tmp_path):
    """Trained through time in an ordinary loop, saved, loaded by its file, and asked through the engine."""
    options = {"size": 24, "channels": 4, "dataset": "mnist", "folded": folded, "dt": 5.0, "lead_in": 0.0}
    model = load_model("cordsnet_r2", **options)
    images = list(np.random.default_rng(0).random((8, 24, 24)))
    frames = torch.stack([model.preprocessing.place(image, 1.0, (0, 0, 0)) for image in images])
    network, labels = model.network.train(), torch.arange(8)
    optimiser, loss = torch.optim.Adam(network.parameters(), 3e-3), torch.tensor(torch.inf)
    for _ in range(500):
        if loss.item() < 0.05:
            break
        *_, state = run(network, frames, network.init(8, frames.device), 6)
        loss = functional.cross_entropy(network.read_out(state), labels)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimiser.step()
    torch.save(network.state_dict(), tmp_path / "trained.pth")
    again = load_model("cordsnet_r2", weights=str(tmp_path / "trained.pth"), **options)
    assert again.digest() == model.digest()
    stimuli = StimulusSet.from_images("learnt", images, 30.0)
    scores = extract(again, stimuli, Recording(["out_fc"], [(25, 30)])).array()[:, 0]
    assert (scores.argmax(1) == labels.numpy()).all()
