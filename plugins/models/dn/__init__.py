"""Delayed normalisation behind any static model."""
