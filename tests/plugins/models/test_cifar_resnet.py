"""CIFAR ResNets: the architecture of the paper, the published weights, and their accuracy on real images."""

import csv
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from harness import load_model
from harness.errors import MissingData, ModelError

DATA = "cifar10h_with_resnets"


def accuracy(model, folder: Path, per_class: int) -> tuple[float, int]:
    """Share of correct answers on the first images of each class, and how many there were."""
    with (folder / "index.csv").open() as file:
        rows = [row for row in csv.DictReader(file) if int(row["file"].partition("_")[2][:4]) < per_class]
    assert all(model.classes[int(row["label"])] == row["category"] for row in rows)
    images = [np.asarray(Image.open(folder / "images" / row["file"]).convert("RGB")) for row in rows]
    frames = torch.stack([model.preprocessing.place(image, 1.0, (0.5, 0.5, 0.5)) for image in images])
    with torch.no_grad():
        answers = torch.cat([model.network(batch).argmax(1) for batch in frames.split(100)])
    right = answers.numpy() == [int(row["label"]) for row in rows]
    return float(right.mean()), len(right)


def within_binomial_error(measured: float, expected: float, count: int) -> bool:
    """Within three standard errors of a binomial proportion."""
    return abs(measured - expected) < 3 * (expected * (1 - expected) / count) ** 0.5


@pytest.mark.parametrize("depth, parameters", [(20, 269_722), (56, 853_018)])
def test_the_size_is_that_of_the_paper(depth, parameters):
    """Table 6 of He et al. (2016): 0.27 and 0.85 million parameters."""
    model = load_model(f"cifar_resnet{depth}", weights="random")
    assert sum(p.numel() for p in model.network.parameters()) == parameters
    convolutions = [m for m in model.network.modules() if isinstance(m, torch.nn.Conv2d)]
    assert len(convolutions) + 1 == depth


def test_shortcuts_thin_out_and_pad_with_zeros():
    block = load_model("cifar_resnet20", weights="random").network.layer2[0]
    torch.nn.init.zeros_(block.bn2.weight)
    x = torch.rand(1, 16, 8, 8)
    out = block(x)
    assert torch.equal(out[:, 8:24], x[:, :, ::2, ::2])
    assert not out[:, :8].any() and not out[:, 24:].any()


@pytest.mark.parametrize("prefix", ["", "module."])
def test_files_with_the_published_keys_load(prefix, tmp_path):
    trained = load_model("cifar_resnet20", weights="random", seed=3)
    state = {f"{prefix}{key}": value for key, value in trained.network.state_dict().items()}
    torch.save({"state_dict": state, "best_prec1": 91.78}, tmp_path / "w.th")
    model = load_model("cifar_resnet20", weights=str(tmp_path / "w.th"))
    assert torch.equal(model.network.linear.weight, trained.network.linear.weight)
    with pytest.raises(ModelError, match="does not fit"):
        load_model("cifar_resnet56", weights=str(tmp_path / "w.th"))


def test_without_the_data_set_it_says_how_to_get_it(monkeypatch):
    monkeypatch.delenv("HARNESS_DATA", raising=False)
    with pytest.raises(MissingData, match=r"cifar10h_with_resnets.*akamaster.*BSD"):
        load_model("cifar_resnet20")


def test_the_published_weights_name_the_classes_of_real_images(data):
    """200 images; the file says 91.78 % on the original pixels, JPEG compression costs about ten points."""
    model = load_model("cifar_resnet20")
    assert str(model.weights) == "pretrained (resnet20-12fca82f.th)"
    measured, count = accuracy(model, data / DATA, per_class=20)
    assert count == 200 and within_binomial_error(measured, 0.8135, count)


@pytest.mark.slow
@pytest.mark.parametrize("depth, expected", [(56, 0.832), (20, 0.8135)])
def test_accuracy_on_all_images_at_hand(data, depth, expected):
    """ResNet-56 reaches 83.2 % on all 10,000 JPEG images; ResNet-20's figure was measured here on the 2,000."""
    measured, count = accuracy(load_model(f"cifar_resnet{depth}"), data / DATA, per_class=200)
    assert count == 2000 and within_binomial_error(measured, expected, count)
