"""GammaNet: VGG16 with horizontal and top-down gated recurrent circuits."""
