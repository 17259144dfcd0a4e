"""Human fMRI pattern similarities of occluded objects (Coggan & Tong 2024)."""
