"""The circuits against every number that is known of them. Each circuit is run once, with all inputs and perturbations."""

import numpy as np
import pytest
from torch import nn

from harness import FrameModel, Preprocessing, Recording, StimulusSet, as_brain_model, load_model
from harness.engine import extract_each
from harness.errors import NotMeasurable
from harness.perturbation import Perturbation, perturbed
from harness.store import Store
from harness_plugins.models.circuits.inputs import columns
from harness_plugins.models.circuits.models import ring_input, ring_weights

LAYERS = ("emitted.E", "emitted.I")
NOTHING = ()
STEP = 0.02


def settled(model, inputs, store, perturbations, end=600.0):
    """E and I at rest: (perturbations, inputs, 2, units)."""
    recording = Recording(LAYERS, [(end - model.dt, end)])
    found = extract_each(
        [perturbed(model, one) for one in perturbations], columns(model, inputs, end), recording, store=store
    )
    return np.array([np.stack([one[layer].array()[:, 0] for layer in LAYERS], 1) for one in found], dtype=float)


def into(cells, current):
    return Perturbation("V1", "add", current, units=cells, point="drive")


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    return Store(tmp_path_factory.mktemp("store"))


def test_the_paradoxical_effect_needs_inhibitory_stabilisation(kept):
    """Identical I cells, of which a share is stimulated: these are paradoxical only beyond f* = 1 / (1 - R)."""
    doses = [NOTHING, into("I", 1.0), into("I", 0.05), into("I", 0.09)]
    rest, excited, *shares = settled(load_model("ei_network", w_ee=2.0), (10, 4), kept, doses)[:, 0, :, 0]
    assert rest == pytest.approx([2.35294, 4.94118], abs=1e-4)
    assert excited == pytest.approx([1.76471, 4.70588], abs=1e-4)
    for share, found in zip((0.5, 0.9), shares, strict=True):
        mean = found[1] - rest[1]
        assert mean == pytest.approx(share * 0.1 * -0.23529, rel=1e-2)
        assert ((1 - share) * 0.1 + mean < 0) == (share > 0.8095)
    doses = [NOTHING, into("I", 1.0), Perturbation("V1", "silence", units="I")]
    rest, excited, alone = settled(load_model("ei_network", w_ee=0.5), (10, 4), kept, doses)[:, 0, :, 0]
    assert rest == pytest.approx([1.37931, 3.72414], abs=1e-4)
    assert excited == pytest.approx([1.03448, 3.79310], abs=1e-4)
    assert alone[0] == pytest.approx(20.0, abs=1e-3)


def test_inhibition_rises_before_it_falls(kept):
    model = load_model("ei_network", dt=0.2)
    changed = perturbed(model, Perturbation("V1", "add", 1.0, units="I", point="drive", window=(300, np.inf)))
    recording = Recording("emitted.I", [(k, k + 1) for k in range(299, 400)])
    [found] = extract_each([changed], columns(model, (10, 4), 400.0), recording, store=kept)
    inhibition = found.array()[0, :, 0]
    assert inhibition.max() == pytest.approx(5.2255, abs=0.01) and inhibition[-1] < inhibition[0]


def test_without_inhibition_a_stabilised_network_runs_away(kept):
    silent = Perturbation("V1", "silence", units="I")
    for name, inputs in (("ei_network", (10, 4)), ("ssn_two_units", (20, 20))):
        model = load_model(name)
        with pytest.raises(NotMeasurable, match=r"stable activity under 'V1: silence class I'|without bound"):
            as_brain_model(perturbed(model, silent), store=kept).record(columns(model, inputs, 700.0), "V1", [(0, 700)])


