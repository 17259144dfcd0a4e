"""Macaque V4 and IT responses to rendered objects (Majaj, Hong, Solomon & DiCarlo 2015), the public part."""
