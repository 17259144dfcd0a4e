"""Three short bars in line."""
