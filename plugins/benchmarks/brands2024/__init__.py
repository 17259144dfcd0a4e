"""Time courses of human visual cortex to images, measured by Brands et al. (2024)."""
