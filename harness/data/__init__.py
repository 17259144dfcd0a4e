"""Recorded data: where a data set lies on this machine, what to do if it does not, and the form in which it is read."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
