"""Parameters that several benchmarks share; light, because descriptions import it."""

UNITS = {"units": "maximum number of units studied", "seed": "seed of the choice of units"}

NOISE = {
    "exemplars": "patterns of noise, at least two",
    "images": "a folder, files, arrays or a StimulusSet of still images, instead of noise",
    "seed": "seed of the noise",
}

MASKING = {
    "window": "ms from the target's onset over which evidence is integrated",
    "units": "number of units to which a region is projected",
}
