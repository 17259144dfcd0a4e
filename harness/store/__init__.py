"""The disk cache of activations, addressed by content."""

from harness.identity.digests import digest
from harness.store.store import Entry, Location, Store

__all__ = ["Entry", "Location", "Store", "digest"]
