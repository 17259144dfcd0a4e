"""Distributions of single-neuron properties of macaque V1, as Marques, Schrimpf & DiCarlo (2021) compare them with models."""
