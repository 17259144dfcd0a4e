"""Parameters that several benchmarks share; light, because descriptions import it."""

from harness.host import Adversary

FMRI = {
    "haemodynamics": "fir (delays of 2 to 9 s) or hrf (canonical); the other is reported, too; no effect on betas",
    "regions": "regions to score; all if not given",
    "control": "regions that the stimuli should not explain, such as auditory cortex: reported beside the score",
    "dynamic_gain": "true: also the variance explained by moving stimuli beyond frozen ones (banded ridge)",
    "target": "subjects, or group: the mean over participants whose voxels correspond, which inflates r; a separate score",
    "projection": "random projections to which larger layers are reduced, to save disk; all units if not given",
}

FMRIPREP = {
    "confounds": "columns of fMRIPrep's table that are removed by regression",
    "atlas": "path of a FreeSurfer annotation of fsaverage with {hemi} in it, whose labels become regions",
}

DYNAMIC_VISION = (
    "the same data by the protocol of Dynamic-Vision, which LEAKS from training to test; for comparison only"
)

SCHEME = {"hrf": "false: features are shifted by 5 s, not convolved with the haemodynamic response; not for betas"}

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

UNMEASURABLE: dict[Adversary, str] = {
    "noise": "not measurable",
    "clock": "not measurable",
    "hash": "not measurable",
    "constant": "not measurable",
}
"""What knows nothing gives where something must be tuned, driven or read before an effect can be measured."""
