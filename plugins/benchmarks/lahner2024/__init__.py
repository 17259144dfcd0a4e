"""Human fMRI of 1,102 short videos: BOLD Moments (Lahner et al. 2024)."""
