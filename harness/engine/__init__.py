"""Turns (model, stimulus set, recording) into responses; the only code that runs a network."""

from harness.engine.extraction import ENGINE_VERSION, extract
from harness.engine.progress import Progress
from harness.engine.recording import (
    CentreUnits,
    Full,
    MeanMagnitude,
    Projection,
    RandomUnits,
    Recording,
    Reduction,
    SpatialMean,
    Units,
)
from harness.engine.responses import LayerResponses, Responses

__all__ = [
    "ENGINE_VERSION",
    "CentreUnits",
    "Full",
    "LayerResponses",
    "MeanMagnitude",
    "Progress",
    "Projection",
    "RandomUnits",
    "Recording",
    "Reduction",
    "Responses",
    "SpatialMean",
    "Units",
    "extract",
]
