"""THINGS-EEG2: EEG of ten participants who saw images in a rapid stream (Gifford, Dwivedi, Roig & Cichy 2022)."""

from harness import BenchmarkSpec, DatasetSpec, hookimpl
from harness_plugins.benchmarks._over_time import over_time

BIBTEX = """@article{gifford2022large,
  title = {A large and rich {EEG} dataset for modeling human visual object recognition},
  author = {Gifford, Alessandro T. and Dwivedi, Kshitij and Roig, Gemma and Cichy, Radoslaw M.},
  journal = {NeuroImage},
  volume = {264}, pages = {119754},
  year = {2022},
  doi = {10.1016/j.neuroimage.2022.119754}
}"""
DATASET = "things_eeg2"


@hookimpl
def register_benchmarks() -> list[BenchmarkSpec]:
    return [
        over_time(
            "Gifford2022.EEG-rdm",
            "harness.benchmarks.neural.recorded_courses:RecordedRdmOverTime",
            "dissimilarities of 200 images of objects over time in the EEG of 10 participants",
            ("human", "eeg", "objects"),
            BIBTEX,
            (DATASET,),
            {"step": "ms, of the time bins; 10 or a multiple"},
            identifier="Gifford2022.EEG-rdm",
            recording=DATASET,
            region="sensors",
            start=-200.0,
            end=800.0,
            layers=True,
            citation=BIBTEX,
        )
    ]


@hookimpl
def register_datasets() -> list[DatasetSpec]:
    return [
        DatasetSpec(
            DATASET,
            summary="EEG of 10 participants, 200 test images 80 times each, 17 channels over occipital and parietal cortex, 100 Hz",
            files={"image_metadata.npy": "", "sub-01/preprocessed_eeg_test.npy": ""},
            source="https://osf.io/3jk45 (preprocessed data: https://osf.io/anp5v; images: https://osf.io/y63gw)",
            licence="CC BY 4.0 (data); the THINGS images are for research, see https://osf.io/jum2f",
            instructions=(
                "unpack preprocessed_data to sub-01/ ... sub-10/ (preprocessed_eeg_test.npy of each is enough), test_images/ and "
                "image_metadata.npy of the image set beside them, all in things_eeg2/ in HARNESS_DATA (2 GB)"
            ),
            bibtex=BIBTEX,
            load="harness_plugins.benchmarks.gifford2022.recording:load",
        )
    ]
