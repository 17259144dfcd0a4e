"""Recurrent networks that predict the next frame."""
