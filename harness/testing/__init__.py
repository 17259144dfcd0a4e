"""Tests for plugin authors, of models, stimulus sets and benchmarks; and reference models with known scores."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
