"""The 1,000 classes of ILSVRC-2012, in the order of published networks' outputs."""


def imagenet_classes() -> tuple[str, ...]:
    """Names of the classes, as torchvision's weights carry them."""
    from torchvision.models import ResNet18_Weights

    return tuple(ResNet18_Weights.IMAGENET1K_V1.meta["categories"])
