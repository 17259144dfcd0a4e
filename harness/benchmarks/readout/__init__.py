"""Benchmarks of what can be read out of a model: decoding of classes and regression of numbers."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
