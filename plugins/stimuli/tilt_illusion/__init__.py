"""The tilt illusion: a grating whose surround is tilted."""
