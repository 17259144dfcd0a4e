"""Human fMRI of four short films (Sava-Segal et al. 2023)."""
