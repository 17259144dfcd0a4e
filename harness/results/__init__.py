"""Results: the outcome of scoring a (model, benchmark) pair, one JSON file each, and the leaderboard made from them."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
