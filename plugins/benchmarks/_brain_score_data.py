"""Descriptions of data as Brain-Score stores them, and of electrode benchmarks; light, because descriptions import
it.
"""

from collections.abc import Sequence
from typing import Any

from harness import BenchmarkSpec, DatasetSpec
from harness_plugins.benchmarks._expectations import IMAGES, NEURONS

REGRESSIONS = {"ridge": "ridge per site", "pls": "partial least squares"}
FORMS = {"per-time": "ridge in each bin", "span-time": "one ridge regression for all bins"}
TIME_BINS = {
    "start": "ms, of the first time bin",
    "end": "ms, of the last time bin",
    "step": "ms, of a time bin",
}

LINK = {
    "link": "identity, or of ridge to spikes sqrt (to square roots of counts) or poisson (log-linear, 25 components)"
}


def dataset(identifier: str, summary: str, bibtex: str, **more: Any) -> DatasetSpec:
    """Objects of Brain-Score's public bucket."""
    return DatasetSpec(
        identifier,
        summary=summary,
        files={"objects.json": ""},
        source="s3://brainscore-storage/brainio-brainscore (Brain-Score vision 2.4.2), documented as public",
        licence="none is stated with the objects; cite the publication and do not redistribute them",
        instructions=f"harness data fetch {identifier}",
        bibtex=bibtex,
        fetch="harness.data.brain_score:fetch",
        **more,
    )


def in_a_window(
    name: str, recording: str, regions: Sequence[str], shown: str, window: tuple[float, float], bibtex: str
) -> list[BenchmarkSpec]:
    """Every region by every regression, responses averaged over a window in ms."""
    start, end = window
    time_bin = f"[start, end) in ms over which responses are averaged; {start:g} to {end:g} if not given"
    return [
        BenchmarkSpec(
            identifier := f"{name}.{region}-{regression}",
            load="harness.benchmarks.neural.electrodes:ElectrodeBenchmark",
            summary=f"macaque {region} responses to {shown}, {how}, ceiling from repeats",
            tags=("neural", region, "macaque", "images"),
            parameters={"time_bin": time_bin, **LINK},
            arguments={
                "identifier": identifier,
                "recording": recording,
                "region": region,
                "window": [start, end],
                "regression": regression,
                "citation": bibtex,
            },
            expects=IMAGES,
            controls=NEURONS,
            bibtex=bibtex,
            data=(recording,),
        )
        for region in regions
        for regression, how in REGRESSIONS.items()
    ]


def in_time(name: str, recording: str, regions: Sequence[str], shown: str, bibtex: str) -> list[BenchmarkSpec]:
    """Every region by every form of regression, resolved in time."""
    return [
        BenchmarkSpec(
            identifier := f"{name}.temporal.{region}-{form}",
            load="harness.benchmarks.neural.electrodes:TimeResolvedBenchmark",
            summary=f"macaque {region} responses to {shown} in time bins, {how}",
            tags=("neural", region, "macaque", "images", "temporal"),
            parameters=TIME_BINS
            | {"link": "identity, or for spikes sqrt: regression to the square roots of their counts"},
            arguments={
                "identifier": identifier,
                "recording": recording,
                "region": region,
                "form": form,
                "citation": bibtex,
            },
            expects=IMAGES,
            controls=NEURONS,
            bibtex=bibtex,
            data=(recording,),
        )
        for region in regions
        for form, how in FORMS.items()
    ]
