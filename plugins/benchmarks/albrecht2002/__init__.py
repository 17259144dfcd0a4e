"""Contrast and the time course of single V1 cells (Albrecht et al. 2002)."""
