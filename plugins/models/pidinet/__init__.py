"""PiDiNet: pixel difference networks for the detection of contours."""
