"""Object representations in the IT of man and monkey (Kriegeskorte et al. 2008)."""
