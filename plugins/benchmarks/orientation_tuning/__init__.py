"""Orientation tuning of V1 units against macaque cells."""
