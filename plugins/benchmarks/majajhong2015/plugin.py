"""Registers the public recordings as Brain-Score stores them, averaged over 70 to 170 ms and in time."""

from harness import BenchmarkSpec, DatasetSpec, hookimpl

BIBTEX = """@article{majaj2015simple,
  title = {Simple learned weighted sums of inferior temporal neuronal firing rates accurately predict human core object
           recognition performance},
  author = {Majaj, Najib J. and Hong, Ha and Solomon, Ethan A. and DiCarlo, James J.},
  journal = {Journal of Neuroscience},
  volume = {35},
  number = {39},
  pages = {13402--13418},
  year = {2015},
  doi = {10.1523/JNEUROSCI.5181-14.2015}
}"""


def _spec(identifier: str, summary: str) -> DatasetSpec:
    return DatasetSpec(
        identifier,
        summary=summary,
        files={"objects.json": ""},
        source="s3://brainscore-storage/brainio-brainscore (Brain-Score vision 2.4.2), documented as public",
        licence="none is stated with the objects; cite the publication and do not pass them on",
        instructions=f"harness data fetch {identifier}",
        bibtex=BIBTEX,
        load="harness_plugins.benchmarks.majajhong2015.recording:load",
        parameters={"duration": "ms for which images are shown"},
        arguments={"identifier": identifier},
        fetch="harness.data.brainscore:fetch",
    )


REGIONS = ("V4", "IT")
REGRESSIONS = {"ridge": "ridge per site", "pls": "partial least squares"}
FORMS = {"per-time": "ridge in each bin", "span-time": "one ridge regression for all bins"}


def _static(region: str, regression: str) -> BenchmarkSpec:
    identifier = f"MajajHong2015.{region}-{regression}"
    return BenchmarkSpec(
        identifier,
        load="harness.benchmarks.electrodes:ElectrodeBenchmark",
        summary=f"macaque {region} responses to objects, {REGRESSIONS[regression]}, ceiling from repeats",
        tags=("neural", region, "macaque", "static images"),
        parameters={"time_bin": "[start, end) in ms over which responses are averaged; 70 to 170 if not given"},
        arguments={
            "identifier": identifier,
            "recording": "MajajHong2015.public",
            "region": region,
            "window": [70.0, 170.0],
            "regression": regression,
            "citation": BIBTEX,
        },
        bibtex=BIBTEX,
        data=("MajajHong2015.public",),
    )


def _temporal(region: str, form: str) -> BenchmarkSpec:
    identifier = f"MajajHong2015.temporal.{region}-{form}"
    return BenchmarkSpec(
        identifier,
        load="harness.benchmarks.electrodes:TimeResolvedBenchmark",
        summary=f"macaque {region} responses to objects in time bins, {FORMS[form]}",
        tags=("neural", region, "macaque", "static images", "time"),
        parameters={
            "start": "ms, of the first time bin",
            "end": "ms, of the last time bin",
            "step": "ms, of a time bin",
        },
        arguments={
            "identifier": identifier,
            "recording": "MajajHong2015.temporal.public",
            "region": region,
            "form": form,
            "citation": BIBTEX,
        },
        bibtex=BIBTEX,
        data=("MajajHong2015.temporal.public",),
    )


@hookimpl
def register_benchmarks() -> list[BenchmarkSpec]:
    return [
        *(_static(region, regression) for region in REGIONS for regression in REGRESSIONS),
        *(_temporal(region, form) for region in REGIONS for form in FORMS),
        BenchmarkSpec(
            "majajhong2015-pose",
            load="harness_plugins.benchmarks.majajhong2015.pose:Pose",
            summary="size, rotations and translations of an object, read from every layer and time bin",
            tags=("task", "regression", "static images"),
            parameters={
                "images": "how many, at random; all if not given",
                "groups": "column of what stays on one side of every split, object_name say",
                "duration": "ms for which an image is shown",
                "bins": "number of time bins within it",
                "folds": "of the cross-validation",
            },
            bibtex=BIBTEX,
            data=("MajajHong2015.public",),
        ),
    ]


@hookimpl
def register_datasets() -> list[DatasetSpec]:
    return [
        _spec(
            "MajajHong2015.public", "88 sites of V4 and 168 of IT in two macaques, 3,200 images of objects, 70-170 ms"
        ),
        _spec(
            "MajajHong2015.temporal.public",
            "88 sites of V4 and 168 of IT in two macaques, 3,200 images of objects, in time",
        ),
    ]
