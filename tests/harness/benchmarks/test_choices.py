"""Choices among alternatives: what a read-out may be fitted to."""

import numpy as np
from torch import nn

from harness import FrameModel, Preprocessing, StimulusSet, as_brain_model
from harness.benchmarks.behaviour import choice_probabilities
from harness.metrics.statistics import k_fold


def test_a_readout_is_not_fitted_to_a_tested_image_under_another_name(monkeypatch):
    random = np.random.default_rng(0)
    images = {f"i{number}": random.random((8, 8)) for number in range(40)}
    twice = images | {f"{name}-again": image for name, image in images.items()}
    stimuli = StimulusSet.from_images("twice", twice, 100, image_label=["a", "b"] * 40)
    model = FrameModel("pixels", nn.Sequential(nn.Flatten()), preprocessing=Preprocessing(8), layers=("0",))
    candidate, fitted = as_brain_model(model), []
    begin = candidate.start_task
    monkeypatch.setattr(candidate, "start_task", lambda task, fitting: (fitted.append(fitting), begin(task, fitting)))
    splits = k_fold(80, 4, seed=1)
    answered = choice_probabilities(candidate, stimuli, ["a", "b"], splits)
    assert "40 of 80 stimuli show what another one shows" in answered.how["notes"][0]
    assert len(fitted) == 4
    for split, shown in zip(splits, fitted, strict=True):
        tested = {frame.digest for row in split.test for frame in stimuli.timelines[row].frames}
        assert 20 < len(shown) < 60 and not tested & set(shown.frames())
