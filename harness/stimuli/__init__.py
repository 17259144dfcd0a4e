"""Stimuli: timelines in ms, stimulus sets, and drawing on a canvas measured in degrees."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
