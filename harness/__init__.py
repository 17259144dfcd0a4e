"""A benchmark harness for vision models that unfold in time.

This is the whole public API. Everything is imported when it is first used, so that `import harness` costs nothing.
"""

import lazy_loader

from harness.host.old_names import install, with_old_names

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
__getattr__ = with_old_names(__name__, __getattr__)
__version__ = "0.2.0"
install()
