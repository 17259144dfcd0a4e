"""Decoding of labels of the images and videos of a folder from a model's responses."""

from dataclasses import dataclass

from harness import BenchmarkSpec, DatasetSpec, hookimpl
from harness_plugins.benchmarks._expectations import KNOWLEDGE, READ_CLIPS
from harness_plugins.benchmarks.dynamic_vision import BIBTEX as DYNAMIC_VISION
from harness_plugins.benchmarks.ilic2022 import BIBTEX as ILIC

BIBTEX = """@article{pedregosa2011scikit,
  title = {Scikit-learn: Machine Learning in {Python}},
  author = {Pedregosa, Fabian and others},
  journal = {Journal of Machine Learning Research},
  volume = {12},
  pages = {2825--2830},
  year = {2011}
}"""

HOERL = """@article{hoerl1970ridge,
  title = {Ridge Regression: Biased Estimation for Nonorthogonal Problems},
  author = {Hoerl, Arthur E. and Kennard, Robert W.},
  journal = {Technometrics},
  volume = {12},
  number = {1},
  pages = {55--67},
  year = {1970}
}"""

_PARAMETERS = {
    "duration": "ms for which an image is shown, or a video at most",
    "bins": "number of time bins from onset to the end of the shortest stimulus",
    "folds": "number of folds of the cross-validation",
}


@dataclass(frozen=True)
class _Published:
    name: str
    title: str
    what: str
    first: str
    source: str
    licence: str
    instructions: str
    bibtex: str
    length: float | None = None


SETS = (
    _Published(
        "imagenet2012",
        "ImageNet2012",
        "ImageNet validation images (ILSVRC-2012) with their synsets",
        "LOC_val_solution.csv",
        "image-net.org, ILSVRC-2012 validation; LOC_val_solution.csv from Kaggle's imagenet-object-localization-challenge",
        "ImageNet terms of access: non-commercial research and education",
        "Put the images into `val` and LOC_val_solution.csv beside it",
        """@article{russakovsky2015imagenet,
  title = {ImageNet Large Scale Visual Recognition Challenge},
  author = {Russakovsky, Olga and others},
  journal = {International Journal of Computer Vision}, volume = {115}, pages = {211--252}, year = {2015}
}""",
    ),
    _Published(
        "kinetics400",
        "Kinetics400",
        "Kinetics-400 validation clips with their actions",
        "val",
        "github.com/cvdfoundation/kinetics-dataset, Kinetics-400 validation",
        "annotations CC BY 4.0; videos by their owners",
        "Put the clips into `val/<class>/<video>_<start>_<end>.mp4`; links rot, so keep a list of the files used",
        """@article{kay2017kinetics,
  title = {The Kinetics Human Action Video Dataset},
  author = {Kay, Will and others},
  journal = {arXiv}, eprint = {1705.06950}, year = {2017}
}""",
    ),
    _Published(
        "smthsmthv2",
        "SomethingSomethingV2",
        "Something-Something v2 validation clips with their templates",
        "labels/validation.json",
        "20BN Something-Something v2, now distributed by Qualcomm",
        "by agreement, for research",
        "Put the videos into `20bn-something-something-v2` and the label files into `labels`",
        """@inproceedings{goyal2017something,
  title = {The ``Something Something'' Video Database for Learning and Evaluating Visual Common Sense},
  author = {Goyal, Raghav and others},
  booktitle = {IEEE International Conference on Computer Vision}, year = {2017}
}""",
    ),
    _Published(
        "vggface2",
        "VGGFace2",
        "VGGFace2 test faces with their identities",
        "test",
        "VGGFace2 (withdrawn by its authors; availability uncertain)",
        "as agreed with its authors",
        "Put the faces into `test/<identity>/<image>_<face>.jpg`",
        """@inproceedings{cao2018vggface2,
  title = {{VGGFace2}: A Dataset for Recognising Faces across Pose and Age},
  author = {Cao, Qiong and Shen, Li and Xie, Weidi and Parkhi, Omkar M. and Zisserman, Andrew},
  booktitle = {IEEE Conference on Automatic Face and Gesture Recognition}, year = {2018}
}""",
    ),
    _Published(
        "hdm05",
        "HDM05",
        "HDM05 motion capture, rendered as point lights, with the actions",
        "videos",
        "resources.mpi-inf.mpg.de/HDM05",
        "CC BY-SA, as stated for the data set",
        "Render HDM05_cut_c3d as point lights into `videos/<class>/HDM_<actor>_<class>_<take>_<view>.mp4`",
        """@techreport{muller2007documentation,
  title = {Documentation Mocap Database {HDM05}},
  author = {M{\\"u}ller, Meinard and others},
  institution = {Universit{\\"a}t Bonn}, number = {CG-2007-2}, year = {2007}
}""",
    ),
    _Published(
        "afd2022",
        "AFD2022",
        "appearance-free videos of UCF101's actions, of 4 s at most",
        "afd101",
        "github.com/f-ilic/AppearanceFreeActionRecognition, afd101.zip",
        "MIT (code and videos of the authors)",
        "Unpack afd101.zip, so that videos are at `afd101/<class>/v_<class>_g<participant>_c<clip>.avi`",
        ILIC,
        length=4000.0,
    ),
    _Published(
        "mechanical_tools",
        "MechanicalTools",
        "photographs of tools by their mechanical use",
        "images",
        "a laboratory's own photographs; those of Dynamic-Vision are not public",
        "as of the photographs",
        "Put the photographs into `images/<class>/<object>_<view>.jpg`; views of one object stay on one side of every split",
        DYNAMIC_VISION,
    ),
)


