"""Extraction beside Brain-Score and thingsvision, in CPU seconds; ratios of runs that follow each other in one process.

    sh performance/peers.sh FOLDER
    OMP_NUM_THREADS=1 OMP_WAIT_POLICY=PASSIVE FOLDER/bin/python performance/peers.py [--images 300] [--pairs 3]

All three run one resnet18 with random weights, of torchvision, on the same PNG files. This harness and Brain-Score store what they
extract, the latter optionally; thingsvision returns it. A peer that cannot be imported is left out with its reason.
"""

import argparse
import contextlib
import functools
import io
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from _side_by_side import absent, compared
from extraction import network
from PIL import Image
from torchvision.models.feature_extraction import create_feature_extractor

from harness import Recording, StimulusSet, extract
from harness.models import IMAGENET_MEAN, IMAGENET_STD
from harness.store import Store

LAYERS = ["layer1", "avgpool"]
_BATCH = 32


def pictures(folder: Path, number: int, size: int) -> list[Path]:
    """PNG files of noise."""
    random = np.random.default_rng(size)
    paths = [folder / f"{size}_{k:04d}.png" for k in range(number)]
    for path in paths:
        Image.fromarray(random.integers(0, 256, (size, size, 3), dtype=np.uint8)).save(path)
    return paths


def ours(paths: list[Path], size: int) -> None:
    stimuli = StimulusSet.from_images("noise", [str(path) for path in paths], 100.0)
    with tempfile.TemporaryDirectory() as folder:
        extract(network(size), stimuli, Recording(LAYERS), store=Store(folder), device="cpu", batch_size=_BATCH)


def bare(paths: list[Path], size: int) -> None:
    """The loop that a user would write, which keeps both layers in memory."""
    kept, layers = [], create_feature_extractor(network(size).network, LAYERS)
    mean, std = (torch.tensor(values)[:, None, None] for values in (IMAGENET_MEAN, IMAGENET_STD))
    with torch.inference_mode():
        for start in range(0, len(paths), _BATCH):
            images = [np.array(Image.open(path)) for path in paths[start : start + _BATCH]]
            frames = torch.stack([torch.from_numpy(image).permute(2, 0, 1).float() / 255 for image in images])
            kept.append({name: value.flatten(1).numpy() for name, value in layers((frames - mean) / std).items()})


def brain_score(paths: list[Path], size: int, stored: bool) -> None:
    from brainscore_vision.model_helpers.activations.pytorch import PytorchWrapper, load_preprocess_images

    os.environ["RESULTCACHING_DISABLE"] = "0" if stored else "1"
    with tempfile.TemporaryDirectory() as folder:
        os.environ["RESULTCACHING_HOME"] = folder
        preprocessing = functools.partial(load_preprocess_images, image_size=size)
        wrapper = PytorchWrapper(
            network(size).network, preprocessing, identifier=f"resnet18-{stored}", batch_size=_BATCH
        )
        identifier = f"noise-{size}-{Path(folder).name}" if stored else None  # else the second run would be read
        wrapper([str(path) for path in paths], layers=LAYERS, stimuli_identifier=identifier)


def things_vision(paths: list[Path], size: int) -> None:
    for name in (
        "tensorflow",
        "tensorflow.keras",
        "tensorflow.keras.applications",
        "tensorflow.keras.layers",
        "open_clip",
        "clip",
    ):
        sys.modules.setdefault(name, absent(name))  # for networks that are not used here
    from thingsvision import get_extractor_from_model
    from thingsvision.utils.data import DataLoader, ImageDataset

    extractor = get_extractor_from_model(network(size).network, device="cpu", backend="pt")
    data = ImageDataset(
        str(paths[0].parent), str(paths[0].parent), backend="pt", transforms=extractor.get_transformations(size, size)
    )
    batches = DataLoader(data, batch_size=_BATCH, backend="pt")
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        extractor.extract_features(batches, module_names=LAYERS, flatten_acts=True, output_type="ndarray")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--images", type=int, default=300)
    parser.add_argument("--pairs", type=int, default=3)
    asked = parser.parse_args()
    torch.set_num_threads(1)
    peers: dict[str, Callable[[list[Path], int], None]] = {
        "a bare loop that keeps both layers": bare,
        "Brain-Score, nothing stored": functools.partial(brain_score, stored=False),
        "Brain-Score, stored": functools.partial(brain_score, stored=True),
        "thingsvision, nothing stored": things_vision,
    }
    for number, size in ((asked.images, 224), (200, 64)):
        with tempfile.TemporaryDirectory() as folder:
            paths = pictures(Path(folder), number, size)
            ours(paths[:_BATCH], size)  # what the first extraction of a process pays alone
            for name, peer in peers.items():
                try:
                    peer(paths[:_BATCH], size)
                except ImportError as error:
                    print(f"{name}: not measured ({error})")
                    continue
                ratio = compared(
                    functools.partial(ours, paths, size), functools.partial(peer, paths, size), asked.pairs
                )
                print(f"{number} images of {size} px, ours / {name}: {ratio}", flush=True)


if __name__ == "__main__":
    main()
