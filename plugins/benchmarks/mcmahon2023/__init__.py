"""Human fMRI of short videos of two people (McMahon, Bonner & Isik 2023)."""
