"""A grating or a plaid in a disc, a blank gap, and a grating around it."""
