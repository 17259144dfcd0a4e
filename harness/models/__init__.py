"""How a torch network becomes a model that unfolds in time."""

from harness.models.base import ClipModel, FrameModel, Model, RecurrentModel, Tokens
from harness.models.preprocessing import IMAGENET_MEAN, IMAGENET_STD, Preprocessing
from harness.models.weights import Weights, initialise, load_state, read_state, seeded

__all__ = [
    "IMAGENET_MEAN",
    "IMAGENET_STD",
    "ClipModel",
    "FrameModel",
    "Model",
    "Preprocessing",
    "RecurrentModel",
    "Tokens",
    "Weights",
    "initialise",
    "load_state",
    "read_state",
    "seeded",
]
