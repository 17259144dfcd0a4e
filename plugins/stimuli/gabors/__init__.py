"""Gabor patches, alone and in arrays."""
