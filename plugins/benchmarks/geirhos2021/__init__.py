"""Seventeen sets of distorted images and the errors that people make on them (Geirhos et al. 2021)."""
