"""Bars, flashed and moving."""
