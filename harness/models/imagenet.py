"""The thousand classes of ILSVRC-2012, in the order in which published networks give them."""


def imagenet_classes() -> tuple[str, ...]:
    """Names of the classes, as torchvision's weights carry them."""
    from torchvision.models import ResNet18_Weights

    return tuple(ResNet18_Weights.IMAGENET1K_V1.meta["categories"])