SSN = {  # input: E, I, and their changes: of I and E with a current into I, of E and I with one into E
    2: (0.17712, 0.18019, +0.1525, -0.0211, 0.2078, 0.0390),
    5: (1.32278, 1.38902, +0.2885, -0.2031, 0.8188, 0.3749),
    7: (2.98457, 3.21963, +0.1709, -0.5637, 1.6418, 1.0406),
    10: (7.81707, 8.91050, -1.1702, -2.1377, 4.3987, 3.9465),
    20: (39.48130, 58.36085, -11.3499, -8.6577, 11.0185, 15.9834),
    40: (65.36011, 125.04206, -9.4751, -6.5466, 7.2875, 12.0860),
}
DOSES = {
    0.5: (35.293, 52.942),
    1: (31.427, 48.082),
    2: (24.804, 40.159),
    5: (12.707, 27.785),
    10: (4.674, 23.127),
    -1: (48.560, 70.550),
}
WEAK = {1: (1.1272, 1.6931), 2: (0.9466, 2.0287), 5: (0.4964, 3.2272)}
SCALED = {(5, 0.9): 1.386, (5, 0.5): 1.746, (20, 1.1): 27.69, (20, 0.9): 63.89}


@pytest.fixture(scope="module")
def ssn(kept):
    """(perturbations of `_of_ssn`, inputs, 2)."""
    inputs = [[current] * 2 for current in SSN]
    return settled(load_model("ssn_two_units"), inputs, kept, list(_of_ssn().values()), 1200.0)[..., 0]


def _of_ssn():
    found = {"rest": NOTHING}
    found |= {(cells, sign): into(cells, sign * STEP) for cells in "IE" for sign in (1, -1)}
    found |= {("dose", dose): into("I", dose) for dose in DOSES}
    found |= {("scale", factor): Perturbation("V1", "scale", factor, units="I") for factor in (0.9, 0.5, 1.1)}
    found["no E"] = Perturbation("V1", "silence", units="E", record="before")
    return found


def of(ssn, which, current):
    return ssn[list(_of_ssn()).index(which), list(SSN).index(current)]


@pytest.mark.parametrize("current", SSN)
def test_the_supralinear_network_and_its_linear_responses(ssn, current):
    excitatory, inhibitory, *expected = SSN[current]
    assert of(ssn, "rest", current) == pytest.approx([excitatory, inhibitory], rel=3e-4)
    by_i, by_e = ((of(ssn, (cells, 1), current) - of(ssn, (cells, -1), current)) / (2 * STEP) for cells in "IE")
    assert [by_i[1], by_i[0], by_e[0], by_e[1]] == pytest.approx(expected, rel=0.02, abs=2e-3)


@pytest.mark.parametrize(("current", "gain"), {2: 0.210, 5: 0.575, 7: 0.864, 10: 1.398, 20: 3.142, 40: 4.042}.items())
def test_inhibition_stabilises_where_excitation_alone_would_run_away(ssn, current, gain):
    """w_EE times the gain of E at rest, 2 sqrt(k r_E): above 1 a current into I lowers I."""
    assert 1.25 * 2 * np.sqrt(0.04 * of(ssn, "rest", current)[0]) == pytest.approx(gain, abs=1e-3)
    assert (of(ssn, ("I", 1), current)[1] < of(ssn, ("I", -1), current)[1]) == (gain > 1)


def test_where_inhibition_begins_to_stabilise(kept):
    onset = settled(load_model("ssn_two_units"), [7.8425] * 2, kept, [NOTHING])[0, 0, 0, 0]
    assert onset == pytest.approx(4.0, abs=2e-3)


def test_without_inhibition_an_input_of_five_is_the_largest_that_is_held(kept):
    """E = k (1.25 E + 5)^2 has one root, 4, which E comes to as tau E' = (4 - E)^2 / 16."""
    silent = Perturbation("V1", "silence", units="I")
    alone = settled(load_model("ssn_two_units"), [5, 5], kept, [silent], 1200.0)
    assert alone[0, 0, 0, 0] == pytest.approx(4 - 1 / (1200 / (16 * 20) + 1 / 4), abs=3e-3)


def test_doses_of_current_into_inhibition_and_scales_of_what_it_emits(ssn):
    for dose, expected in DOSES.items():
        assert of(ssn, ("dose", dose), 20) == pytest.approx(expected, rel=1e-3)
    for dose, expected in WEAK.items():
        assert of(ssn, ("dose", dose), 5) == pytest.approx(expected, rel=1e-3)
    for (current, factor), expected in SCALED.items():
        assert of(ssn, ("scale", factor), current)[0] == pytest.approx(expected, rel=2e-3)
    assert of(ssn, "no E", 20) == pytest.approx([7.734, 9.377], rel=1e-3)


