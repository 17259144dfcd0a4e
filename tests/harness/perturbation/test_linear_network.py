"""Perturbations of a linear recurrent network against their closed forms, and when they are seen."""

from dataclasses import replace

import numpy as np
import pytest

from harness import Recording, as_brain_model, extract, load_model
from harness.brain_model import record_each
from harness.engine import extract_each
from harness.errors import ModelError, NotPerturbable, RecordingError
from harness.perturbation import Fraction, Perturbation, parse, perturbed
from harness.store import Store
from harness_plugins.models.circuits.inputs import columns

W = np.array([[0.2, -0.5, 0.1], [0.4, -0.1, 0.0], [0.3, 0.2, 0.1]])
X = np.array([1.0, 0.5, 0.25])
A = np.linalg.inv(np.eye(3) - W)
R0 = A @ X
UNIT = [1]


def settled(model, store, perturbation=(), end=200, inputs=X):
    stimuli = columns(model, inputs, end)
    changed = perturbed(model, perturbation)
    recording = Recording("emitted.units", [(end - 1, end)])
    return extract(changed, stimuli, recording, store=store).array()[0, 0]


def trace(model, store, perturbation, steps=8):
    stimuli = columns(model, X, steps)
    recording = Recording("emitted.units", [(k, k + 1) for k in range(steps)])
    control, changed = extract_each([model, perturbed(model, perturbation)], stimuli, recording, store=store)
    return changed.array()[0] - control.array()[0]


def test_the_intact_network(linear, store):
    assert settled(linear, store) == pytest.approx([0.861976, 0.767991, 0.735768], abs=2e-6)


@pytest.mark.parametrize("alpha", [1.0, 0.5, 0.2])
@pytest.mark.parametrize(
    ("operation", "value", "expected"),
    [
        ("silence", None, (1.340580, 0, 0.724638)),
        ("clamp", 0.7, (0.904348, 0.7, 0.734783)),
        ("scale", 1.2, (0.794526, 0.876225, 0.737337)),
        ("scale", 0.5, (1.065700, 0.441086, 0.731030)),
        ("add", 0.3, (0.723416, 0.990333, 0.738990)),
    ],
)
def test_closed_forms_do_not_depend_on_the_leak(store, alpha, operation, value, expected):
    """What would scale a stored state instead of what is emitted gives another gain with every leak."""
    model = load_model("linear_network", alpha=alpha)
    found = settled(model, store, Perturbation("V1", operation, value, units=UNIT), 400)
    assert found == pytest.approx(expected, abs=3e-6)


def test_closed_forms_of_any_factor_and_set():
    for factor in (0.0, 0.3, 1.7):
        scaling = np.diag([1, factor, factor])
        expected = np.linalg.solve(np.eye(3) - scaling @ W, scaling @ X)
        change = settled_of(factor)
        assert change == pytest.approx(expected, abs=5e-6)


def settled_of(factor):
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        return settled(load_model("linear_network"), Store(folder), Perturbation("V1", "scale", factor, units=[1, 2]))


def test_a_current_into_the_drive_is_one_added_to_the_output(linear, store):
    emitted = settled(linear, store, Perturbation("V1", "add", 0.3, units=UNIT))
    driven = settled(linear, store, Perturbation("V1", "add", 0.3, units=UNIT, point="drive"))
    assert driven == pytest.approx(emitted, abs=2e-6)
    assert driven == pytest.approx(R0 + A[:, 1] * 0.3, abs=5e-6)


def test_a_unit_that_is_not_reached_does_not_change_at_all(store):
    model = load_model("linear_network", weights=[[0.2, 0, 0.1], [0.4, 0.1, 0], [0, 0, 0.1]])
    difference = trace(model, store, Perturbation("V1", "add", 1.0, units=[1]))
    assert (difference[:, [0, 2]] == 0).all() and (difference[:, 1] != 0).all()


def test_its_own_emission_changes_at_once_its_targets_a_step_later(linear, store):
    difference = trace(linear, store, Perturbation("V1", "silence", units=UNIT, window=(4, 100)))
    assert (difference[:4] == 0).all()
    own, first, second = difference[4:, 1], difference[4:, 0], difference[4:, 2]
    assert own[0] != 0 and first[0] == second[0] == 0
    assert first[1] == pytest.approx(W[0, 1] * own[0], rel=1e-5)
    assert second[1] == pytest.approx(W[2, 1] * own[0], rel=1e-5)


