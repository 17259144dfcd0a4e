"""Perturbation of models: silencing, scaling, currents, clamps, noise and replacement, at places, times, units and connections."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
