"""Video files, and folders of frames."""
