"""Recorded data: the location of a data set on this machine, how to obtain it, and the format in which it is read."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
