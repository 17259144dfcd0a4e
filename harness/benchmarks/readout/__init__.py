"""Read-out benchmarks: decoding of classes and regression of numbers from a model's responses."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
