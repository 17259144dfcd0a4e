"""The tilt illusion (O'Toole & Wenderoth 1977), read from a population by a linear decoder."""
