"""What a plugin's author runs on a model, a stimulus set or a benchmark; and models whose answers are known."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
