"""CORnet: shallow recurrent networks with one area a visual area."""
