"""Self-motion through simulated scenes, read from a subject's responses."""
