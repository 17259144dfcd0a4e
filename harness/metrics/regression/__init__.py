"""Linear maps from features to responses: ridge, banded, Poisson, and their prediction accuracy."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
