"""Small circuits with known answers: how a perturbation must act is known in closed form, or by a few numbers."""

from harness import ModelSpec, hookimpl

SSN = """@article{rubin2015stabilized,
  title = {The stabilized supralinear network: a unifying circuit motif underlying multi-input integration in sensory cortex},
  author = {Rubin, Daniel B. and Van Hooser, Stephen D. and Miller, Kenneth D.},
  journal = {Neuron},
  volume = {85},
  pages = {402--417},
  year = {2015},
  doi = {10.1016/j.neuron.2014.12.026}
}"""
ISN = """@article{ozeki2009inhibitory,
  title = {Inhibitory stabilization of the cortical network underlies visual surround suppression},
  author = {Ozeki, Hirofumi and Finn, Ian M. and Schaffer, Evan S. and Miller, Kenneth D. and Ferster, David},
  journal = {Neuron},
  volume = {62},
  pages = {578--592},
  year = {2009},
  doi = {10.1016/j.neuron.2009.03.028}
}"""
TAGS = ("recurrent", "reference")
COLUMNS = {"gain": "input of a unit for a white column of the frame; mid-grey gives none"}


@hookimpl
def register_models() -> list[ModelSpec]:
    return [
        ModelSpec(
            "linear_network",
            load="harness_plugins.models.circuits.models:linear",
            summary="a linear recurrent network; the effect of every perturbation has a closed form",
            tags=TAGS,
            parameters=COLUMNS
            | {"weights": "matrix, target x source", "alpha": "share of a step, dt / tau", "dt": "ms per step"},
        ),
        ModelSpec(
            "ei_network",
            load="harness_plugins.models.circuits.models:threshold_linear",
            summary="one excitatory and one inhibitory rate, threshold-linear; paradoxical if w_ee > 1 (Ozeki et al. 2009)",
            tags=TAGS,
            parameters=COLUMNS | {"w_ee": "weight of E on itself; above 1 inhibition stabilises", "dt": "ms per step"},
            bibtex=ISN,
        ),
        ModelSpec(
            "ssn_two_units",
            load="harness_plugins.models.circuits.models:ssn_two_units",
            summary="stabilised supralinear network of one E and one I unit (Rubin et al. 2015)",
            tags=TAGS,
            parameters=COLUMNS | {"dt": "ms per step"},
            bibtex=SSN,
        ),
        ModelSpec(
            "ssn_ring",
            load="harness_plugins.models.circuits.models:ssn_ring",
            summary="stabilised supralinear network on a ring of orientations, one column a unit (Rubin et al. 2015)",
            tags=TAGS,
            parameters=COLUMNS | {"units": "orientations", "dt": "ms per step"},
            bibtex=SSN,
        ),
        ModelSpec(
            "ssn_v1",
            load="harness_plugins.models.circuits.v1:load",
            summary="the ring of Rubin et al. (2015) at every place of the field of view, driven by Gabor energy",
            tags=TAGS,
            parameters={
                "gain": "input to a ring for a grating of contrast 1",
                "spatial_frequency": "of the filters, cycles/degree",
                "size": "pixels along the side of the field of view",
                "visual_degrees": "visual angle of that side",
                "stride": "pixels between rings",
                "reach": "SD of lateral excitation of inhibition between places in degrees; 0 for rings apart",
                "spread": "excitation of I from other places, as a share of that from its own",
                "dt": "ms per step",
            },
            bibtex=SSN,
        ),
        ModelSpec(
            "recurrent_normalizer",
            load="harness_plugins.models.circuits.models:normalizer",
            summary="units that divide each other by their mean rate, r = d / (s + w mean r)",
            tags=TAGS,
            parameters=COLUMNS
            | {
                "units": "number",
                "s": "semi-saturation",
                "w": "weight of the pool",
                "tau": "time constant in ms",
                "dt": "ms per step",
            },
        ),
    ]
