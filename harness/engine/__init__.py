"""Turns (model, stimulus set, recording) into responses; the only code that runs a network."""

from harness.engine.recording import CentreUnits, Full, Projection, Recording, Reduction, SpatialMean, Units

__all__ = ["CentreUnits", "Full", "Projection", "Recording", "Reduction", "SpatialMean", "Units"]
