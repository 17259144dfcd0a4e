"""Registers the experiments of Groen et al. (2022)."""

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

PARAMETERS = {
    "exemplars": "patterns of noise, at least two",
    "images": "a folder, files, arrays or a StimulusSet of still images, instead of noise",
    "seed": "of the noise",
}
SUMMARIES = {
    "contrast": "Groen 2022, 5 contrasts: earlier, saturating, more transient responses from V1 to IT",
    "duration": "Groen 2022, 6 durations: subadditive summation, over windows that lengthen from V1 to IT",
    "interval": "Groen 2022, 6 intervals: a smaller second response that recovers, from V1 to IT",
}


@hookimpl
def register_benchmarks() -> list[BenchmarkSpec]:
    return [
        BenchmarkSpec(
            f"Groen2022-{name}",
            load=f"harness_plugins.benchmarks.groen2022.benchmark:{name.capitalize()}",
            summary=summary,
            tags=("in-silico", "temporal", "human", "ECoG"),
            parameters=PARAMETERS,
            bibtex=BIBTEX,
        )
        for name, summary in SUMMARIES.items()
    ]
