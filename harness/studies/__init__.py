"""Studies: many models on many benchmarks, written down in one file, run here or on a cluster, collected by the same command."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
