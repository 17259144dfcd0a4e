"""Human fMRI of a film of eight minutes (Keles et al. 2024)."""
