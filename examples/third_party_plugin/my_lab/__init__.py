"""A plugin package for the vision-dynamics harness: copy it, rename it, replace what is inside."""
