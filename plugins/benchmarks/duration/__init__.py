"""Responses of regions to pictures shown for several durations."""
