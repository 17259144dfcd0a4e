"""Human fMRI of a short film (Berezutskaya et al. 2022)."""
