"""CordsNet as a recurrent model in physical time."""

import math
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

from torch import nn

from harness.models import VENTRAL_STREAM, Preprocessing, RecurrentModel, chosen, initialise
from harness_plugins.models.cordsnet import BIBTEX
from harness_plugins.models.cordsnet.checkpoint import with_gains, without_gains
from harness_plugins.models.cordsnet.datasets import dataset as of_name
from harness_plugins.models.cordsnet.network import CordsNet


def load(
    depth: int,
    weights: str | Path = "random",
    seed: int = 0,
    dataset: str = "imagenet",
    dt: float = 2.0,
    tau: float = 10.0,
    lead_in: float = 200.0,
    folded: bool = True,
    size: int = 224,
    channels: int = 64,
    layers: Sequence[str] | None = None,
    regions: Mapping[str, str] | None = None,
    visual_degrees: float = 8.0,
) -> RecurrentModel:
    """CordsNet-R2, R4, R6 or R8 as a recurrent model.

    As published, a step is 2 ms and the time constant 10 ms; an image is shown for 200 ms after 200 ms of a field whose colour is
    the mean of the training images (stimuli whose `background` is the preprocessing's `mean` give just that; any other background
    is seen as it is). Times count from the arrival at the first area: there is no retina.

    Args:
        depth: number of areas.
        weights: the path of a file, or "random". The authors' checkpoint of R8 fits; it cannot be fetched from here.
        seed: seed of random weights.
        dataset: "imagenet", "cifar100", "cifar10", "mnist" or "fashionmnist".
        dt: ms per step.
        tau: time constant in ms.
        lead_in: ms of background before the onset.
        folded: whether to compute with plain weights; if not, parameters are gains and directions, as they are trained.
        size: side of the input in pixels; the published biases need 221 to 224.
        channels: of the first two areas.
        layers: default layers, recorded when none are named.
        regions: brain region -> layer, in place of parts of the default mapping.
        visual_degrees: visual angle of the side of the input.

    Raises:
        MissingWeights: for "pretrained", or if a file is not there.
        ModelError: if a file does not fit, the data set is unknown, or not 0 < dt <= tau.
    """
    chosen_set = of_name(dataset)
    classes = chosen_set.classes()

    def build() -> nn.Module:
        network = CordsNet(depth, chosen_set.channels, len(classes), channels, size, dt, tau)
        return network.fold() if folded else network

    network, origin = initialise(build, weights, seed, convert=without_gains if folded else with_gains)
    recorded, mapping = chosen(
        (*(f"areas.{area}" for area in range(depth)), "out_fc"), ventral_areas(depth), layers, regions
    )
    return RecurrentModel(
        f"cordsnet_r{depth}",
        network,
        dt=dt,
        lead_in=lead_in,
        preprocessing=Preprocessing(size, chosen_set.mean, chosen_set.std, channels=chosen_set.channels),
        regions=mapping,
        layers=recorded,
        visual_degrees=visual_degrees,
        weights=origin,
        arguments={"weights": str(weights), "seed": seed, "dataset": dataset, "dt": dt, "tau": tau, "size": size},
        readout="out_fc",
        classes=classes,
        citation=BIBTEX,
    )


def ventral_areas(depth: int) -> dict[str, str]:
    """V1, V2, V4 and IT stand at the ends of the four quarters of the areas; R2 has two regions per area."""
    return {region: f"areas.{math.ceil((i + 1) * depth / 4) - 1}" for i, region in enumerate(VENTRAL_STREAM)}


load_r2, load_r4, load_r6, load_r8 = (partial(load, depth) for depth in (2, 4, 6, 8))
