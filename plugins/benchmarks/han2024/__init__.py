"""Human perception of biological motion (Han et al. 2024)."""
