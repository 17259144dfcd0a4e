"""Macaque MT responses to motion-enhanced films (Nishimoto & Gallant 2011; CRCNS mt-2)."""
