"""`harness contours`."""

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from harness.cli import app

FILE = '''
import torch
from harness import FrameModel, Preprocessing, RecurrentModel

class Edges(torch.nn.Module):
    """Horizontal change of luminance, stronger with every step."""

    def __init__(self):
        super().__init__()
        self.edges = torch.nn.Identity()

    def init(self, batch_size, device):
        return torch.zeros(batch_size, 1, 40, 40, device=device)

    def step(self, frame, state):
        change = (frame - frame.roll(1, 3)).abs().mean(1, keepdim=True)
        return self.edges(state + 10 * change) - 0.0

def recurrent():
    return RecurrentModel("edges", Edges(), dt=50, preprocessing=Preprocessing(40), layers=["edges"], contours="edges")

class Exploding(Edges):
    def step(self, frame, state):
        return super().step(frame, 1e20 * (state + 1))

def exploding():
    return RecurrentModel("exploding", Exploding(), dt=50, preprocessing=Preprocessing(40), layers=["edges"], contours="edges")

def plain():
    return FrameModel("plain", torch.nn.Sequential(torch.nn.ReLU()), preprocessing=Preprocessing(40), layers=["0"])
'''


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("HARNESS_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    Path("nets_with_contours.py").write_text(FILE)
    halves = np.zeros((40, 60, 3), dtype=np.uint8)
    halves[:, 30:] = 255
    Image.fromarray(halves).save("photo.png")
    yield tmp_path
    sys.modules.pop("nets_with_contours", None)
    sys.path[:] = [folder for folder in sys.path if folder != str(tmp_path)]


def test_contours_are_images_of_the_photograph_s_size_in_every_step(files: Path) -> None:
    command = ["contours", "photo.png", "-m", "nets_with_contours.py:recurrent", "--out", "edges.png", "--every-step"]
    result = CliRunner().invoke(app, command)
    assert result.exit_code == 0, result.output
    assert result.stdout.split() == ["edges.png", *(f"edges-{ms:04d}ms.png" for ms in (50, 100, 150, 200))]
    maps = [np.asarray(Image.open(name)) for name in result.stdout.split()]
    assert {one.shape for one in maps} == {(40, 60)}
    at = [
        5 + int(one[20, 5:55].argmax()) for one in maps
    ]  # beside the border, where the network's frame closes to a ring
    assert all(28 <= column <= 31 for column in at)
    assert maps[1][20].max() <= maps[-1][20].max() == 255 and maps[-1][20, 10] == 128
    assert (maps[0] == maps[-1]).all()


@pytest.mark.parametrize(
    ("image", "model", "message"),
    [
        ("photo.png", "plain", "'plain' declares no contours; take a model that was made to find them"),
        ("absent.png", "recurrent", "there is no image file 'absent.png'"),
        ("nets_with_contours.py", "recurrent", "cannot be read as an image"),
        ("photo.png", "exploding", "--exposure shows the image for less time, as in training"),
    ],
)
def test_what_cannot_be_drawn_is_said(files: Path, image: str, model: str, message: str) -> None:
    result = CliRunner().invoke(app, ["contours", image, "-m", f"nets_with_contours.py:{model}"])
    assert result.exit_code == 1 and message in " ".join(result.stderr.split())
