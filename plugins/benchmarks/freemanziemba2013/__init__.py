"""Macaque V1 and V2 responses to textures and noise (Freeman, Ziemba, Heeger, Simoncelli & Movshon 2013), the public part."""
