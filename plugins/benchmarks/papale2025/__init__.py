"""The THINGS ventral stream dataset: multi-unit activity in V1, V4 and IT of two macaques (Papale, Wang, Self & Roelfsema 2025)."""

from harness import BenchmarkSpec, DatasetSpec, hookimpl
from harness_plugins.benchmarks._brain_score_data import FORMS, TIME_BINS
from harness_plugins.benchmarks._expectations import IMAGES, NEURONS
from harness_plugins.benchmarks._over_time import over_time

BIBTEX = """@article{papale2025extensive,
  title = {An extensive dataset of spiking activity to reveal the syntax of the ventral stream},
  author = {Papale, Paolo and Wang, Feng and Self, Matthew W. and Roelfsema, Pieter R.},
  journal = {Neuron},
  volume = {113}, number = {4}, pages = {539--553},
  year = {2025},
  doi = {10.1016/j.neuron.2024.12.003}
}"""
DATASET = "things_tvsd"
REGIONS = ("V1", "V4", "IT")


@hookimpl
def register_benchmarks() -> list[BenchmarkSpec]:
    return [
        *(
            over_time(
                f"Papale2025.temporal.{region}-rdm",
                "harness.benchmarks.neural.recorded_courses:RecordedRdmOverTime",
                f"dissimilarities of 100 images of objects over time in the {region} of two macaques",
                (region, "macaque", "mua", "objects"),
                BIBTEX,
                (DATASET,),
                {"step": "ms, of the time bins; 10 or a multiple", "layers": "whether all layers of a model are mixed"},
                identifier=f"Papale2025.temporal.{region}-rdm",
                recording=DATASET,
                region=region,
                start=-100.0,
                end=200.0,
                citation=BIBTEX,
            )
            for region in REGIONS
        ),
        *(_regression(region, form) for region in REGIONS for form in FORMS),
    ]


def _regression(region: str, form: str) -> BenchmarkSpec:
    identifier = f"Papale2025.temporal.{region}-{form}"
    return BenchmarkSpec(
        identifier,
        load="harness.benchmarks.neural.electrodes:TimeResolvedBenchmark",
        summary=f"macaque {region} responses to 100 images of objects in time bins, {FORMS[form]}",
        tags=("neural", region, "macaque", "mua", "images", "objects", "temporal"),
        parameters=TIME_BINS | {"link": "identity; square roots are for counts of spikes, which these are not"},
        arguments={
            "identifier": identifier,
            "recording": DATASET,
            "region": region,
            "form": form,
            "citation": BIBTEX,
        },
        expects=IMAGES,
        controls=NEURONS,
        bibtex=BIBTEX,
        data=(DATASET,),
    )


@hookimpl
def register_datasets() -> list[DatasetSpec]:
    return [
        DatasetSpec(
            DATASET,
            summary="multi-unit activity at 1,024 electrodes of V1, V4 and IT in two macaques, 100 test images 30 times, every ms",
            files={"monkeyF/THINGS_MUA_trials.mat": "", "monkeyF/_logs/things_imgs.mat": ""},
            source="https://gin.g-node.org/paolo_papale/TVSD",
            licence="CC BY 4.0 (data); the THINGS images are for research, see https://osf.io/jum2f",
            instructions=(
                "copy THINGS_MUA_trials.mat (58 GB), _logs/things_imgs.mat and _logs/1024chns_mapping_20220105.mat of monkeyF and "
                "monkeyN to things_tvsd/ in HARNESS_DATA, and object_images/ of THINGS beside these folders; pip install h5py"
            ),
            bibtex=BIBTEX,
            load="harness_plugins.benchmarks.papale2025.recording:load",
        )
    ]
