"""CordsNet: convolutional recurrent dynamical systems for vision."""
