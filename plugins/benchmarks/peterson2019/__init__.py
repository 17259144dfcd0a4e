"""CIFAR-10H: human label distributions of ambiguous pictures."""
