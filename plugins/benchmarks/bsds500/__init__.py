"""Contours in natural pictures, against those that people drew."""
