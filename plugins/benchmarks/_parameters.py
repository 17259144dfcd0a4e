"""Parameters that several benchmarks share; light, because descriptions import it."""

FMRI = {
    "haemodynamics": "fir (delays of 2 to 9 s) or hrf (canonical); the other is reported, too; of no consequence for betas",
    "regions": "those to score; all if not given",
    "control": "regions that the stimuli should not explain, such as auditory cortex: reported beside the score",
    "dynamic_gain": "true: also what moving stimuli explain beside frozen ones (banded ridge)",
    "target": "subjects, or group: the mean over participants whose voxels correspond, which inflates r and is a score of its own",
    "projection": "random projections to which larger layers are reduced, to save disk; all units if not given",
}

FMRIPREP = {
    "confounds": "columns of fMRIPrep's table that are removed by regression",
    "atlas": "path of a FreeSurfer annotation of fsaverage with {hemi} in it, whose labels become regions",
}

DYNAMIC_VISION = "the same data in the scheme of Dynamic-Vision, which LEAKS from training to test; for comparison only"

SCHEME = {"hrf": "false: features are shifted by 5 s, not convolved with the haemodynamic response; not for betas"}

UNITS = {"units": "how many units are studied at most", "seed": "of their choice"}

NOISE = {
    "exemplars": "patterns of noise, at least two",
    "images": "a folder, files, arrays or a StimulusSet of still images, instead of noise",
    "seed": "of the noise",
}

MASKING = {
    "window": "ms from the target's onset over which evidence is integrated",
    "units": "to how many units per region is projected",
}
