"""What a model is compared with."""

from collections.abc import Callable

import pytest

from harness.scoring._baselines import baselines

LAB = """
import torch
from harness import FrameModel, ModelSpec, Preprocessing, Weights, hookimpl
from harness.errors import MissingWeights

@hookimpl
def register_models():
    both = {"weights": "pretrained or random"}
    return [
        ModelSpec("learnt", load="plug_lab:learnt", summary="", parameters=both),
        ModelSpec("absent", load="plug_lab:absent", summary="", parameters=both),
        ModelSpec("plain", load="plug_lab:plain", summary=""),
        ModelSpec("simple", load="plug_lab:plain", summary="", tags=("baseline",)),
        ModelSpec("first_frame/*", load="plug_lab:first", summary="", tags=("control",)),
    ]

def plain(weights="none"):
    kind = {"pretrained": Weights("pretrained", "web"), "random": Weights("random", seed=0), "none": Weights("none")}[weights]
    network = torch.nn.Sequential(torch.nn.Identity())
    return FrameModel("m", network, preprocessing=Preprocessing(4), regions={"V1": "0"}, weights=kind)

def learnt(weights="pretrained"):
    return plain(weights)

def absent(weights="pretrained"):
    raise MissingWeights("not here")

def first(name, **arguments):
    return plain()
"""


@pytest.fixture(autouse=True)
def lab(install: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> None:
    install("some-lab", lab=LAB)
    monkeypatch.setenv("HARNESS_PLUGINS", "lab")


def test_a_learnt_model_is_compared_with_itself_without_weights_and_without_motion() -> None:
    rows = baselines([("learnt", {})])
    assert rows == [("simple", {}), ("learnt", {"weights": "random"}), ("first_frame/learnt", {})]
    assert baselines([("learnt", {"weights": "random"})]) == [
        ("simple", {}),
        ("first_frame/learnt", {"weights": "random"}),
    ]


def test_a_model_without_weights_has_none_to_lose() -> None:
    assert baselines([("plain", {})]) == [("simple", {}), ("first_frame/plain", {})]


def test_what_cannot_be_loaded_can_still_be_untrained() -> None:
    assert ("absent", {"weights": "random"}) in baselines([("absent", {})])


def test_no_row_is_scored_twice() -> None:
    models = [("simple", {}), ("learnt", {}), ("learnt", {"weights": "random"})]
    rows = baselines(models)
    assert rows == [("first_frame/learnt", {}), ("first_frame/learnt", {"weights": "random"})]
    assert not [row for row in rows if row in models]
