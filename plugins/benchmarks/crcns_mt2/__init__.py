"""Macaque MT responses to motion-enhanced movies (Nishimoto & Gallant 2011; CRCNS mt-2)."""

from harness import BenchmarkSpec, DatasetSpec, hookimpl
from harness_plugins.benchmarks._expectations import PROJECTED_MOVIES

BIBTEX = """@article{nishimoto2011three,
  title = {A three-dimensional spatiotemporal receptive field model explains responses of area {MT} neurons to naturalistic
           movies},
  author = {Nishimoto, Shinji and Gallant, Jack L.},
  journal = {Journal of Neuroscience},
  volume = {31},
  number = {41},
  pages = {14551--14564},
  year = {2011},
  doi = {10.1523/JNEUROSCI.6801-10.2011}
}"""


@hookimpl
def register_benchmarks() -> list[BenchmarkSpec]:
    return [
        BenchmarkSpec(
            "NishimotoGallant2011.MT-ridge",
            aliases=("mt-2",),
            load="harness_plugins.benchmarks.crcns_mt2.benchmark:Mt2",
            summary="single MT neurons of macaques during movies, ridge on lags up to 200 ms, the published validation part",
            tags=("neural", "MT", "macaque", "movies", "motion", "temporal"),
            parameters={
                "neurons": "number of neurons; all at hand if not given",
                "link": "identity, or sqrt: regression to the square roots of spike counts",
            },
            expects=PROJECTED_MOVIES,
            bibtex=BIBTEX,
            data=("crcns_mt2",),
        )
    ]


@hookimpl
def register_datasets() -> list[DatasetSpec]:
    return [
        DatasetSpec(
            "crcns_mt2",
            summary="spikes per frame of single MT neurons in macaques, each with a movie of its own at 72 Hz",
            files={"cells": ""},
            source="https://crcns.org/data-sets/vc/mt-2 (CRCNS account)",
            licence="CRCNS terms: free for research, with citation; not to be redistributed",
            instructions=(
                "Make an account at crcns.org, download mt-2 by hand and put its .mat files (one per neuron) into crcns_mt2/cells/"
            ),
            bibtex=BIBTEX,
            load="harness_plugins.benchmarks.crcns_mt2.recording:load",
            parameters={"cell": "which neuron: the first six letters of its file; the first one if not given"},
        )
    ]
