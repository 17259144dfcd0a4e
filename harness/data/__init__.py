"""Recorded data: where a data set lies on this machine, and what to do if it does not."""

from harness.data.locate import is_available, locate

__all__ = ["is_available", "locate"]
