"""Brain-Score both ways: our models and benchmarks in its registries, its models and benchmarks among ours."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
