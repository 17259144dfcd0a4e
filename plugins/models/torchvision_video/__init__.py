"""torchvision's video classifiers."""
