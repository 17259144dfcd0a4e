"""Pictures shown for several durations."""
