"""Reference models of primary visual cortex, from published equations."""

from harness import ModelSpec, hookimpl
from harness_plugins.models.dn import BIBTEX as DELAYED

ENERGY = """@article{adelson1985spatiotemporal,
  title = {Spatiotemporal energy models for the perception of motion},
  author = {Adelson, Edward H. and Bergen, James R.},
  journal = {Journal of the Optical Society of America A},
  volume = {2},
  pages = {284--299},
  year = {1985},
  doi = {10.1364/JOSAA.2.000284}
}"""

NORMALIZATION = """@article{carandini2012normalization,
  title = {Normalization as a canonical neural computation},
  author = {Carandini, Matteo and Heeger, David J.},
  journal = {Nature Reviews Neuroscience},
  volume = {13},
  pages = {51--62},
  year = {2012},
  doi = {10.1038/nrn3136}
}"""

FIELD = {
    "spatial_frequencies": "cycles per degree",
    "size": "pixels along the side of the field of view",
    "visual_degrees": "visual angle of that side, degrees",
    "stride": "pixels between units",
}


@hookimpl
def register_models() -> list[ModelSpec]:
    return [
        ModelSpec(
            "v1_energy",
            load="harness_plugins.models.v1.energy:load",
            summary="simple and complex cells: Gabor filters in quadrature at several scales and orientations",
            tags=("static", "reference", "baseline"),
            parameters=FIELD,
            bibtex=ENERGY,
        ),
        ModelSpec(
            "v1_normalization",
            load="harness_plugins.models.v1.normalization:load",
            summary="complex cells with surround suppression and delayed divisive normalisation, in physical time",
            tags=("recurrent", "reference"),
            parameters={
                **FIELD,
                "dt": "ms per step",
                "k_untuned": "weight of the suppression by a surround of any orientation",
                "k_tuned": "weight of the suppression by a surround of the channel's own orientation",
                "alpha": "share of the slow pool: 1 for delayed normalisation alone, 0 for none",
                "beta": "share of a cell's tuning that is flat: 0 for one cell, 0.44 for a multi-unit population",
                "n": "exponent",
                "sigma": "semi-saturation contrast",
            },
            bibtex=f"{NORMALIZATION}\n{DELAYED}",
        ),
        ModelSpec(
            "motion_energy",
            load="harness_plugins.models.v1.motion:load",
            summary="direction-selective energy units and their opponent stage, with causal filters in time",
            tags=("recurrent", "reference", "baseline"),
            parameters={
                **FIELD,
                "rate": "rate of the filters in time, 1/s; the best temporal frequency is near rate / 13.5 Hz",
                "dt": "ms per step",
            },
            bibtex=ENERGY,
        ),
    ]
