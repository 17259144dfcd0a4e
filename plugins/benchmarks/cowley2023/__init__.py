"""Macaque V4 responses to natural images (Cowley, Stan, Pillow & Smith 2023)."""

from harness import BenchmarkSpec, DatasetSpec, hookimpl
from harness_plugins.benchmarks._expectations import IMAGES

BIBTEX = """@article{cowley2023compact,
  title = {Compact deep neural network models of visual cortex},
  author = {Cowley, Benjamin R. and Stan, Patricia L. and Pillow, Jonathan W. and Smith, Matthew A.},
  journal = {bioRxiv},
  year = {2023},
  doi = {10.1101/2023.11.22.568315}
}"""

COMMIT = "f4552ad9d34a466ebc66658f72a08a8e5038f1cf"


@hookimpl
def register_benchmarks() -> list[BenchmarkSpec]:
    return [
        BenchmarkSpec(
            "Cowley2023.V4-ridge",
            load="harness_plugins.benchmarks.cowley2023.benchmark:CowleyV4",
            summary="macaque V4 responses to images, ridge per neuron, ceiling from repeats",
            tags=("neural", "V4", "macaque", "images"),
            expects=IMAGES,
            controls={"published": "harness_plugins.benchmarks.cowley2023.controls:neurons"},
            bibtex=BIBTEX,
            data=("cowley2023_v4",),
        )
    ]


@hookimpl
def register_datasets() -> list[DatasetSpec]:
    return [
        DatasetSpec(
            "cowley2023_v4",
            summary="macaque V4 spike counts to natural images, two sessions with their images",
            files={
                "images/images_210325.zip": "992774eca3508a2ad01accb1a31f5f3e3d90248c49f4eec314f2a915a263e454",
                "responses_raw/responses_210325.npy": "4008dbbf31a47d9b1b8d8da609f4a7a3433c7071f0e45c611c220b217dd75b76",
                "images/images_201025.zip": "3abb63679107665eab7220bdeaf7863832a1df943bf3d7792501f5082a55b2e8",
                "responses_repeat_averaged/responses_201025.npy": (
                    "f729f3dc0d29aa38bd380c0da9e39aba916f9e2580949929b65d1714e7217a8a"
                ),
            },
            source=f"https://github.com/cowleygroup/V4_compact_models at {COMMIT}",
            licence="GPL-3.0",
            instructions=(
                f"git clone https://github.com/cowleygroup/V4_compact_models, check out {COMMIT}, and copy from its data folder "
                "images/, responses_raw/ and responses_repeat_averaged/ (the files of sessions 210325 and 201025) "
                "to cowley2023_v4/ in HARNESS_DATA"
            ),
            bibtex=BIBTEX,
        )
    ]
