"""Experiments in silico on single units, as a physiologist does them, against published effects."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
