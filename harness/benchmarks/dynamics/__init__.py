"""Benchmarks of the time courses of regions: contrast, duration, repetition."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
