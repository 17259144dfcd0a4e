"""Every image classifier of torchvision."""
