"""A small network as a model of the harness and as Brain-Score's commitment, images, and neurons that one could predict from it."""

import sys
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

from harness import FrameModel, Preprocessing
from harness.assemblies import BrainIOStimulusSet, NeuroidAssembly
from harness.brain_score import is_installed
from harness.models import IMAGENET_MEAN, IMAGENET_STD, imagenet_classes

SIZE = 64
REGIONS = {"V1": "v1", "V2": "v1", "V4": "v4", "IT": "it"}


class Net(nn.Module):
    """Three stages and a thousand class scores; weights from a seed."""

    def __init__(self, seed: int = 0):
        super().__init__()
        torch.manual_seed(seed)
        self.v1 = nn.Sequential(nn.Conv2d(3, 8, 7, stride=4, padding=3), nn.ReLU())
        self.v4 = nn.Sequential(nn.Conv2d(8, 8, 5, stride=4, padding=2), nn.ReLU())
        self.it = nn.Sequential(nn.Flatten(), nn.Linear(128, 48), nn.ReLU())
        self.fc = nn.Linear(48, 1000)
        with torch.no_grad():
            self.fc.weight *= 30

    def forward(self, x):
        return self.fc(self.it(self.v4(self.v1(x))))


def native(seed: int = 0, identifier: str = "small", **changes: Any) -> FrameModel:
    """The network as a model of the harness."""
    preprocessing = Preprocessing(SIZE, mean=IMAGENET_MEAN, std=IMAGENET_STD, **changes)
    return FrameModel(
        identifier,
        Net(seed),
        preprocessing=preprocessing,
        regions=REGIONS,
        layers=list(dict.fromkeys(REGIONS.values())),
        readout="fc",
        classes=imagenet_classes(),
    )


@pytest.fixture(autouse=True)
def apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of what Brain-Score keeps by name is used, and no test shares its screen with another."""
    monkeypatch.setenv("RESULTCACHING_DISABLE", "brainscore_vision")
    if is_installed():
        from brainscore_vision.benchmark_helpers import screen

        monkeypatch.setattr(screen, "root_path", tmp_path / "screen")


def images(
    folder: Path, count: int, height: int = SIZE, width: int = SIZE, seed: int = 0, **columns: Any
) -> BrainIOStimulusSet:
    """Coloured blobs on clouds, one PNG file each."""
    random = np.random.default_rng(seed)
    folder.mkdir(parents=True, exist_ok=True)
    y, x = np.mgrid[:height, :width]
    paths = {}
    for at in range(count):
        centre, spread = random.uniform(0.2, 0.8, 2) * (height, width), random.uniform(6, 20)
        blob = np.exp(-((y - centre[0]) ** 2 + (x - centre[1]) ** 2) / (2 * spread**2))
        coarse = Image.fromarray(random.integers(0, 90, (5, 5, 3), dtype=np.uint8))
        clouds = np.asarray(coarse.resize((width, height), Image.Resampling.BICUBIC), dtype=float)
        pixels = clouds + blob[..., None] * random.uniform(0, 160, 3)
        paths[f"image{at:04d}"] = folder / f"image{seed}_{at:04d}.png"
        Image.fromarray(pixels.astype(np.uint8)).save(paths[f"image{at:04d}"])
    columns.setdefault("object_name", [str(at % 3) for at in range(count)])
    stimuli = BrainIOStimulusSet(
        {"stimulus_id": list(paths), **{name: list(values) for name, values in columns.items()}}
    )
    stimuli.identifier, stimuli.stimulus_paths = f"{folder.name}-{seed}", paths
    return stimuli


def neurons(
    stimuli: BrainIOStimulusSet,
    region: str = "IT",
    units: int = 12,
    bins: Any = ((70, 170),),
    repetitions: int = 3,
    seed: int = 0,
) -> NeuroidAssembly:
    """Noisy linear mixtures of mean colours and positions of the images, each shown some times."""
    random = np.random.default_rng(seed)
    pixels = [np.asarray(Image.open(path), dtype=float) / 255 for path in stimuli.stimulus_paths.values()]
    features = np.array([np.append(one[::32, ::32].ravel(), one.mean((0, 1))) for one in pixels])
    signal = features @ random.normal(size=(features.shape[1], units))
    values = signal[None, :, :, None] * np.linspace(1, 0.5, len(bins)) + random.normal(
        scale=0.3 * signal.std(), size=(repetitions, len(stimuli), units, len(bins))
    )
    columns: Mapping[str, Any] = {name: np.tile(stimuli[name], repetitions) for name in stimuli}
    assembly = NeuroidAssembly(
        values.reshape(-1, units, len(bins)),
        coords={
            **{name: ("presentation", column) for name, column in columns.items()},
            "repetition": ("presentation", np.repeat(np.arange(repetitions), len(stimuli))),
            "neuroid_id": ("neuroid", np.arange(units)),
            "region": ("neuroid", [region] * units),
            "animal": ("neuroid", ["one", "two"] * (units // 2)),
            "subject": ("neuroid", ["one", "two"] * (units // 2)),
            "time_bin_start": ("time_bin", [start for start, _ in bins]),
            "time_bin_end": ("time_bin", [end for _, end in bins]),
        },
        dims=["presentation", "neuroid", "time_bin"],
    )
    assembly.attrs["stimulus_set"], assembly.attrs["stimulus_set_identifier"] = stimuli, stimuli.identifier
    return assembly


def averaged(assembly: NeuroidAssembly) -> NeuroidAssembly:
    """The mean over repetitions, as Brain-Score's benchmarks take it."""
    names = list(assembly.attrs["stimulus_set"].columns)
    mean = assembly.multi_groupby(names).mean(dim="presentation")
    mean.attrs.update(assembly.attrs)
    return mean


@pytest.fixture
def kit() -> ModuleType:
    """The functions and constants of this module."""
    return sys.modules[__name__]
