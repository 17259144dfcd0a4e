"""Static models with delayed normalisation, as a family."""

import numpy as np
import pytest

from harness import CentreUnits, Recording, extract, list_models, load_model, load_stimuli
from harness.errors import ArgumentError, ModelError, UnknownIdentifier


def test_the_family_lists_static_models_and_reaches_the_members_of_families():
    names = list_models("dn/*")
    assert {"dn/pixels", "dn/v1_energy"} <= set(names) and "dn/motion_energy" not in names
    model = load_model("dn/torchvision/alexnet", weights="random", layers=["features.1"], gain=1.0)
    assert model.layers == ("responses.features_1",) and str(model.weights) == "random (seed 0)"
    assert model.identifier == "dn/torchvision/alexnet" and set(model.regions.values()) <= set(model.layers)


def test_pixels_of_full_contrast_drive_at_one():
    model = load_model("dn/pixels", size=16)
    assert model.network.latch.front.gain.values()[0].flatten().tolist() == pytest.approx([2.0] * 3, rel=0.05)
    assert model.regions["V1"] == "responses.pixels" and model.preprocessing.size == 16


def test_a_v1_with_dynamics_saturates_and_peaks_earlier_with_contrast():
    model = load_model("dn/v1_energy", spatial_frequencies=[2], size=32, visual_degrees=4, stride=4, dt=2)
    gain = model.network.latch.front.gain.values()[0].flatten().tolist()
    assert gain == pytest.approx([1.0] * 12, rel=0.03)
    contrasts = [0.0625, 0.25, 1.0]
    shown = load_stimuli(
        "gratings", spatial_frequency=2, contrast=contrasts, duration=300, visual_degrees=4, size_px=64
    )
    bins = [(t, t + 2.0) for t in np.arange(0, 300, 2.0)]
    got = extract(model, shown, Recording(time_bins=bins, reduction=CentreUnits())).array()[:, :, 0]
    peaks, times = got.max(1), got.argmax(1)
    assert (np.diff(peaks) > 0).all() and (np.diff(times) < 0).all()
    assert peaks[2] / peaks[1] < 4 < peaks[1] / peaks[0]  # four times the contrast each
    assert got[2, -1] / peaks[2] < got[0, -1] / peaks[0]


def test_its_presets_delay_and_arguments():
    model = load_model("dn/pixels", size=8, dynamics="ecog_v1_v3", dt=5)
    assert model.network.latch.delay == 7 and model.arguments == {"size": 8, "dynamics": "ecog_v1_v3", "dt": 5}
    assert "zhou2019" in model.citation
    with pytest.raises(ArgumentError, match="sise"):
        load_model("dn/pixels", sise=8)


def test_what_has_dynamics_or_does_not_exist_is_refused():
    with pytest.raises(ModelError, match="of its own"):
        load_model("dn/motion_energy")
    with pytest.raises(UnknownIdentifier):
        load_model("dn/no_such_model")
