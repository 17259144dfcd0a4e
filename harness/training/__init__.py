"""Training of models: recipes in phases, training sets in memory maps, and weights that say how they were made."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
