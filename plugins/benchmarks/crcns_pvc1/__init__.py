"""Macaque V1 responses to movies (Nauhaus & Ringach; CRCNS pvc-1)."""

from harness import BenchmarkSpec, DatasetSpec, hookimpl
from harness_plugins.benchmarks._expectations import PROJECTED_MOVIES

BIBTEX = """@misc{crcns-pvc1,
  title = {Extracellular recordings from primary visual cortex of anesthetized macaques ({CRCNS} pvc-1)},
  author = {Nauhaus, Ian and Ringach, Dario L.},
  year = {2009},
  doi = {10.6080/K0KW5CXR},
  note = {CRCNS.org}
}"""


@hookimpl
def register_benchmarks() -> list[BenchmarkSpec]:
    return [
        BenchmarkSpec(
            "NauhausRingach2009.V1-ridge",
            aliases=("pvc-1",),
            load="harness_plugins.benchmarks.crcns_pvc1.benchmark:Pvc1",
            summary="macaque V1 during movies, ridge on lags up to 200 ms, leave-one-movie-out, ceiling from repeats",
            tags=("neural", "V1", "macaque", "movies", "temporal"),
            parameters={
                "array": "ac1, ac2, ...; one array is one subject",
                "link": "identity, or sqrt: regression to the square roots of spike counts",
            },
            expects=PROJECTED_MOVIES,
            bibtex=BIBTEX,
            data=("crcns_pvc1",),
        )
    ]


@hookimpl
def register_datasets() -> list[DatasetSpec]:
    return [
        DatasetSpec(
            "crcns_pvc1",
            summary="spikes of about 50 electrodes in V1 of anaesthetised macaques, 120 segments of 30 s of four movies",
            files={"neurodata": "", "movie_frames": ""},
            source="https://crcns.org/data-sets/vc/pvc-1 (CRCNS account)",
            licence="CRCNS terms: free for research, with citation; not to be redistributed",
            instructions=(
                "Make an account at crcns.org, download pvc-1 by hand (1.9 GB) and put the folders neurodata/ and movie_frames/ of "
                "crcns-ringach-data into crcns_pvc1/"
            ),
            bibtex=BIBTEX,
            load="harness_plugins.benchmarks.crcns_pvc1.recording:load",
            parameters={
                "array": "ac1, ac2, ...; one array is one subject",
                "bin": "length of a time bin in ms",
            },
        )
    ]
