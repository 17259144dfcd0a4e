"""Orientation discrimination under backward masking."""
