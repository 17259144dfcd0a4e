"""Object representations in the IT of man and monkey (Kriegeskorte et al. 2008)."""

from harness import BenchmarkSpec, DatasetSpec, hookimpl
from harness_plugins.benchmarks._expectations import COMPARED_IMAGES, DISSIMILARITIES

BIBTEX = """@article{kriegeskorte2008matching,
  title = {Matching categorical object representations in inferior temporal cortex of man and monkey},
  author = {Kriegeskorte, Nikolaus and Mur, Marieke and Ruff, Douglas A. and Kiani, Roozbeh and Bodurka, Jerzy and
    Esteky, Hossein and Tanaka, Keiji and Bandettini, Peter A.},
  journal = {Neuron},
  volume = {60}, number = {6}, pages = {1126--1141},
  year = {2008},
  doi = {10.1016/j.neuron.2008.10.043}
}"""
JUDGEMENTS = """@article{mur2013human,
  title = {Human object-similarity judgments reflect and transcend the primate-{IT} object representation},
  author = {Mur, Marieke and Meys, Mirjam and Bodurka, Jerzy and Goebel, Rainer and Bandettini, Peter A. and
    Kriegeskorte, Nikolaus},
  journal = {Frontiers in Psychology},
  volume = {4}, pages = {128},
  year = {2013},
  doi = {10.3389/fpsyg.2013.00128}
}"""
COMMIT = "f1f83cadb7243492a1aae7460466e0f0140b20ac"


def _spec(identifier: str, target: str, summary: str, tags: tuple[str, ...], bibtex: str = BIBTEX) -> BenchmarkSpec:
    return BenchmarkSpec(
        identifier,
        load="harness_plugins.benchmarks.kriegeskorte2008.benchmark:Kriegeskorte2008",
        summary=summary,
        tags=(*tags, "rsa", "images"),
        parameters={
            "compare": "spearman, kendall (tau-a) or cosine",
            "visual_degrees": "size of the images; 2.9 for participants and 7 for monkeys if not given",
        },
        arguments={"identifier": identifier, "target": target},
        expects=COMPARED_IMAGES,
        controls=DISSIMILARITIES,
        bibtex=bibtex,
        data=("kriegeskorte2008_92objects",),
    )


@hookimpl
def register_benchmarks() -> list[BenchmarkSpec]:
    return [
        _spec(
            "Kriegeskorte2008.IT-rdm",
            "human",
            "dissimilarities of 92 objects in the IT of 4 participants (fMRI), ceiling from the other participants",
            ("neural", "IT", "human", "fmri"),
        ),
        _spec(
            "Kriegeskorte2008.monkeyIT-rdm",
            "monkey",
            "dissimilarities of 92 objects in 674 IT neurons of two macaques; without a ceiling",
            ("neural", "IT", "macaque"),
        ),
        _spec(
            "Mur2013.judgements-rdm",
            "judgements",
            "dissimilarities of 92 objects as 16 participants judged them, ceiling from the other participants",
            ("behaviour", "human"),
            JUDGEMENTS,
        ),
    ]


@hookimpl
def register_datasets() -> list[DatasetSpec]:
    return [
        DatasetSpec(
            "kriegeskorte2008_92objects",
            summary="92 images with dissimilarities in human IT (4 participants), monkey IT, and as 16 participants judged them",
            files={
                "Kriegeskorte_Neuron2008_supplementalData.mat": (
                    "06f21214399a5d43dc264eed19a7f4b8daf11c8622a59eec3e106064ce5e3504"
                ),
                "92_brainRDMs.mat": "1743f90a15e895798a94318649e80e1123a7e5943a1703fa1dd7c31ea5780b7c",
                "92_behavRDMs.mat": "7a8e118c144c3840adeeeef6ea0706a0be2b3e80df719af15fbb56fc62562f5f",
            },
            source=f"https://github.com/rsagroup/rsatoolbox at {COMMIT}, demos/92imageData",
            licence="MIT (of the toolbox); rights in the photographs are not stated",
            instructions="copy the three .mat files of demos/92imageData to kriegeskorte2008_92objects/ in HARNESS_DATA",
            bibtex=f"{BIBTEX}\n{JUDGEMENTS}",
        )
    ]
