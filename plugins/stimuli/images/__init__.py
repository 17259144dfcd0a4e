"""A folder of images."""
