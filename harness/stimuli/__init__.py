"""What is shown: timelines in ms, stimulus sets, and what is drawn on a canvas measured in degrees."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
