"""Decoding of handwritten digits: a real task without any data to fetch."""
