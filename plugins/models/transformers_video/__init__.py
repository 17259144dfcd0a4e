"""Video transformers of the library transformers."""
