"""DyRCNN: recurrent convolutional networks with time constants and delays in milliseconds."""
