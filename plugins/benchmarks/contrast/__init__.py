"""Responses of regions to pictures of several contrasts."""
