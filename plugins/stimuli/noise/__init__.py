"""Pictures in noise, and fields of noise."""
