"""In-silico neurophysiology: experiments on single units, compared with published effects."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
