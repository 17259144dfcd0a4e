"""Losses for contours: parity with the authors' own."""

import pytest
import torch

from harness_plugins.models.gammanet import losses

NAMES = {
    "bi_bce_hed": losses.balanced,
    "bce": losses.cross_entropy,
    "focal": losses.focal,
    "pearson": losses.correlation,
}


@pytest.mark.parametrize("name", NAMES)
def test_parity_of_value_and_gradient(name, reference, error):
    vectors = reference.vectors("losses")
    logits = torch.from_numpy(vectors["pred"]).requires_grad_()
    loss = NAMES[name](logits, torch.from_numpy(vectors["target"]))
    loss.backward()
    assert loss.item() == pytest.approx(float(vectors[name]), rel=1e-6)
    assert error(logits.grad, vectors[f"{name}_grad"]) < 1e-5


def test_labels_in_dispute_do_not_count():
    labels = torch.tensor([0.0, 0.0, 0.3, 0.6, 1.0]).view(1, 1, 1, 5)
    logits = torch.zeros(1, 1, 1, 5, requires_grad=True)
    losses.balanced(logits, labels).backward()
    assert (logits.grad.flatten() == 0).tolist() == [False, False, True, False, False]
    assert logits.grad.flatten()[3] == logits.grad.flatten()[4] < 0


def test_an_image_without_a_contour_asks_for_nothing():
    labels = torch.zeros(2, 1, 4, 4)
    labels[1, 0, 1] = 1
    logits = torch.randn(2, 1, 4, 4, generator=torch.Generator().manual_seed(0), requires_grad=True)
    loss = losses.correlation(logits, labels)
    loss.backward()
    assert loss.isfinite() and not logits.grad[0].any() and logits.grad[1].any()
