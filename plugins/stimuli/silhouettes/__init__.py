"""Drawings of seven objects."""
