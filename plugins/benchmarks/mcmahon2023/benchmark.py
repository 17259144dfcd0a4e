"""McMahon2023-fmri: encoding models of the recording."""

from harness.benchmarks.fmri import FMRIBenchmark
from harness_plugins.benchmarks.mcmahon2023 import BIBTEX


class McMahon2023(FMRIBenchmark):
    """Betas of each participant's own voxels for the authors' 50 test clips; the ceiling is from even and odd trials."""

    identifier = "McMahon2023-fmri"
    version = 1
    recording = "mcmahon2023"
    bibtex = BIBTEX
