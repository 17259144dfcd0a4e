"""Your own recordings, imported by `harness data import`."""

from harness import BenchmarkSpec, DatasetSpec, hookimpl
from harness.data import descriptions, search_path
from harness.host import known_or_own
from harness_plugins.benchmarks._brain_score_data import LINK
from harness_plugins.benchmarks._expectations import RECORDED


@hookimpl
def register_benchmarks() -> list[BenchmarkSpec]:
    return [
        BenchmarkSpec(
            f"{recording.name}.{region}-ridge",
            load="harness.benchmarks.neural.any_recording:RecordedBenchmark",
            summary=f"{region} of {recording.name}, ridge per neuroid, ceiling from repeats"[:120],
            tags=("neural", known_or_own(region), known_or_own(recording.modality), "imported"),
            parameters={
                "time_bin": "[start, end) in ms over which responses are averaged; all that was recorded if not given",
                **LINK,
            },
            expects=RECORDED,
            bibtex=recording.citation,
            arguments={"recording": recording.name, "region": region},
            data=(recording.name,),
        )
        for recording in descriptions(search_path())
        for region in recording.regions
    ]


@hookimpl
def register_datasets() -> list[DatasetSpec]:
    return [
        DatasetSpec(
            recording.name,
            summary=recording.summary[:120],
            files=dict(sorted(recording.files.items(), key=lambda file: file[0] != "recording.yaml")),
            source="imported with harness data import",
            licence=recording.licence,
            instructions="Import it again with harness data import",
            bibtex=recording.citation,
            load="harness.data.imported:load",
            arguments={"recording": recording.name},
        )
        for recording in descriptions(search_path())
    ]