def test_what_is_kept_goes_on_while_nothing_is_emitted(store):
    """On release the unit is where its drive has taken it; a lesion of its state would begin again from 0."""
    model = load_model("linear_network", weights=[[0, 0], [0, 0]], alpha=0.2)
    stimuli = columns(model, [1.0, 1.0], 20)
    silenced = perturbed(model, Perturbation("V1", "silence", window=(5, 15)))
    recording = Recording("emitted.units", [(k, k + 1) for k in range(20)])
    control, changed = (extract(m, stimuli, recording, store=store).array()[0, :, 0] for m in (model, silenced))
    assert (changed[5:15] == 0).all() and (changed[15:] == control[15:]).all()


def test_two_windows_are_their_union(linear, store):
    def noisy(*windows):
        return trace(linear, store, [Perturbation("V1", "noise", 0.2, window=window) for window in windows])

    assert (noisy((2, 4), (4, 6)) == noisy((2, 6))).all()


def test_part_of_a_step_counts_in_proportion_or_by_its_half(linear, store):
    def first(perturbation):
        return trace(linear, store, perturbation)[2, 1]

    whole = first(Perturbation("V1", "add", 1.0, units=UNIT, window=(2, 3)))
    assert first(Perturbation("V1", "add", 1.0, units=UNIT, window=(2.25, 3))) == pytest.approx(0.75 * whole, rel=1e-5)
    assert first(Perturbation("V1", "silence", units=UNIT, window=(2.4, 3))) != 0
    assert first(Perturbation("V1", "silence", units=UNIT, window=(2.6, 3.6))) == 0
    with pytest.raises(NotPerturbable, match="less than half of a step"):
        perturbed(linear, Perturbation("V1", "silence", window=(2.0, 2.4)))


def test_operations_of_one_layer_act_in_their_order(linear, store):
    add, double = Perturbation("V1", "add", 1.0, window=(2, 3)), Perturbation("V1", "scale", 2.0, window=(2, 3))
    one, other = trace(linear, store, [add, double])[2], trace(linear, store, [double, add])[2]
    assert one - other == pytest.approx([1.0, 1.0, 1.0], abs=1e-5)


def test_noise_has_the_stationary_variance(store):
    model, steps, sd = load_model("linear_network"), 2000, 0.1
    stimuli = columns(model, X, steps)
    noisy = perturbed(model, Perturbation("V1", "noise", sd, units=UNIT))
    values = extract(
        noisy, stimuli, Recording("emitted.units", [(k, k + 1) for k in range(steps)]), store=store
    ).array()[0, 100:]
    selector = np.diag([0.0, 1.0, 0.0])
    of_rates = np.zeros((3, 3))
    for _ in range(500):
        of_rates = W @ (of_rates + sd**2 * selector) @ W.T
    assert values.mean(0) == pytest.approx(R0, abs=0.02)
    assert np.cov(values.T) == pytest.approx(of_rates + sd**2 * selector, abs=2e-3)


def test_noise_depends_on_neither_order_nor_batch(linear, store, tmp_path):
    stimuli = columns(linear, [X, 0.5 * X, 0.2 * X], 10)
    noisy = perturbed(linear, Perturbation("V1", "noise", 0.1))
    recording = Recording("emitted.units", [(k, k + 1) for k in range(10)])
    all_at_once = extract(noisy, stimuli, recording, store=store).array()
    one_by_one = extract(noisy, stimuli.select([2, 1, 0]), recording, store=Store(tmp_path / "b"), batch_size=1).array()
    assert (all_at_once == one_by_one[::-1]).all()
    other = extract(
        perturbed(linear, Perturbation("V1", "noise", 0.1, seed=1)), stimuli, recording, store=store
    ).array()
    assert (other != all_at_once).any()
    assert np.abs(all_at_once[0] - all_at_once[1] - 0.5 * (all_at_once[0])).max() > 0.01, (
        "another noise for another frame"
    )


