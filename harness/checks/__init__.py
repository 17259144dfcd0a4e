"""Arguments of public functions and classes, checked against their type hints where a caller hands them over."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
