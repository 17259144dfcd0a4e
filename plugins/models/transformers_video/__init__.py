"""Video transformers of the library transformers."""

from harness import ModelSpec, hookimpl

BIBTEX = {
    "timesformer": """@inproceedings{bertasius2021space,
  title = {Is Space-Time Attention All You Need for Video Understanding?},
  author = {Bertasius, Gedas and Wang, Heng and Torresani, Lorenzo},
  booktitle = {Proceedings of the 38th International Conference on Machine Learning},
  pages = {813--824},
  year = {2021}
}""",
    "videomae": """@inproceedings{tong2022videomae,
  title = {{VideoMAE}: Masked Autoencoders are Data-Efficient Learners for Self-Supervised Video Pre-Training},
  author = {Tong, Zhan and Song, Yibing and Wang, Jue and Wang, Limin},
  booktitle = {Advances in Neural Information Processing Systems},
  volume = {35},
  year = {2022}
}""",
    "vivit": """@inproceedings{arnab2021vivit,
  title = {{ViViT}: A Video Vision Transformer},
  author = {Arnab, Anurag and Dehghani, Mostafa and Heigold, Georg and Sun, Chen and Lu{\\v{c}}i{\\'c}, Mario and Schmid, Cordelia},
  booktitle = {Proceedings of the {IEEE/CVF} International Conference on Computer Vision},
  pages = {6836--6846},
  year = {2021}
}""",
    "vjepa2": """@article{assran2025vjepa2,
  title = {{V-JEPA} 2: Self-Supervised Video Models Enable Understanding, Prediction and Planning},
  author = {Assran, Mido and Bardes, Adrien and Fan, David and Garrido, Quentin and Howes, Russell and others},
  journal = {arXiv preprint arXiv:2506.09985},
  year = {2025}
}""",
}

SUMMARIES = {
    "timesformer": "TimeSformer-B (Bertasius et al. 2021): attention over time and over space in turn",
    "videomae": "VideoMAE-B (Tong et al. 2022): a transformer trained to fill in masked tubes of video",
    "vivit": "ViViT-B/16x2 (Arnab et al. 2021): a transformer over tubelets of video",
    "vjepa2": "V-JEPA 2, ViT-L (Assran et al. 2025): a transformer trained to predict features of masked video",
}


@hookimpl
def register_models() -> list[ModelSpec]:
    return [
        ModelSpec(
            name,
            load=f"harness_plugins.models.transformers_video.model:{name}",
            summary=summary,
            tags=("video", "kinetics400" if name != "vjepa2" else "self-supervised"),
            parameters={
                "weights": "pretrained (from the hub), the path of a file, or random",
                "seed": "seed of random weights",
                "checkpoint": "repository on the hub, or folder, of pretrained weights",
                "configuration": "entries of the library's configuration, in place of the published ones; not for pretrained",
                "frame_rate": "frames per second",
                "stride": "frames between the beginnings of two windows; the window if not given",
                "layers": "default layers, recorded when none are named",
                "regions": "brain region -> layer; replaces parts of V1 to IT",
                "visual_degrees": "visual angle of the side of the input, degrees",
            },
            bibtex=BIBTEX[name],
        )
        for name, summary in SUMMARIES.items()
    ]
