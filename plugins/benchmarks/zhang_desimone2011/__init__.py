"""Objects decoded from macaque IT over time (Zhang, Meyers, Bichot, Serre, Poggio & Desimone 2011)."""

from harness import BenchmarkSpec, DatasetSpec, hookimpl
from harness_plugins.benchmarks._expectations import CELLS, NO_BEFORE

BIBTEX = """@article{zhang2011object,
  title = {Object decoding with attention in inferior temporal cortex},
  author = {Zhang, Ying and Meyers, Ethan M. and Bichot, Narcisse P. and Serre, Thomas and Poggio, Tomaso A. and
    Desimone, Robert},
  journal = {Proceedings of the National Academy of Sciences},
  volume = {108}, number = {21}, pages = {8850--8855},
  year = {2011},
  doi = {10.1073/pnas.1100999108}
}"""

COMMIT = "826e2119a69d7879c3f58c75854272324dead2a7"


@hookimpl
def register_benchmarks() -> list[BenchmarkSpec]:
    return [
        BenchmarkSpec(
            "ZhangDesimone2011.IT",
            load="harness_plugins.benchmarks.zhang_desimone2011.benchmark:ZhangDesimone2011",
            summary="decoding of seven objects over time and across positions, compared with 132 IT neurons",
            tags=("neural", "IT", "macaque", "decoding", "temporal"),
            parameters={"draws": "number of draws of populations and sets of trials"},
            bibtex=BIBTEX,
            discriminates=False,
            remark="networks with and without time, trained or not, lie within two errors of 0",
            data=("zhang_desimone_it",),
            quick={"draws": 2},
            controls={"published": "harness_plugins.benchmarks.zhang_desimone2011.controls:like_it"},
            expects=CELLS
            | {"permuted": "invariant +- 0.15", "frozen": "not measurable", "shuffled": "<= intact"}
            | {"published": "> 0.8", "opposite": NO_BEFORE},
        )
    ]


@hookimpl
def register_datasets() -> list[DatasetSpec]:
    return [
        DatasetSpec(
            "zhang_desimone_it",
            summary="spikes of 132 IT neurons in 1 ms bins, seven objects at three positions; without the images",
            files={"derived/raster.npz": "481ff28732a434295577c7a6488e7dafc4cb049c1b3e594e1d1a6c686bdee544"},
            source=f"https://github.com/emeyers/NeuroDecodeR at {COMMIT}, inst/extdata",
            licence="GPL-3 (of the package that holds them)",
            instructions=(
                "from its 132 R data frames of 1 ms rasters (.rda, one unit each, in the order of their names) "
                "write derived/raster.npz with spikes (132, 420, 1000) as uint8, object and position (132, 420), n_trials, unit "
                "and time_ms (-500 to 499), in zhang_desimone_it/ in HARNESS_DATA"
            ),
            bibtex=BIBTEX,
        )
    ]
