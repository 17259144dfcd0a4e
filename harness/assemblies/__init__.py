"""Labelled arrays, scores and the benchmark interface: Brain-Score's where it is installed, else the harness's own."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
