"""Files as labs have them: a module for each kind, which says what a file holds, and tables of which suffix is read by which."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
