"""Several fMRI recordings in the scheme of Dynamic-Vision."""
