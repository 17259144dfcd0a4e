"""A bar, its flankers, and bars all around it."""
