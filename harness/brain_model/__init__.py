"""A model seen as a brain: the protocol that benchmarks know, and its implementation over the engine."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