@pytest.mark.slow
def test_with_half_the_inhibition_rates_are_ten_times_as_high(kept):
    half = Perturbation("V1", "scale", 0.5, units="I")
    found = settled(load_model("ssn_two_units", dt=0.2), [20, 20], kept, [half], 3000.0)
    assert found[0, 0, 0, 0] == pytest.approx(429.3, rel=0.02)


def test_a_short_window_has_the_opposite_sign_of_the_steady_state(kept):
    model = load_model("ssn_two_units", dt=0.25)
    current = Perturbation("V1", "add", 2.0, units="I", point="drive", window=(400, np.inf))
    recording = Recording("emitted.I", [(390, 400), (400, 406), *((k, k + 1) for k in range(400, 420)), (790, 800)])
    [found] = extract_each([perturbed(model, current)], columns(model, [20, 20], 800.0), recording, store=kept)
    before, early, *rising, late = found.array()[0, :, 0]
    assert late < before < early
    assert max(rising) == pytest.approx(59.912, rel=5e-3) and np.argmax(rising) in (5, 6)


def test_holding_inhibition_where_it_is_makes_only_a_stabilised_network_unstable(kept):
    model = load_model("ssn_two_units")
    for current, end, low, high in ((5, 1000.0, -1e-3, 1e-3), (20, 640.0, 1.0, np.inf)):
        rest = settled(model, [current] * 2, kept, [NOTHING])[0, 0, :, 0]
        window = (600.0, np.inf)
        clamp = Perturbation("V1", "clamp", float(rest[1]), units="I", window=window)
        push = Perturbation("V1", "add", 0.05, units="E", point="drive", window=(600.0, 605.0))
        excitation = settled(model, [current] * 2, kept, [[clamp, push]], end)[0, 0, 0, 0]
        assert low < excitation - rest[0] < high


RING = {2: (0.372, None, 0.134), 5: (1.664, 1.802, -0.248), 10: (3.046, None, -10.24), 40: (4.719, 73.036, -7.044)}


@pytest.fixture(scope="module")
def ring(kept):
    """(perturbations, inputs, 2, units): at rest, with currents of +-STEP into all I, into I(90) and E(90), and of 2 into I."""
    alone = np.zeros(180)
    alone[90] = 0.5
    currents = [into("I", sign * STEP) for sign in (1, -1)]
    currents += [into(cells, sign * alone) for cells in "IE" for sign in (1, -1)]
    inputs = [current * ring_input(180) for current in RING]
    weaker = Perturbation("V1", "scale", 0.7, units="I")
    return settled(load_model("ssn_ring"), inputs, kept, [NOTHING, *currents, weaker, into("I", 2.0)], 800.0)


def test_the_ring_and_its_paradox_which_is_one_of_the_population(ring):
    """A current into a single inhibitory unit always raises that unit."""
    rest, up, down = ring[:3]
    for row, (_, inhibition, slope) in enumerate(RING.values()):
        if inhibition is not None:
            assert rest[row, 1, 90] == pytest.approx(inhibition, rel=2e-3)
        assert (up - down)[row, 1, 90] / (2 * STEP) == pytest.approx(slope, rel=0.05)
    assert [rest[1, 0, 90], rest[3, 0, 90]] == pytest.approx([1.664, 35.127], rel=2e-3)
    alone = (ring[3] - ring[4])[:, 1]
    assert alone[[1, 3], 90] == pytest.approx([0.524, 3.216], rel=0.05)
    assert alone[[1, 3]].sum(1) == pytest.approx([-0.248, -7.044], rel=0.06)


def test_finite_currents_into_all_inhibition_of_the_ring(ring):
    rest, strong = ring[0], ring[-1]
    assert strong[3, :, 90] == pytest.approx([26.478, 59.973], rel=2e-3)
    assert strong[1, :, 90] == pytest.approx([0.735, 1.782], rel=3e-3)
    assert [rest[1, 1].sum(), strong[1, 1].sum()] == pytest.approx([102.2, 123.6], rel=3e-3), "the untuned rise"


