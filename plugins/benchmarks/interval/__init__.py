"""Responses of regions to pictures shown twice, with several intervals between."""
