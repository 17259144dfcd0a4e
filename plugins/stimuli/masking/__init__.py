"""A target, and a mask that follows it."""
