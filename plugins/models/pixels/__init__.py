"""The frame itself as a model: what every other model has to beat."""
