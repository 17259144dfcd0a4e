"""Residual networks for CIFAR-10."""
