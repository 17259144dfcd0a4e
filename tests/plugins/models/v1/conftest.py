"""Displays on the field of view of a model, and its responses at the centre, step by step."""

import numpy as np
import pytest
import torch


class Field:
    """Signals, contrast about mid-grey, centred on the unit at the centre of the map."""

    def __init__(self, model):
        self.size, degrees = model.preprocessing.size, model.visual_degrees
        along = (np.arange(self.size) - self.size // 2) * degrees / self.size
        self.x, self.y = np.meshgrid(along, -along)

    def grating(self, orientation=0.0, contrast=1.0, diameter=2.0, inner=0.0, frequency=2.0, phase=0.0):
        """A grating in a disc, or in a ring about an inner diameter; the angle is that of the contour."""
        across, r = np.deg2rad(orientation + 90), np.hypot(self.x, self.y)
        wave = np.cos(2 * np.pi * frequency * (self.x * np.cos(across) + self.y * np.sin(across)) + np.deg2rad(phase))
        return contrast * wave * ((r <= diameter / 2) & (r >= inner / 2))


class Recorder:
    """Shows time courses [(signal, steps), ...] to a model; what follows a time course is blank."""

    def __init__(self, model):
        self.model, self.field = model, Field(model)

    def __call__(self, time_courses, steps, layer="response"):
        """(time courses, steps, channels) at the centre of the map of a layer."""
        network, recorded = self.model.network, []

        def keep(module, inputs, output):
            recorded.append(output[:, :, output.shape[2] // 2, output.shape[3] // 2].clone())

        handle = network.get_submodule(layer).register_forward_hook(keep)
        blank = np.zeros((self.field.size, self.field.size))
        shown = [[signal for signal, n in time_course for _ in range(n)] for time_course in time_courses]
        with torch.no_grad():
            state = network.init(len(time_courses), torch.device("cpu"))
            for t in range(steps):
                now = np.stack([time_course[t] if t < len(time_course) else blank for time_course in shown])
                state = network.step(torch.from_numpy(now[:, None].astype(np.float32)), state)
        handle.remove()
        return torch.stack(recorded, 1).numpy()


@pytest.fixture
def recorder():
    return Recorder
