"""Textures of bars."""