_EARLIER = ("imagenet2012", "kinetics400", "smthsmthv2", "vggface2", "hdm05")
"""Sets whose benchmarks had other identifiers in earlier releases."""
_SOURCES = {"imagenet2012": ("imagenet",), "kinetics400": ("kinetics400",)}


@hookimpl
def register_benchmarks() -> list[BenchmarkSpec]:
    folder = BenchmarkSpec(
        "Folder-decoding",
        aliases=("folder-decoding",),
        load="harness_plugins.benchmarks.decoding.benchmark:FolderDecoding",
        summary="labels of a folder's images or videos, decoded from every layer and time bin",
        tags=("task", "decoding", "files"),
        parameters={
            "folder": "folder of images or videos; one sub-folder per label, unless a table has the labels",
            "label": "column of the labels",
            "groups": "column of groups that are never split between training and test",
            "table": "CSV file with a column file, and the columns named above",
            **_PARAMETERS,
        },
        expects=READ_CLIPS,
        controls=KNOWLEDGE,
        bibtex=BIBTEX,
    )
    regression = BenchmarkSpec(
        "Folder-regression",
        aliases=("folder-regression",),
        load="harness_plugins.benchmarks.decoding.regression:FolderRegression",
        summary="numbers in a table about images or videos, predicted by ridge regression from every layer and time bin",
        tags=("task", "regression", "files"),
        parameters={
            "folder": "folder of images or videos",
            "targets": "columns that are read out, numbers",
            "table": "CSV file with a column file, and the columns named here",
            "groups": "column of groups that are never split between training and test",
            "circular": "targets that are angles, in degrees",
            **_PARAMETERS,
        },
        expects=READ_CLIPS,
        controls=KNOWLEDGE,
        bibtex=HOERL,
    )
    published = [
        BenchmarkSpec(
            f"{one.title}-decoding",
            aliases=(f"{one.name}-decoding",) if one.name in _EARLIER else (),
            load="harness_plugins.benchmarks.decoding.benchmark:PublishedDecoding",
            summary=f"{one.what}, decoded from every layer and time bin",
            tags=("task", "decoding", *_SOURCES.get(one.name, ())),
            parameters={"classes": "number of labels", "items": "number of stimuli of each label", **_PARAMETERS},
            arguments={"dataset": one.name, "title": one.title, "still": False, "length": one.length},
            data=(one.name,),
            expects=READ_CLIPS,
            controls=KNOWLEDGE,
            bibtex=one.bibtex,
        )
        for one in SETS
    ]
    kinetics = next(one for one in SETS if one.name == "kinetics400")
    middles = BenchmarkSpec(
        "Kinetics400Static-decoding",
        load="harness_plugins.benchmarks.decoding.benchmark:PublishedDecoding",
        summary="the middle frames of Kinetics-400 validation clips with their actions, decoded from every layer and time bin",
        tags=("task", "decoding", "images", "kinetics400"),
        parameters={"classes": "number of labels", "items": "number of stimuli of each label", **_PARAMETERS},
        arguments={"dataset": kinetics.name, "title": "Kinetics400Static", "still": True, "length": None},
        data=(kinetics.name,),
        expects=READ_CLIPS,
        controls=KNOWLEDGE,
        bibtex=kinetics.bibtex,
    )
    return [folder, regression, *published, middles]


@hookimpl
def register_datasets() -> list[DatasetSpec]:
    return [
        DatasetSpec(
            one.name,
            summary=one.what,
            files={one.first: ""},
            source=one.source,
            licence=one.licence,
            instructions=one.instructions,
            bibtex=one.bibtex,
        )
        for one in SETS
    ]
