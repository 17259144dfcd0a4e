"""An optogenetic experiment in silico: a patch of an area is driven or silenced, read out, and rescued from its surround."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
