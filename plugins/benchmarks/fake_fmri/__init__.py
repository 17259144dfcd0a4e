"""A simulated fMRI recording with a known answer: what a pipeline must find, and what it must not."""
