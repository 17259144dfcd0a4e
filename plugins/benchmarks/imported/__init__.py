"""Your own recordings, imported by `harness data import`."""

from typing import Any

from harness import BenchmarkSpec, DatasetSpec, hookimpl
from harness.data import Imported, descriptions, search_path
from harness.host import known_or_own
from harness_plugins.benchmarks._brain_score_data import LINK, TIME_BINS
from harness_plugins.benchmarks._expectations import (
    COMPARED_RECORDING,
    COURSES,
    DELAYS,
    DISSIMILARITIES,
    LATENCIES,
    RECORDED,
)

_NEURAL = "harness.benchmarks.neural"
_IN_TIME = {**TIME_BINS, "link": "identity, or for spikes sqrt: regression to the square roots of their counts"}
_WINDOW = {"time_bin": "[start, end) in ms over which responses are averaged; all that was recorded if not given"}
FORMS: dict[str, tuple[str, str, dict[str, str], Any]] = {
    "ridge": (
        f"{_NEURAL}.any_recording:RecordedBenchmark",
        "ridge per neuroid, of one subject",
        {**_WINDOW, **LINK},
        RECORDED,
    ),
    "rdm": (f"{_NEURAL}.recorded_courses:RecordedRdm", "dissimilarities of stimuli", _WINDOW, COMPARED_RECORDING),
    "per-time": (f"{_NEURAL}.electrodes:TimeResolvedBenchmark", "ridge in each time bin", _IN_TIME, RECORDED),
    "span-time": (
        f"{_NEURAL}.electrodes:TimeResolvedBenchmark",
        "one ridge regression for all time bins",
        _IN_TIME,
        RECORDED,
    ),
    "rdm-over-time": (
        f"{_NEURAL}.recorded_courses:RecordedRdmOverTime",
        "dissimilarities of stimuli over time",
        {**TIME_BINS, "layers": "whether all layers of a model are mixed, rather than that of the region taken"},
        COMPARED_RECORDING,
    ),
    "latency": (
        f"{_NEURAL}.response_latency:ResponseLatencyBenchmark",
        "which stimuli are answered later than others",
        TIME_BINS,
        LATENCIES,
    ),
}
"""Form -> what loads it, in words, what users may set, and what adversaries get."""

CONTROLS = {"rdm": DISSIMILARITIES, "rdm-over-time": COURSES, "latency": DELAYS}


@hookimpl
def register_benchmarks() -> list[BenchmarkSpec]:
    return [spec for recording in descriptions(search_path()) for spec in _specs(recording)]


def _specs(recording: Imported) -> list[BenchmarkSpec]:
    means = [
        BenchmarkSpec(
            f"{recording.name}.{region}-ridge",
            load=f"{_NEURAL}.any_recording:RecordedBenchmark",
            summary=f"{region} of {recording.name}, ridge per neuroid, ceiling from repeats"[:120],
            tags=_tags(recording, region),
            parameters={**_WINDOW, **LINK},
            expects=RECORDED,
            bibtex=recording.citation,
            arguments={"recording": recording.name, "region": region},
            data=(recording.name,),
        )
        for region in recording.regions
    ]
    return means + [_spec(recording, name, dict(form)) for name, form in recording.forms.items()]


def _spec(recording: Imported, identifier: str, arguments: dict[str, Any]) -> BenchmarkSpec:
    form = arguments.pop("form")
    load, words, parameters, expects = FORMS[form]
    region, subject = arguments["region"], arguments.get("subject")
    own: dict[str, Any] = {"recording": recording.name, "region": region}
    if form == "ridge":
        own["subject"] = subject
    else:
        own |= {"identifier": identifier, "citation": recording.citation}
    if form in ("per-time", "span-time"):
        own["form"] = form
    timed = ("temporal",) if "step" in arguments else ()
    fixed = {name: value for name, value in arguments.items() if name not in own}
    return BenchmarkSpec(
        identifier,
        load=load,
        summary=f"{region} of {recording.name}{f' in {subject}' if subject else ''}, {words}"[:120],
        tags=(*_tags(recording, region), *timed, *(("rsa",) if "rdm" in form else ())),
        parameters={name: text for name, text in parameters.items() if name not in fixed},
        expects=expects,
        controls=CONTROLS.get(form, {}),
        bibtex=recording.citation,
        arguments=own | fixed,
        data=(recording.name,),
    )


def _tags(recording: Imported, region: str) -> tuple[str, ...]:
    return ("neural", known_or_own(region), known_or_own(recording.modality), "imported")


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
