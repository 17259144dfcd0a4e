"""Registers the experiment on duration."""

from harness import BenchmarkSpec, hookimpl

BIBTEX = """@article{groen2022temporal,
  title = {Temporal dynamics of neural responses in human visual cortex},
  author = {Groen, Iris I. A. and Piantoni, Giovanni and Montenegro, Stephanie and Flinker, Adeen and Devore, Sasha and
            Devinsky, Orrin and Doyle, Werner and Dugan, Patricia and Friedman, Daniel and Ramsey, Nick F. and
            Petridou, Natalia and Winawer, Jonathan},
  journal = {Journal of Neuroscience},
  volume = {42}, number = {40}, pages = {7562--7580},
  year = {2022},
  doi = {10.1523/JNEUROSCI.1812-21.2022}
}"""


@hookimpl
def register_benchmarks() -> list[BenchmarkSpec]:
    return [
        BenchmarkSpec(
            "duration",
            load="harness_plugins.benchmarks.duration.benchmark:Duration",
            summary="do responses sum subadditively over time and adapt, in every region?",
            tags=("in-silico", "temporal", "duration"),
            parameters={
                "durations": "ms",
                "exemplars": "patterns of noise, at least two",
                "images": "a folder, files, arrays or a StimulusSet of still images, instead of noise",
                "seed": "of the noise",
            },
            bibtex=BIBTEX,
        )
    ]
