"""Every model of timm."""
