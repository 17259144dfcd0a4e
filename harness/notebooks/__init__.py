"""Objects as notebooks show them: tables of facts, images, and progress bars. IPython is not imported where it does not run."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
