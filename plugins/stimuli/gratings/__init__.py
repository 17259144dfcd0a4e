"""Sinusoidal gratings, static and drifting."""
