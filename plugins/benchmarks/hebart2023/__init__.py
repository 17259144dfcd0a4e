"""THINGS-MEG: MEG of four participants who saw images of objects (Hebart et al. 2023)."""

from harness import BenchmarkSpec, DatasetSpec, hookimpl
from harness_plugins.benchmarks._over_time import over_time

BIBTEX = """@article{hebart2023things,
  title = {{THINGS}-data, a multimodal collection of large-scale datasets for investigating object representations in human brain
           and behavior},
  author = {Hebart, Martin N. and Contier, Oliver and Teichmann, Lina and Rockter, Adam H. and Zheng, Charles Y. and
            Kidder, Alexis and Corriveau, Anna and Vaziri-Pashkam, Maryam and Baker, Chris I.},
  journal = {eLife},
  volume = {12}, pages = {e82580},
  year = {2023},
  doi = {10.7554/eLife.82580}
}"""
DATASET = "things_meg"


@hookimpl
def register_benchmarks() -> list[BenchmarkSpec]:
    return [
        over_time(
            "Hebart2023.MEG-rdm",
            "harness.benchmarks.neural.recorded_courses:RecordedRdmOverTime",
            "dissimilarities of 200 images of objects over time in the MEG of 4 participants",
            ("human", "meg", "objects"),
            BIBTEX,
            (DATASET,),
            {"step": "ms, of the time bins; 20 or a multiple"},
            identifier="Hebart2023.MEG-rdm",
            recording=DATASET,
            region="sensors",
            start=-100.0,
            end=1300.0,
            layers=True,
            citation=BIBTEX,
        )
    ]


@hookimpl
def register_datasets() -> list[DatasetSpec]:
    return [
        DatasetSpec(
            DATASET,
            summary="MEG of 4 participants, 200 test images 12 times each, 271 sensors, preprocessed to epochs of 200 Hz",
            files={"preprocessed_P1-epo.fif": ""},
            source="OpenNeuro ds004212, derivatives/preprocessed",
            licence="CC0 (data); the THINGS images are for research, see https://osf.io/jum2f",
            instructions=(
                "copy preprocessed_P1-epo.fif ... preprocessed_P4-epo.fif with their parts (-epo-1.fif, ...) of "
                "derivatives/preprocessed to things_meg/ in HARNESS_DATA, and the images that they name (image_path) beside "
                "them, as images_meg/ and images_test_meg/; pip install mne (60 GB)"
            ),
            bibtex=BIBTEX,
            load="harness_plugins.benchmarks.hebart2023.recording:load",
        )
    ]
