"""Object representations over time in MEG (Cichy, Pantazis & Oliva 2014)."""

from harness import BenchmarkSpec, DatasetSpec, hookimpl
from harness_plugins.benchmarks._over_time import TIMES, over_time

BIBTEX = """@article{cichy2014resolving,
  title = {Resolving human object recognition in space and time},
  author = {Cichy, Radoslaw Martin and Pantazis, Dimitrios and Oliva, Aude},
  journal = {Nature Neuroscience},
  volume = {17}, number = {3}, pages = {455--462},
  year = {2014},
  doi = {10.1038/nn.3635}
}"""
DATASET, SAMPLE = "cichy2014", "mne_visual_92_categories"
IMAGES = "kriegeskorte2008_92objects"


@hookimpl
def register_benchmarks() -> list[BenchmarkSpec]:
    return [
        over_time(
            "Cichy2014.MEG-rdm",
            "harness_plugins.benchmarks.cichy2014.benchmark:Cichy2014",
            "how well 92 objects are told apart over time in the MEG of 16 participants",
            ("human", "meg"),
            BIBTEX,
            (DATASET, IMAGES),
            TIMES,
        ),
        over_time(
            "Cichy2014.sample-rdm",
            "harness_plugins.benchmarks.cichy2014.benchmark:Sample",
            "dissimilarities of 92 objects over time in the MEG of one participant, as MNE ships them",
            ("human", "meg"),
            BIBTEX,
            (SAMPLE, IMAGES),
            TIMES,
        ),
    ]


@hookimpl
def register_datasets() -> list[DatasetSpec]:
    return [
        DatasetSpec(
            DATASET,
            summary="accuracy of decoding each pair of 92 images from the MEG of 16 participants in two sessions, every ms",
            files={"MEG_decoding_RDMs.mat": ""},
            source="http://userpage.fu-berlin.de/rmcichy/nn_project_page; also https://osf.io/7vpyh (Algonauts 2019)",
            licence="none is stated with the file; cite the publication and do not redistribute it",
            instructions=(
                "download MEG_decoding_RDMs.mat (participants x sessions x 1,301 ms x 92 x 92) and copy it to cichy2014/ in "
                "HARNESS_DATA; visual_stimuli.mat beside it, if it is there, is compared with the images"
            ),
            bibtex=BIBTEX,
        ),
        DatasetSpec(
            SAMPLE,
            summary="MEG of one participant looking at 92 images in four runs, as MNE ships it",
            files={"sample_subject_0_tsss_mc.fif": "", "visual_stimuli.csv": ""},
            source="mne.datasets.visual_92_categories (MNE-Python)",
            licence="none is stated with the files; cite the publication",
            instructions=(
                "pip install mne; mne.datasets.visual_92_categories.data_path(); copy sample_subject_?_tsss_mc.fif and "
                "visual_stimuli.csv to mne_visual_92_categories/ in HARNESS_DATA (6 GB)"
            ),
            bibtex=BIBTEX,
            load="harness_plugins.benchmarks.cichy2014.sample:load",
        ),
    ]
