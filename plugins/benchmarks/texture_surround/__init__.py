"""Bars in textures, and figures of texture: how much context changes a response, and when."""
