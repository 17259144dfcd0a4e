"""The experiments of Groen et al. (2022): contrast, duration and two pulses in 17 conditions."""
