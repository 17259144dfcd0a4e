"""Activity that grows without bound, and activity that a stimulus explains."""

import numpy as np
import pytest
import torch

from harness import Preprocessing, Recording, RecurrentModel, StimulusSet, as_brain_model, extract
from harness.engine.runaway import unbounded_growth
from harness.errors import NotMeasurable

STEPS = np.arange(150)


class Linear(torch.nn.Module):
    """Two areas; the gain of the second one's feedback on itself decides whether it is stable."""

    def __init__(self, gain):
        super().__init__()
        self.gain = gain
        self.V1, self.IT = torch.nn.Identity(), torch.nn.Identity()

    def init(self, batch_size, device):
        return torch.zeros(batch_size, 3, device=device)

    def step(self, frame, state):
        return self.IT(self.V1(frame.mean((2, 3))) + self.gain * state)


def linear(gain):
    return RecurrentModel(
        "linear", Linear(gain), dt=2, regions={"V1": "V1", "IT": "IT"}, preprocessing=Preprocessing(8)
    )


@pytest.fixture
def stimuli():
    grey = np.linspace(0.1, 0.9, 12)
    return StimulusSet.from_images("grey", [np.full((8, 8), level) for level in grey], 300.0)


BINS = [(0, 100), (100, 300)]


@pytest.mark.parametrize("batch_size", [1, 64])
def test_a_runaway_is_reported_with_its_factor_also_from_the_store(stimuli, batch_size, caplog):
    model = linear(1.2)
    for hits in (0, len(stimuli)):
        caplog.clear()
        responses = extract(model, stimuli, Recording(time_bins=BINS), batch_size=batch_size)
        runaway = responses.provenance["runaway"]["IT"]
        assert responses.provenance["hits"] == hits and list(responses.provenance["runaway"]) == ["IT"]
        assert (runaway.within, runaway.stimuli) == (300.0, len(stimuli))
        assert 3e12 < runaway.factor < 4e12  # 0.9 * 1.2 ** 150 / 0.2, the sum of a constant drive
        assert [record.message for record in caplog.records] == [f"'linear': {runaway}"]


def test_no_score_rests_on_a_runaway(stimuli):
    unstable = as_brain_model(linear(1.2))
    for record in (
        lambda: unstable.record(stimuli, "IT", BINS),
        lambda: unstable.record_layers(stimuli, ["V1", "IT"], BINS),
        lambda: (unstable.start_recording("IT", BINS), unstable.look_at(stimuli)),
    ):
        with pytest.raises(NotMeasurable, match=r"activity of layer 'IT' grows without bound: x \de12 within 300 ms"):
            record()
    assert np.isfinite(unstable.record(stimuli, "V1", BINS)).all()


@pytest.mark.parametrize("gain", [0.5, 0.98, 1.0])
def test_stable_activity_is_no_runaway(stimuli, gain):
    assert extract(linear(gain), stimuli, Recording(time_bins=BINS)).provenance["runaway"] == {}


@pytest.mark.parametrize(
    "sizes",
    [
        1e7 * (STEPS > 100),  # the onset of a strong response
        1e9 * (1 - np.exp(-STEPS / 20)),
        1e8 * (STEPS / 150) ** 4,  # the slow rise of the fourth area
        1e6 * (1 + np.sin(STEPS)),
        1e9 * (STEPS % 40 > 20),  # flicker
        np.full(150, 1e12),
        10.0 ** (STEPS / 20 - 8),  # out of silence
        10.0 ** (3 - STEPS / 10),
    ],
)
def test_what_a_stimulus_explains_is_no_growth(sizes):
    assert unbounded_growth(sizes[None]) == [0.0]


@pytest.mark.parametrize(
    ("sizes", "powers"),
    [
        (1.2**STEPS, 11.8),
        (1.2**STEPS * (1 + 0.9 * np.sin(STEPS)), 12),
        (1e-6 * 1.35**STEPS, 13.4),
        (np.where(STEPS < 90, 1.0, 1.2 ** (STEPS - 90.0)), 4.7),
        (2.0**STEPS, 38.5),
        (10.0 ** np.arange(9), 8),
    ],
)
def test_steady_growth_is(sizes, powers):
    assert unbounded_growth(sizes[None]) == pytest.approx([powers], abs=0.3)


def test_rows_are_judged_one_by_one_and_few_steps_are_not_judged():
    both = np.stack([1.2**STEPS, np.ones(150)])
    assert (unbounded_growth(both) > 0).tolist() == [True, False]
    assert unbounded_growth(10.0 ** np.arange(5)[None] * 1e3) == [0.0]
