"""Seventeen manipulations of objects, with and without a mask."""
