"""Brain-Score's labelled arrays, scores and benchmark interface; the only package that imports `brainscore_core`."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
