"""Objects decoded from macaque IT over time (Zhang, Meyers, Bichot, Serre, Poggio & Desimone 2011)."""