def test_noise_of_one_frequency_goes_on_from_step_to_step(linear, store, tmp_path):
    """Its autocorrelation is that of a cosine; it is drawn for every stimulus and unit, and for no step, order or batch."""
    model = load_model("linear_network", weights=[[0.0] * 100] * 100)
    inputs = np.arange(1, 9)[:, None] / 10 * np.ones(100)
    stimuli, recording = columns(model, inputs, 60), Recording("emitted.units", [(k, k + 1) for k in range(60)])
    slow = perturbed(model, "V1: noise 0.1 frequency 50")
    noise = extract(slow, stimuli, recording, store=store).array() - inputs[:, None]
    assert noise.std() == pytest.approx(0.1, rel=0.05) and np.abs(noise.mean()) < 0.01
    assert np.allclose(noise[:, :40], noise[:, 20:], atol=1e-5), "20 ms are a cycle"
    assert np.allclose(noise[:, :50], -noise[:, 10:], atol=1e-5)
    within = np.corrcoef(noise[:, 0].ravel(), noise[:, 5].ravel())[0, 1]
    assert abs(within) < 0.15 and abs(np.corrcoef(noise[0, 0], noise[1, 0])[0, 1]) < 0.3
    fast = extract(perturbed(model, "V1: noise 0.1"), stimuli, recording, store=store).array() - inputs[:, None]
    assert abs(np.corrcoef(fast[:, :40].ravel(), fast[:, 20:].ravel())[0, 1]) < 0.02
    apart = extract(slow, stimuli.select([3]), recording, store=Store(tmp_path / "b")).array() - inputs[3]
    assert (apart[0] == noise[3]).all()
    digests = {
        perturbed(model, text).digest()
        for text in ("V1: noise 1", "V1: noise 1 frequency 5", "V1: noise 1 frequency 6")
    }
    assert len(digests) == 3
    with pytest.raises(NotPerturbable, match="more than two steps a cycle"):
        perturbed(model, "V1: noise 1 frequency 500")
    with pytest.raises(NotPerturbable, match="has no steps"):
        perturbed(load_model("random", size=8, units=5), "V1: noise 1 frequency 5")
    with pytest.raises(ModelError, match="only noise has a frequency"):
        Perturbation("V1", "add", 1.0, frequency=5.0)


def test_control_and_perturbed_share_their_beginning(linear, store):
    stimuli = columns(linear, X, 100)
    late = perturbed(linear, Perturbation("V1", "silence", units=UNIT, window=(90, 100)))
    told = []
    recording = Recording("emitted.units", [(99, 100)])
    extract_each([linear, late], stimuli, recording, store=store, callbacks=[told.append])
    assert told[-1].frames == 110, "90 common steps, and 10 each"


def test_one_brain_model_under_several_perturbations_is_recorded_at_once(linear, store):
    stimuli, bins, told = columns(linear, [X, 0.5 * X], 100), [(0, 50), (99, 100)], []
    intact = as_brain_model(linear, store=store, callbacks=[told.append])
    candidates = [intact, *(intact.perturbed(f"V1: {what} units 1 from 90") for what in ("silence", "scale 2"))]
    found = list(record_each(candidates, stimuli, "V1", bins))
    assert told[-1].frames == 2 * (90 + 3 * 10), "90 common steps, and 10 each"
    alone = [
        as_brain_model(one.model, store=Store(store.folder / "alone")).record(stimuli, "V1", bins) for one in candidates
    ]
    assert (np.array(found) == np.array(alone)).all() and (found[1] != found[0]).any()
    foreign = replace(linear, network=load_model("linear_network").network)
    apart = record_each([intact, as_brain_model(foreign, store=store)], stimuli, "V1", bins)
    assert (np.array(list(apart)) == found[0]).all(), "two networks, one after the other"
    with pytest.raises(RecordingError, match="at least one candidate"):
        record_each([], stimuli, "V1", bins)


def test_changing_nothing_is_the_intact_model_also_in_the_store(linear, store):
    stimuli, recording = columns(linear, X, 10), Recording("emitted.units")
    intact = extract(linear, stimuli, recording, store=store)
    for same in ("V1: scale 1", "V1: add 0", "V1: noise 0"):
        changed = perturbed(linear, same)
        found = extract(changed, stimuli, recording, store=store)
        assert found.provenance["hits"] == 1 and (found.array() == intact.array()).all()
        assert changed.digest() == linear.digest() and changed.arguments == linear.arguments
    never = perturbed(linear, Perturbation("V1", "silence", window=(500, 600)))
    assert never.digest() != linear.digest(), "it is another model"
    assert extract(never, stimuli, recording, store=store).provenance["hits"] == 1, "whose responses are the same here"


