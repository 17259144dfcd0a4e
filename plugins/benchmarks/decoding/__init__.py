"""Labels of the images and videos of a folder, read from a subject's responses."""
