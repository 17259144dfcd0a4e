"""Macaque V1 responses to films (Nauhaus & Ringach; CRCNS pvc-1)."""
