"""Models: layers by name, regions, and descriptions that do not hold."""

import pytest
import torch
from torch import nn

from harness import load_model
from harness.errors import MissingRegion, ModelError, NotMeasurable
from harness.models import ClipModel, FrameModel, Preprocessing, RecurrentModel
from harness.models.anatomy import chosen, in_order, last_linear, stages, ventral_stream


def network() -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU(), nn.Flatten())


def frame_model(**options) -> FrameModel:
    return FrameModel("net", network(), preprocessing=Preprocessing(8), **options)


def test_regions_give_the_default_layers_and_one_name_is_a_list():
    assert frame_model(regions={"V1": "0", "IT": "1"}).layers == ("0", "1")
    assert frame_model(layers="1").layers == ("1",)


def test_a_layer_is_found_by_name_and_by_firing():
    model = frame_model()
    assert model.module("1") == (model.network[1], None)
    assert model.module("1:2") == (model.network[1], 2)


@pytest.mark.parametrize(
    "options", [{"layers": ["3"]}, {"regions": {"V1": "nowhere"}}, {"readout": "fc"}, {"layers": [""]}]
)
def test_a_layer_that_is_not_there_is_refused(options):
    with pytest.raises(ModelError, match="has no layer"):
        frame_model(**options)


def test_a_region_without_a_layer_says_what_to_pass():
    with pytest.raises(ModelError, match=r"no layer to region V4 .*V1.* regions="):
        frame_model(regions={"V1": "0"}).layer_of("V4")


def test_the_network_is_put_into_evaluation_mode():
    assert not frame_model().network.training


def test_span_is_the_share_of_the_field_of_view():
    model = frame_model(visual_degrees=8)
    assert [model.span(size) for size in (None, 4, 8, 16)] == [1, 0.5, 1, 2]


@pytest.mark.parametrize(
    "make",
    [
        lambda: frame_model(visual_degrees=0),
        lambda: frame_model(visual_degrees=float("inf")),
        lambda: frame_model(visual_degrees=float("nan")),
        lambda: frame_model(visual_degrees=1e6),
        lambda: frame_model(visual_degrees="8"),
        lambda: ClipModel("c", network(), preprocessing=Preprocessing(8), frame_rate=0, window=4),
        lambda: ClipModel("c", network(), preprocessing=Preprocessing(8), frame_rate=25, window=4, stride=5),
        lambda: RecurrentModel("r", network(), preprocessing=Preprocessing(8), dt=10),
        lambda: RecurrentModel("r", network(), preprocessing=Preprocessing(8), dt=0),
    ],
)
def test_impossible_descriptions_are_refused(make):
    with pytest.raises(ModelError):
        make()


def test_time_steps():
    clip = ClipModel("c", network(), preprocessing=Preprocessing(8), frame_rate=25, window=4)
    assert clip.time_step == 40 and clip.stride == 4
    assert frame_model().time_step is None


def test_the_ventral_stream_is_spread_over_the_layers():
    assert ventral_stream(list("abcd")) == {"V1": "a", "V2": "b", "V4": "c", "IT": "d"}
    assert ventral_stream([str(i) for i in range(12)]) == {"V1": "2", "V2": "5", "V4": "8", "IT": "11"}
    assert list(ventral_stream(list("abc")).items()) == [("V2", "a"), ("V4", "b"), ("IT", "c")]
    assert ventral_stream([]) == {}


def test_stages_of_an_unknown_network_are_the_parts_of_its_trunk():
    trunk = nn.Sequential(*(nn.Sequential(nn.Conv2d(4, 4, 3), nn.BatchNorm2d(4)) for _ in range(5)))
    whole = nn.ModuleDict({"trunk": nn.ModuleDict({"blocks": trunk}), "head": nn.Linear(4, 10, bias=False)})
    assert stages(whole) == [f"trunk.blocks.{i}" for i in range(5)]
    assert last_linear(whole) == "head"
    assert in_order(whole, {"head", "trunk.blocks.1"}) == ["trunk.blocks.1", "head"]


def test_the_users_layers_replace_and_regions_merge():
    assert chosen(("a", "b"), {"V1": "a"}, None, {"IT": "b"}) == (("a", "b"), {"V1": "a", "IT": "b"})
    assert chosen(("a", "b"), {"V1": "a"}, "b", {"V1": "b"}) == (("b",), {"V1": "b"})


def test_a_network_with_a_tensor_state_is_accepted():
    class Net(nn.Module):
        def init(self, batch_size, device):
            return torch.zeros(batch_size)

        def step(self, frame, state):
            return state

    assert RecurrentModel("r", Net(), preprocessing=Preprocessing(8), dt=10).time_step == 10


def test_a_region_without_a_layer_is_not_measurable_rather_than_a_failure():
    assert issubclass(MissingRegion, ModelError) and issubclass(MissingRegion, NotMeasurable)
    with pytest.raises(NotMeasurable, match="maps no layer to region MT"):
        load_model("pixels").layer_of("MT")
