"""Macaque V4 responses to natural images (Cowley, Stan, Pillow & Smith 2023)."""
