"""Simulated brains with the effects that benchmarks were made for, and with the opposite ones: the controls of benchmarks."""
