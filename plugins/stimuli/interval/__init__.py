"""Pictures shown twice, with several intervals between."""
