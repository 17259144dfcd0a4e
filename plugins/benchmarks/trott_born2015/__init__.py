"""Surround suppression of gratings and plaids in the population of macaque V1 (Trott & Born 2015)."""
