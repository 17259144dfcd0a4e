"""Shared descriptions of stimulus plugins that show images as pulses; light, because descriptions import it."""

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
    "images": "a folder, files, arrays or a StimulusSet of still images; band-pass noise if not given",
    "exemplars": "patterns of noise, in each condition",
    "spatial_frequency": "centre of the noise's band, cycles per degree",
    "bandwidth": "bandwidth of the noise, octaves",
    "seed": "seed of the noise",
    "visual_degrees": "side of the images in degrees",
    "size_px": "side of the noise in pixels; images keep theirs",
    "background": "luminance of the blank screen, 0 to 1",
    "lead_in": "ms of blank screen before the first onset",
}