def test_every_field_is_part_of_the_identity(linear):
    variants = [
        Perturbation("V1", "scale", 0.5),
        Perturbation("V1", "scale", 0.6),
        Perturbation("V1", "add", 0.5),
        Perturbation("V1", "clamp", 0.5),
        Perturbation("V1", "silence"),
        Perturbation("V1", "noise", 0.5),
        Perturbation("V1", "noise", 0.5, seed=1),
        Perturbation("V1", "scale", 0.5, units=[0]),
        Perturbation("V1", "scale", 0.5, units=[1]),
        Perturbation("V1", "scale", 0.5, units=Fraction(0.4)),
        Perturbation("V1", "scale", 0.5, units=Fraction(0.4, 3)),
        Perturbation("V1", "scale", 0.5, window=(0, 5)),
        Perturbation("V1", "scale", 0.5, window=(1, 5)),
        Perturbation("V1", "scale", 0.5, point="drive"),
        Perturbation("V1", "scale", 0.5, record="before"),
        Perturbation("V1", "scale", [0.5, 0.5, 0.6]),
    ]
    digests = {perturbed(linear, one).digest() for one in variants} | {linear.digest()}
    assert len(digests) == len(variants) + 1


def test_a_recording_before_the_operation(linear, store):
    stimuli, recording = columns(linear, X, 100), Recording("emitted.units", [(99, 100)])

    def recorded(when):
        changed = perturbed(linear, Perturbation("V1", "scale", 0.5, units=UNIT, record=when))
        return extract(changed, stimuli, recording, store=store).array()[0, 0]

    before, after = recorded("before"), recorded("after")
    assert after == pytest.approx(before * [1, 0.5, 1], rel=1e-5)


def test_replacing_by_the_response_to_another_stimulus(linear, store):
    stimuli, other, recording = (
        columns(linear, X, 100),
        columns(linear, 0.5 * X, 100),
        Recording("emitted.units", [(99, 100)]),
    )
    swapped = perturbed(linear, Perturbation("V1", "replace", other))
    found = extract(swapped, stimuli, recording, store=store).array()
    assert found == pytest.approx(extract(linear, other, recording, store=store).array())
    resting = perturbed(linear, Perturbation("V1", "silence", "rest", units=UNIT))
    silent = perturbed(linear, Perturbation("V1", "silence", units=UNIT))
    assert extract(resting, stimuli, recording, store=store).array() == pytest.approx(
        extract(silent, stimuli, recording, store=store).array()
    )


def test_what_grows_without_bound_is_reported_and_never_a_number(store):
    from harness.errors import NotMeasurable

    model = load_model("linear_network")
    wild = perturbed(model, Perturbation("V1", "scale", 10.0))
    stimuli = columns(model, X, 30)
    with pytest.raises(NotMeasurable, match="grows without bound"):
        as_brain_model(wild, store=store).record(stimuli, "V1", [(0, 30)])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("V1", "is not a perturbation"),
        ("V1: melt", "the operation of a perturbation is one of"),
        ("V1: scale", "ends too early"),
        ("V1: scale much", "is not a number"),
        ("V1: silence sideways", "is not understood"),
        ("V1: silence from 10 to 5", "start < end"),
        ("V4: silence", "maps no layer to region V4"),
        ("V2->V1: silence", "V2"),
        ("V1->V1: silence", "declares no connection"),
        ("V1: silence units 7", "has 3 channels"),
        ("V1: silence class X", "declares no cells of class X"),
        ("V1: silence disc 0 0 1", "has no map"),
        ("V1: silence at state", "declares no"),
    ],
)
def test_what_cannot_be_done_is_refused_in_a_sentence(linear, text, message):
    if text.endswith("at state"):
        assert perturbed(linear, text).interventions, (
            "the layer's output is what is kept, where nothing else is declared"
        )
        return
    with pytest.raises(ModelError, match=message):
        perturbed(linear, text)


def test_texts_and_perturbations_say_the_same():
    noise = "V1: noise 0.2 seed 3 frequency 5"
    assert str(parse(noise)[0]) == noise
    text = "V1: scale 0.5 disc 1 -2 3 fraction 0.3 seed 2 from 50 to 150 at drive"
    assert str(parse(text)[0]) == text
    assert [str(one) for one in parse("V2->V1: silence; V1: add 2 annulus 0 0 1 4 class I")] == [
        "V2->V1: silence",
        "V1: add 2 annulus 0 0 1 4 class I",
    ]
