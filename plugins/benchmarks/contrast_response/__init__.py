"""Contrast gain and latency of single units."""
