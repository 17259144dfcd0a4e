"""What users may set of every benchmark of fMRI; light, because descriptions import it."""

FMRI = {
    "haemodynamics": "fir (delays of 2 to 9 s) or hrf (canonical); the other is reported, too; of no consequence for betas",
    "regions": "those to score; all if not given",
    "control": "regions that the stimuli should not explain, such as auditory cortex: reported beside the score",
    "dynamic_gain": "true: also what moving stimuli explain beside frozen ones (banded ridge)",
    "projection": "random projections to which larger layers are reduced, to save disk; all units if not given",
}
