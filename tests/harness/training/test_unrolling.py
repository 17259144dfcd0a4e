"""Movies in time, and when something is asked."""

import pytest
import torch

from harness import load_model
from harness.errors import ModelError
from harness.training import Masked, Sequence, Unroll, activity, first_answer, masked_cross_entropy, unrolled

SMALL = {"widths": [2, 3], "size": 8, "channels": 1, "classes": ["a", "b"]}


def timed(unroll: Unroll, steps: int, dt: float = 2.0, residual: int = 0) -> tuple[torch.Tensor, torch.Tensor]:
    return unroll.timed(torch.ones(1, steps, 1, 1, 1), torch.zeros(1, steps, dtype=torch.long), dt, residual)


def test_the_reaction_time_follows_each_onset():
    """DynVision: with dt 2, 4 ms and the pattern 1011 over 12 steps, labels hold at steps 2 and 8 to 11."""
    movie, labels = timed(Unroll(pattern="1011", reaction=4.0), 12)
    assert torch.flatten(labels == 0).nonzero().flatten().tolist() == [2, 8, 9, 10, 11]
    assert movie.flatten().tolist() == [1, 1, 1, 0, 0, 0, 1, 1, 1, 1, 1, 1]


def test_residual_steps_shift_the_labels():
    movie, labels = timed(Unroll(judged=2), 4, residual=3)
    assert movie.flatten().tolist() == [1, 1, 1, 1, 0, 0, 0]
    assert labels.flatten().tolist() == [-1, -1, -1, -1, -1, 0, 0]


def test_first_answer_is_the_way_to_the_readout():
    assert first_answer(load_model("dyrcnn_x2", t_ff=4.0, dt=2.0, skip=False, **SMALL)) == 4
    assert first_answer(load_model("dyrcnn_x2", t_ff=0.0, dt=2.0, skip=False, **SMALL)) == 0


def test_truncation_cuts_gradients_and_nothing_else():
    model = load_model("dyrcnn_x2", recurrent_scale=0.3, t_rc=2.0, **SMALL)
    movie = torch.randn(2, 6, 1, 8, 8, requires_grad=True)
    whole = unrolled(model, model.network, movie)
    cut = unrolled(model, model.network, movie, truncate=3)
    assert torch.equal(whole.scores, cut.scores)
    [gradient] = torch.autograd.grad(cut.scores[:, -1].sum(), movie, retain_graph=True)
    assert not gradient[:, :3].any() and gradient[:, 3:].any()


def test_idle_steps_have_no_gradient_and_are_not_recorded():
    model = load_model("dyrcnn_x2", **SMALL)
    said = unrolled(model, model.network, torch.randn(2, 3, 1, 8, 8), ["layer1.output"], idle=5)
    assert len(said.recorded["layer1.output"]) == 3 and said.scores.shape == (2, 3, 2)


def test_clip_models_are_refused():
    class Clip:
        kind, identifier, readout = "clip", "clips", None

    with pytest.raises(ModelError, match="takes windows of frames"):
        unrolled(Clip(), torch.nn.Identity(), torch.zeros(1, 1, 1, 1, 1))


def test_masked_cross_entropy_is_a_mean_over_what_is_asked():
    scores, labels = torch.randn(2, 3, 4), torch.tensor([[-1, 1, 2], [-1, -1, 0]])
    each = [torch.nn.functional.cross_entropy(scores[b, t], labels[b, t]) for b, t in ((0, 1), (0, 2), (1, 2))]
    assert masked_cross_entropy(scores, labels) == pytest.approx(float(torch.stack(each).mean()), abs=1e-6)
    assert masked_cross_entropy(scores, torch.full((2, 3), -1)) == 0


def test_activity_counts_layers_alike_however_long_they_were_silent():
    loud, quiet = torch.full((2, 3), -2.0), torch.full((2, 5), 1.0)
    assert activity({"a": [loud] * 4, "b": [quiet]}) == pytest.approx(1.5)
    assert activity({"a": [torch.tensor([[1.0, -1.0]])]}, "signed") == 0
    assert activity({"a": [torch.tensor([[3.0, 4.0]])]}, order=2) == pytest.approx(5 / 2**0.5)
    assert activity({}) == 0


def test_masked_images_come_at_a_time_that_cannot_be_known():
    torch.manual_seed(0)
    shown = Masked(onset=5, noise=0.0, masked=0.0)
    frames, labels = torch.ones(4, 1, 8, 8), torch.arange(4)
    lengths = set()
    for _ in range(30):
        movie, asked = shown(frames, labels, 10)
        onset = movie.shape[1] - 10
        lengths.add(onset)
        assert (movie[:, :onset] == 0.5).all() and (movie[:, onset] == 1).all() and (movie[:, -1] == 0.5).all()
        assert (asked[:, :onset] == -1).all() and (asked[:, onset:] == labels[:, None]).all()
    assert lengths == set(range(6))


def test_a_sequence_asks_for_what_is_on():
    torch.manual_seed(0)
    frames = torch.arange(3.0).view(3, 1, 1, 1).expand(3, 1, 2, 2)
    movie, labels = Sequence(each=2)(frames, torch.arange(3), 6)
    assert (movie[:, :, 0, 0, 0] == labels).all() and labels[:, :2].tolist() == [[0, 0], [1, 1], [2, 2]]
