"""Results: what scoring a (model, benchmark) pair gave, one JSON file each, and the leaderboard that is made of them."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
