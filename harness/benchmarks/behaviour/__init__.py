"""Benchmarks of choices: confusions, consistency of errors, recognition behind masks."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
