"""Shape against texture: cue-conflict images, edges and silhouettes with participants' choices (Geirhos et al.
2019).
"""

from harness import BenchmarkSpec, DatasetSpec, hookimpl
from harness_plugins.benchmarks._expectations import COMPARED_IMAGES, ERRORS, PREFERENCE

BIBTEX = """@inproceedings{geirhos2019imagenet,
  title = {ImageNet-trained {CNN}s are biased towards texture; increasing shape bias improves accuracy and robustness},
  author = {Geirhos, Robert and Rubisch, Patricia and Michaelis, Claudio and Bethge, Matthias and Wichmann, Felix A. and
            Brendel, Wieland},
  booktitle = {International Conference on Learning Representations},
  year = {2019}
}"""

DATASET = "geirhos2019_cue_conflict"
COMMIT = "ccd0c01d42c0a8a834e90ec141e7f24fa915dc23"
MODULE = "harness_plugins.benchmarks.geirhos2019.benchmark"
TAGS = ("behaviour", "human", "images", "shape", "textures")
PARAMETERS = {"duration": "ms for which an image is shown"}


@hookimpl
def register_benchmarks() -> list[BenchmarkSpec]:
    return [
        BenchmarkSpec(
            "Geirhos2019-shape_bias",
            load=f"{MODULE}:ShapeBiasBenchmark",
            summary="shape bias on the cue-conflict images at hand, compared with ten participants",
            tags=TAGS,
            parameters=PARAMETERS,
            data=(DATASET,),
            expects=PREFERENCE,
            controls={
                "published": "harness_plugins.benchmarks.geirhos2019.controls:naming_shapes",
                "opposite": "harness_plugins.benchmarks.geirhos2019.controls:naming_textures",
            },
            bibtex=BIBTEX,
        ),
        BenchmarkSpec(
            "Geirhos2019-error_consistency",
            load=f"{MODULE}:Geirhos2019Consistency",
            summary="error consistency with ten participants on cue-conflict images, edges and silhouettes at hand",
            tags=TAGS,
            parameters=PARAMETERS,
            data=(DATASET,),
            expects=COMPARED_IMAGES,
            controls=ERRORS,
            bibtex=BIBTEX,
        ),
    ]


@hookimpl
def register_datasets() -> list[DatasetSpec]:
    return [
        DatasetSpec(
            DATASET,
            summary="cue-conflict images, edges and silhouettes in 16 categories, with responses of ten participants",
            files={"raw-data": "", "stimuli": ""},
            source=f"https://github.com/rgeirhos/texture-vs-shape at {COMMIT}",
            licence="CC BY 4.0 (images); no licence is stated for the choices, which are published with the paper",
            instructions=(
                "copy to geirhos2019_cue_conflict/stimuli/ in HARNESS_DATA the folders edges, filled-silhouettes and (all or "
                "some of) style-transfer-preprocessed-512, the last as style-transfer, and to raw-data/ edge-experiment, "
                "silhouette-filled-experiment and style-transfer-512-nomask-experiment"
            ),
            bibtex=BIBTEX,
        )
    ]
