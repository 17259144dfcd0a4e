"""Reference models of primary visual cortex, from published equations."""
