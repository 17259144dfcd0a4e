"""MotionNet: a small network that was trained to tell the velocity of natural images."""

from harness import ModelSpec, hookimpl
from harness_plugins.models._published import specs

BIBTEX = """@article{rideaux2020but,
  title = {But Still It Moves: Static Image Statistics Underlie How We See Motion},
  author = {Rideaux, Reuben and Welchman, Andrew E.},
  journal = {Journal of Neuroscience},
  volume = {40},
  number = {12},
  pages = {2538--2552},
  year = {2020},
  doi = {10.1523/JNEUROSCI.2760-19.2020}
}"""

MEMBERS = {
    "motionnet": (
        "MotionNet (Rideaux & Welchman 2020): 3D filters that stand for V1, and units of velocities that stand for MT",
        BIBTEX,
        ("video", "reference"),
    )
}


@hookimpl
def register_models() -> list[ModelSpec]:
    return specs("harness_plugins.models.motionnet.model:load", MEMBERS)
