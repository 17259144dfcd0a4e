"""torchvision's video classifiers."""

from harness import ModelSpec, hookimpl

RESNET = """@inproceedings{tran2018closer,
  title = {A Closer Look at Spatiotemporal Convolutions for Action Recognition},
  author = {Tran, Du and Wang, Heng and Torresani, Lorenzo and Ray, Jamie and {LeCun}, Yann and Paluri, Manohar},
  booktitle = {Proceedings of the {IEEE} Conference on Computer Vision and Pattern Recognition},
  pages = {6450--6459},
  year = {2018},
  doi = {10.1109/CVPR.2018.00675}
}"""
S3D = """@inproceedings{xie2018rethinking,
  title = {Rethinking Spatiotemporal Feature Learning: Speed-Accuracy Trade-offs in Video Classification},
  author = {Xie, Saining and Sun, Chen and Huang, Jonathan and Tu, Zhuowen and Murphy, Kevin},
  booktitle = {Computer Vision -- {ECCV} 2018},
  year = {2018},
  doi = {10.1007/978-3-030-01267-0_19}
}"""
MVIT = """@inproceedings{fan2021multiscale,
  title = {Multiscale Vision Transformers},
  author = {Fan, Haoqi and Xiong, Bo and Mangalam, Karttikeya and Li, Yanghao and Yan, Zhicheng and
    Malik, Jitendra and Feichtenhofer, Christoph},
  booktitle = {Proceedings of the {IEEE/CVF} International Conference on Computer Vision},
  pages = {6824--6835},
  year = {2021}
}"""
MVIT2 = """@inproceedings{li2022mvitv2,
  title = {{MViTv2}: Improved Multiscale Vision Transformers for Classification and Detection},
  author = {Li, Yanghao and Wu, Chao-Yuan and Fan, Haoqi and Mangalam, Karttikeya and Xiong, Bo and
    Malik, Jitendra and Feichtenhofer, Christoph},
  booktitle = {Proceedings of the {IEEE/CVF} Conference on Computer Vision and Pattern Recognition},
  pages = {4804--4814},
  year = {2022}
}"""
SWIN = """@inproceedings{liu2022video,
  title = {Video {Swin} Transformer},
  author = {Liu, Ze and Ning, Jia and Cao, Yue and Wei, Yixuan and Zhang, Zheng and Lin, Stephen and Hu, Han},
  booktitle = {Proceedings of the {IEEE/CVF} Conference on Computer Vision and Pattern Recognition},
  pages = {3202--3211},
  year = {2022}
}"""

SUMMARIES = {
    "r3d_18": ("ResNet-18 of 3D convolutions (Tran et al. 2018)", RESNET),
    "mc3_18": ("ResNet-18, 3D convolutions in its first stages and 2D in the others (Tran et al. 2018)", RESNET),
    "r2plus1d_18": ("ResNet-18, each 3D convolution factorised into space and time (Tran et al. 2018)", RESNET),
    "s3d": ("S3D, an Inception with separable 3D convolutions (Xie et al. 2018)", S3D),
    "mvit_v1_b": ("multiscale vision transformer MViT-B (Fan et al. 2021)", MVIT),
    "mvit_v2_s": ("multiscale vision transformer MViTv2-S (Li et al. 2022)", MVIT2),
    "swin3d_t": ("Video Swin transformer, tiny (Liu et al. 2022)", SWIN),
    "swin3d_s": ("Video Swin transformer, small (Liu et al. 2022)", SWIN),
    "swin3d_b": ("Video Swin transformer, base (Liu et al. 2022)", SWIN),
}


@hookimpl
def register_models() -> list[ModelSpec]:
    return [
        ModelSpec(
            name,
            load=f"harness_plugins.models.torchvision_video.network:{name}",
            summary=f"{summary}; torchvision's",
            tags=("video", "kinetics400"),
            parameters={
                "weights": "pretrained (torchvision's default), the name of one of its weights, the path of a file, or random",
                "seed": "seed of random weights",
                "frame_rate": "frames per second",
                "window": "frames in one pass",
                "stride": "frames between the beginnings of two windows; the window if not given",
                "size": "pixels along the side of the field of view; that of the published weights if not given",
                "layers": "default layers, recorded when none are named",
                "regions": "brain region -> layer; replaces parts of V1 to IT",
                "visual_degrees": "visual angle of the side of the input, degrees",
            },
            bibtex=bibtex,
        )
        for name, (summary, bibtex) in SUMMARIES.items()
    ]
