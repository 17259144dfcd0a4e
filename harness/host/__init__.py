"""The plugin host: the contract with plugins, the registries of what they offer, and loading by name."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
