"""Losses for training on contours. All take logits and labels in [0, 1], (batch, 1, height, width), and return one
number.
"""

import torch
from torch.nn import functional


def balanced(logits: torch.Tensor, labels: torch.Tensor, negative: float = 1.1) -> torch.Tensor:
    """Cross-entropy in which contour and background weigh alike, as GammaNet was trained.

    After Xie & Tu (2015), "Holistically-nested edge detection".

    Labels from 0.5 on are contour; those below, but for 0, are in dispute between annotators and do not count. The sum is
    divided by the number of images.

    Args:
        negative: how much more the background weighs.
    """
    contour, background = labels >= 0.5, labels == 0
    total = contour.sum() + background.sum() + 1e-5
    weights = contour * (background.sum() / total) + background * (negative * contour.sum() / total)
    targets = torch.where(contour, 1.0, labels)
    return functional.binary_cross_entropy_with_logits(logits, targets, weights, reduction="sum") / len(logits)


def cross_entropy(logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """Mean cross-entropy with contours weighted by background over contour, from 0.1 to 10."""
    weight = ((1 - labels).sum() / labels.sum().clamp_min(1e-5)).clamp(0.1, 10)
    return functional.binary_cross_entropy_with_logits(logits, labels, pos_weight=weight)


def focal(logits: torch.Tensor, labels: torch.Tensor, alpha: float = 0.25, gamma: float = 2.0) -> torch.Tensor:
    """Mean focal loss: Lin, Goyal, Girshick, He & Dollar (2017), "Focal loss for dense object detection".

    For labels between 0 and 1, what weighs the entropy lies between its values for the two.
    """
    entropy = functional.binary_cross_entropy_with_logits(logits, labels, reduction="none")
    balance = alpha * labels + (1 - alpha) * (1 - labels)
    contours = torch.sigmoid(logits)
    sure = contours * labels + (1 - contours) * (1 - labels)
    return (balance * (1 - sure) ** gamma * entropy).mean()


def correlation(logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """Minus the correlation of labels and contours over an image, mean over images; 0 where an image has no contour or a map is
    flat, so that it asks for nothing."""
    x, y = (values.flatten(1) - values.flatten(1).mean(1, keepdim=True) for values in (logits, labels))
    lengths = (x.square().sum(1) * y.square().sum(1)).clamp_min(1e-10).sqrt()
    return -((x * y).sum(1) / lengths).mean()
