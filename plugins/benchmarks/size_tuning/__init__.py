"""Spatial summation and suppression, and how they change with contrast."""
