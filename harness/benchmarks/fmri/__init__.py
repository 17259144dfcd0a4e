"""Encoding benchmarks of fMRI: BOLD time series and betas, movies and short clips."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
