"""Registers the public recordings as Brain-Score stores them."""

from harness import BenchmarkSpec, DatasetSpec, hookimpl

BIBTEX = """@article{freeman2013functional,
  title = {A functional and perceptual signature of the second visual area in primates},
  author = {Freeman, Jeremy and Ziemba, Corey M. and Heeger, David J. and Simoncelli, Eero P. and Movshon, J. Anthony},
  journal = {Nature Neuroscience},
  volume = {16},
  pages = {974--981},
  year = {2013},
  doi = {10.1038/nn.3402}
}"""


REGIONS = ("V1", "V2")
REGRESSIONS = {"ridge": "ridge per site", "pls": "partial least squares"}
FORMS = {"per-time": "ridge in each bin", "span-time": "one ridge regression for all bins"}


def _static(region: str, regression: str) -> BenchmarkSpec:
    identifier = f"FreemanZiemba2013.{region}-{regression}"
    return BenchmarkSpec(
        identifier,
        load="harness.benchmarks.electrodes:ElectrodeBenchmark",
        summary=f"macaque {region} responses to textures and noise, {REGRESSIONS[regression]}, ceiling from repeats",
        tags=("neural", region, "macaque", "static images"),
        parameters={"time_bin": "[start, end) in ms over which responses are averaged; 50 to 200 if not given"},
        arguments={
            "identifier": identifier,
            "recording": "FreemanZiemba2013.public",
            "region": region,
            "window": [50.0, 200.0],
            "regression": regression,
            "citation": BIBTEX,
        },
        bibtex=BIBTEX,
        data=("FreemanZiemba2013.public",),
    )


def _temporal(region: str, form: str) -> BenchmarkSpec:
    identifier = f"FreemanZiemba2013.temporal.{region}-{form}"
    return BenchmarkSpec(
        identifier,
        load="harness.benchmarks.electrodes:TimeResolvedBenchmark",
        summary=f"macaque {region} responses to textures and noise in time bins, {FORMS[form]}",
        tags=("neural", region, "macaque", "static images", "time"),
        parameters={
            "start": "ms, of the first time bin",
            "end": "ms, of the last time bin",
            "step": "ms, of a time bin",
        },
        arguments={
            "identifier": identifier,
            "recording": "FreemanZiemba2013.public",
            "region": region,
            "form": form,
            "citation": BIBTEX,
        },
        bibtex=BIBTEX,
        data=("FreemanZiemba2013.public",),
    )


@hookimpl
def register_benchmarks() -> list[BenchmarkSpec]:
    return [
        *(_static(region, regression) for region in REGIONS for regression in REGRESSIONS),
        *(_temporal(region, form) for region in REGIONS for form in FORMS),
    ]


@hookimpl
def register_datasets() -> list[DatasetSpec]:
    return [
        DatasetSpec(
            "FreemanZiemba2013.public",
            summary="102 neurons of V1 and 103 of V2 in macaques, 135 textures and noises, 300 bins of 1 ms",
            files={"objects.json": ""},
            source="s3://brainscore-storage/brainio-brainscore (Brain-Score vision 2.4.2), documented as public",
            licence="none is stated with the objects; cite the publication and do not pass them on",
            instructions="harness data fetch FreemanZiemba2013.public",
            bibtex=BIBTEX,
            load="harness_plugins.benchmarks.freemanziemba2013.recording:load",
            parameters={"duration": "ms for which images are shown"},
            fetch="harness.data.brainscore:fetch",
        )
    ]
