"""Random-dot kinematograms."""
