"""The direction of random dots: a task without any data in which motion alone tells the answer."""