def test_the_ring_with_less_inhibition_and_with_none(ring, kept):
    assert ring[-2, 3, 0, 90] == pytest.approx(84.9, abs=0.3)
    excitatory = np.sqrt(0.04 * ring[0, 1, 0]) * 2
    alone = ring_weights(180).numpy()[:180, :180]
    assert np.linalg.eigvals(excitatory[:, None] * alone).real.max() == pytest.approx(1.122, abs=3e-3)
    model = load_model("ssn_ring")
    silent = perturbed(model, Perturbation("V1", "silence", units="I"))
    with pytest.raises(NotMeasurable):
        as_brain_model(silent, store=kept).record(columns(model, 40 * ring_input(180), 300.0), "V1", [(0, 300)])


def test_like_excites_like_in_the_ring(ring):
    """Which a single neuron's influence in mouse V1 does not do."""
    influence = (ring[5] - ring[6])[:, 0]
    near = [91, 100, 110, 130, 150]
    assert influence[1, near] == pytest.approx([0.0213, 0.0195, 0.0148, 0.0050, 0.0009], abs=1e-3)
    assert influence[3, near] == pytest.approx([0.0545, 0.0454, 0.0249, -0.0015, -0.0006], abs=3e-3)


def test_the_ring_sums_weak_plaids_and_averages_strong_ones(kept):
    one, other = ring_input(180, 45), ring_input(180, 135)
    inputs = [current * shown for current in (5, 40) for shown in (one, other, one + other)]
    found = settled(load_model("ssn_ring"), inputs, kept, [NOTHING], 1500.0)[0, :, 0]
    for first, weight in ((0, 1.538), (3, 0.682)):
        fitted = np.linalg.lstsq(found[first : first + 2].T, found[first + 2], rcond=None)[0]
        assert fitted == pytest.approx([weight] * 2, rel=2e-3)


def test_silencing_part_of_a_normalising_pool(kept):
    """What the pool does not hear is silent to others alone: units are recorded before the operation."""
    model = load_model("recurrent_normalizer")
    shares = [0.25, 0.5, 0.75, 1.0]
    cut = [Perturbation("V1", "silence", units=np.arange(20) < 20 * share, record="before") for share in shares]
    recording = Recording("emitted", [(299, 300)])
    models = [model, *(perturbed(model, one) for one in cut)]
    found = [
        one.array()[0, 0, 0] for one in extract_each(models, columns(model, [0.5] * 20, 300.0), recording, store=kept)
    ]
    assert found == pytest.approx([0.65887, 0.75255, 0.90499, 1.22829, 5.0], rel=1e-3)


class Divisive(nn.Module):
    """Units that divide each other within one frame: d^2 / (0.01 + a quarter of the sum of all d^2)."""

    def __init__(self):
        super().__init__()
        self.drive, self.pooled, self.response = nn.Identity(), nn.Identity(), nn.Identity()

    def forward(self, frames):
        drive = self.drive(frames.mean((1, 2)))
        pool = self.pooled(drive).square().mean(1, keepdim=True)
        return self.response(drive.square() / (0.01 + pool))


@pytest.mark.parametrize(
    ("perturbation", "ratio"),
    [
        ("pooled: silence units 1", 1.3165),
        ("pooled: silence units 1,2", 1.9259),
        ("pooled: silence units 1,2,3", 3.5862),
        ("pooled: scale 1.2 units 1,2,3", 0.7591),
        ("drive: scale 1.2 units 0", 1.3023),
    ],
)
def test_pools_that_divide_within_a_frame(kept, perturbation, ratio):
    layers = ["drive", "pooled", "response"]
    model = FrameModel(
        "divisive", Divisive(), preprocessing=Preprocessing(4, mean=(0,), std=(1,), channels=1), layers=layers
    )
    stimuli = StimulusSet.from_images("grey", [np.full((4, 4), 0.5, np.float32)], 100.0, 8.0)
    recording = Recording("response", [(0, 100)])
    control, changed = (
        one.array()[0, 0, 0]
        for one in extract_each([model, perturbed(model, perturbation)], stimuli, recording, store=kept)
    )
    assert control == pytest.approx(0.961538, abs=1e-6) and changed / control == pytest.approx(ratio, abs=1e-4)
