"""Cross-orientation suppression in the population of cat V1 (Busse, Wade & Carandini 2009)."""
