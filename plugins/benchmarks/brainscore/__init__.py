"""Any recording that Brain-Score stores, by its identifier there, as a benchmark."""
