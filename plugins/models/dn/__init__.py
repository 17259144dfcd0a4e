"""Delayed normalisation behind any static model."""

from harness import ModelSpec, hookimpl

BIBTEX = """@article{zhou2019predicting,
  title = {Predicting neuronal dynamics with a delayed gain control model},
  author = {Zhou, Jingyang and Benson, Noah C. and Kay, Kendrick and Winawer, Jonathan},
  journal = {PLoS Computational Biology},
  volume = {15},
  pages = {e1007484},
  year = {2019},
  doi = {10.1371/journal.pcbi.1007484}
}"""


@hookimpl
def register_models() -> list[ModelSpec]:
    return [
        ModelSpec(
            "dn/*",
            load="harness_plugins.models.dn.network:load",
            members="harness_plugins.models.dn.network:names",
            summary="any static model with delayed normalisation (Zhou et al. 2019) of every unit: dn/pixels, dn/timm/...",
            tags=("recurrent", "reference"),
            parameters={
                "dynamics": "zhou2019 and other presets, or a harness.models.dynamics.DelayedNormalization",
                "dt": "ms per step",
                "layers": "layers of the static model, whose units get dynamics; those of its regions if not given",
                "gain": "gain of all units; if not given, each channel's largest response to full-contrast gratings becomes 1",
                "lead_in": "ms of background before the onset, for stimuli on anything but mid-grey",
            },
            bibtex=BIBTEX,
        )
    ]
