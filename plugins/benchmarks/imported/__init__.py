"""Recordings of your own, taken in by `harness data import`."""
