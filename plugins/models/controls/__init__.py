"""Controls: models that know nothing."""
