"""What layers give, in words."""

import torch

from harness import ClipModel
from harness.engine.shapes import output_shapes
from harness.models import Tokens


def test_frame_models_name_each_firing(frame_model):
    shapes = output_shapes(frame_model)
    assert shapes["conv1"] == shapes["relu:0"] == shapes["relu:1"] == "8 x 16 x 16 (channels, height, width)"
    assert shapes["head"] == "5 (channels)" and "unused" not in shapes


def test_recurrent_models_make_a_step(recurrent_model):
    assert output_shapes(recurrent_model)["area"] == "4 x 16 x 16 (channels, height, width)"


def test_clip_models_have_time(clip_model):
    shapes = output_shapes(clip_model)
    assert shapes["change"] == "3 x 4 x 16 x 16 (channels, time, height, width)"
    assert shapes["mean"] == "3 x 1 x 1 x 1 (channels, time, height, width)"


def test_tokens_are_told_apart(clip_model):
    class Tokenised(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.tokens = torch.nn.Identity()

        def forward(self, x):
            return self.tokens(torch.zeros(1, 1 + 2 * 4 * 4, 6))

    layouts = {"tokens": Tokens(2, 4, 4, leading=1)}
    options = {"frame_rate": 50, "window": 4, "preprocessing": clip_model.preprocessing, "layouts": layouts}
    shapes = output_shapes(ClipModel("tokenised", Tokenised(), **options))
    assert shapes == {"tokens": "33 x 6 (tokens: 1 + 2 x 4 x 4 of time, height, width; channels)"}
