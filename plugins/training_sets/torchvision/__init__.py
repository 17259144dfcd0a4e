"""Data sets that torchvision fetches: MNIST, Fashion-MNIST, CIFAR-10 and CIFAR-100."""

from harness import TrainingSetSpec, hookimpl

_SETS = {"mnist": "MNIST", "fashionmnist": "FashionMNIST", "cifar10": "CIFAR10", "cifar100": "CIFAR100"}


@hookimpl
def register_training_sets() -> list[TrainingSetSpec]:
    return [
        TrainingSetSpec(
            name,
            load="harness_plugins.training_sets.torchvision.torchvision_sets:load",
            summary=f"{of}, fetched by torchvision; validated on a tenth of its training images",
            tags=("objects", *(("cifar10",) if name == "cifar10" else ())),
            parameters={
                "size": "pixels along the side; the model's if not given",
                "channels": "1 for luminance, 3 for RGB; the model's if not given",
                "folder": "where the files are, or are fetched to; training_data in HARNESS_HOME if not given",
                "held_out": "validation by every which training image",
            },
            arguments={"name": of},
        )
        for name, of in _SETS.items()
    ]
