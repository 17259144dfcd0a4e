"""Pictures at several contrasts."""
