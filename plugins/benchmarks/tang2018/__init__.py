"""Occluded objects under backward masking."""
