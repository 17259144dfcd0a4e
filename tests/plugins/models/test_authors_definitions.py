"""Networks that the harness defines itself compute what their authors' code computes; see authors_reference.md."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import scipy.io
import torch

from harness import load_model

REFERENCE = np.load(Path(__file__).with_name("authors_reference.npz"))


def filled(state: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """Weights of about the size of trained ones, from sines of whole numbers."""
    made = {}
    for salt, (key, old) in enumerate(sorted(state.items())):
        values = waves(tuple(old.shape), salt + 1)
        if old.ndim > 1:
            values = values * (6 / np.prod(old.shape[1:])) ** 0.5
        elif key.endswith(("bn.weight", "running_var")) or (".bn" in key and key.endswith("weight")):
            values = 1 + 0.3 * values
        made[key] = torch.zeros_like(old) if old.dtype == torch.int64 else torch.from_numpy(values).to(old.dtype)
    return made


def waves(shape: tuple[int, ...], step: int) -> np.ndarray:
    """Numbers in [-1, 1]."""
    return np.sin(np.arange(int(np.prod(shape)), dtype=float) * (1 + step % 97)).reshape(shape)


def clip(frames: int, size: int, channels: int = 3) -> torch.Tensor:
    return torch.from_numpy(waves((2, channels, frames, size, size), 12)).float()


def c2d() -> dict[str, Any]:
    network = load_model("c2d", configuration={"frames": 4, "size": 64}).network
    network.load_state_dict(filled(network.state_dict()))
    return {"c2d": network(clip(4, 64))[:, ::8]}


def selavi() -> dict[str, Any]:
    network = load_model("selavi", configuration={"frames": 6, "size": 32}).network
    network.load_state_dict(filled(network.state_dict()))
    sound = torch.from_numpy(np.rint(20_000 * waves((1, 24_000), 3)) / 32768).float()
    spectrum = network.spectrum(sound)
    return {
        "selavi_spectrum": spectrum[0, 0, ::16, ::9],
        "selavi_seen": network.see(clip(6, 32))[:, ::8],
        "selavi_heard": network.audio_network(torch.cat([spectrum, spectrum.flip(3)]))[:, ::8],
    }


def hmax(folder: Path) -> dict[str, Any]:
    sizes = range(2, 17, 2)
    held = np.empty((1, 8), dtype=object)
    held[0, :] = [np.abs(waves((4 * size**2, 3), size)) for size in sizes]
    shapes = np.array([[size, size, 4, 3] for size in sizes]).T
    scipy.io.savemat(folder / "patches.mat", {"patches": held, "patchSizes": shapes})
    network = load_model("hmax", weights=folder / "patches.mat", size=96).network
    image = torch.from_numpy(np.abs(waves((2, 1, 96, 96), 5))).float()
    found: dict[str, Any] = {"hmax_c2": network(image)}
    fine = [simple(image) for simple in network.s1]
    found["hmax_s1"] = fine[3][:, :, ::12, ::12]
    found["hmax_c1"] = network.c1[1](fine[2], fine[3])[:, :, ::3, ::3]
    return found


def motionnet(folder: Path) -> dict[str, Any]:
    h5py = pytest.importorskip("h5py")
    tensors = {"wconv:0": (6, 6, 6, 128), "bconv:0": (128,), "wout:0": (27 * 27 * 128, 64), "bout:0": (64,)}
    with h5py.File(folder / "motion_net.h5", "w") as file:
        for salt, (name, shape) in enumerate(tensors.items()):
            file[name] = (waves(shape, 30 + salt) * (6 / np.prod(shape[:-1] or 6)) ** 0.5).astype(np.float32)
    network = load_model("motionnet", weights=folder / "motion_net.h5", configuration={"frames": 7, "size": 40}).network
    return {"motionnet": network(clip(7, 40)).softmax(1)[:, ::4]}


@pytest.mark.parametrize("name", ["c2d", "selavi", "hmax", "motionnet"])
def test_outputs_are_those_of_the_authors_code(name, tmp_path):
    make = globals()[name]
    with torch.no_grad():
        found = make(tmp_path) if name in ("hmax", "motionnet") else make()
    for key, value in found.items():
        expected = REFERENCE[key]
        assert np.abs(np.asarray(value) - expected).max() <= 2e-6 * np.abs(expected).max(), key


def test_motionnet_without_margins_gives_one_answer_as_in_training():
    model = load_model("motionnet", configuration={"frames": 6, "size": 32, "padded": False, "filters": 4})
    assert model.network(clip(6, 32)).shape == (2, 64, 1, 1, 1)
    with torch.device("meta"):
        whole = load_model("motionnet").network
    checkpoint = 6 * 6 * 6 * 128 + 128 + 93_312 * 64 + 64
    assert sum(parameter.numel() for parameter in whole.parameters()) == checkpoint
