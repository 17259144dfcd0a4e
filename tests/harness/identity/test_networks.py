"""What changes the identity of a model, and what does not."""

import functools
import importlib
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from torch import nn

from harness.identity.modules import weights_digest
from harness.identity.networks import code_digest, configuration_digest, network_digest
from harness.models import FrameModel, Preprocessing, RecurrentModel, initialise


class Net(nn.Module):
    def __init__(self, gain: float = 1.0):
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3)
        self.norm = nn.BatchNorm2d(4)
        self.gain = gain

    def forward(self, x):
        return self.norm(self.conv(x)) * self.gain


class Stepping(nn.Module):
    def __init__(self):
        super().__init__()
        self.area = nn.Identity()

    def init(self, batch_size, device):
        return torch.zeros(batch_size, 1)

    def step(self, frame, state):
        return self.area(state)


def model(**changes):
    options = {"preprocessing": Preprocessing(8), **changes}
    return FrameModel("net", initialise(Net)[0], **options)


def test_the_same_model_twice_is_one_and_its_name_does_not_count():
    other = model()
    other.identifier = "another"
    assert model().digest() == other.digest()


def test_one_weight_changed_in_place_is_seen():
    changed = model()
    before = changed.digest()
    with torch.no_grad():
        changed.network.conv.weight[0, 0, 0, 0] += 1e-6
    assert changed.digest() != before


def test_a_buffer_and_a_type_count():
    network = Net()
    before = weights_digest(network)
    network.norm.running_mean[2] = 1
    assert weights_digest(network) != before
    assert weights_digest(nn.Linear(2, 2).double()) != weights_digest(nn.Linear(2, 2))


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16, torch.complex64, torch.bool, torch.int8])
def test_weights_of_any_type_have_a_digest(dtype):
    network = nn.Module()
    network.register_buffer("values", torch.zeros(3, dtype=dtype))
    before = weights_digest(network)
    network.values[1] = 1
    assert weights_digest(network) != before


@pytest.mark.parametrize(
    "change",
    [
        lambda net: setattr(net, "gain", 2.0),
        lambda net: setattr(net, "_hidden", 3),
        lambda net: setattr(net.conv, "padding_mode", "reflect"),
        lambda net: setattr(net.norm, "eps", 1e-3),
        lambda net: setattr(net, "mask", torch.ones(2)),
        lambda net: setattr(net, "table", {"a": [1, 2]}),
        lambda net: setattr(net, "act", torch.relu),
        lambda net: setattr(net, "act", functools.partial(torch.clamp, min=0)),
        lambda net: setattr(net, "config", SimpleNamespace(depth=2)),
        lambda net: setattr(net, "hidden_part", [nn.Linear(1, 1)]),
    ],
)
def test_an_attribute_counts(change):
    network = initialise(Net)[0]
    before = configuration_digest(network)
    change(network)
    assert configuration_digest(network) != before


@pytest.mark.parametrize("first, second", [(torch.relu, torch.tanh), (lambda x: x + 1, lambda x: x + 2)])
def test_functions_as_attributes_are_told_apart(first, second):
    digests = set()
    for function in (first, second):
        network = initialise(Net)[0]
        network.act = function
        digests.add(configuration_digest(network))
    assert len(digests) == 2


def test_running_the_network_removed_hooks_and_cycles_do_not_count():
    network = initialise(Net)[0]
    network.owner = SimpleNamespace(network=[network])
    before = configuration_digest(network), code_digest(network), weights_digest(network)
    assert network_digest(network) == network_digest(network)
    handle = network.conv.register_forward_hook(lambda *_: None)
    network(torch.zeros(1, 3, 8, 8))
    handle.remove()
    assert (configuration_digest(network), code_digest(network), weights_digest(network)) == before


@pytest.mark.parametrize(
    "changes",
    [
        {"preprocessing": Preprocessing(9)},
        {"preprocessing": Preprocessing(8, interpolation="bicubic")},
        {"preprocessing": Preprocessing(8, mean=(0.5, 0.5, 0.5))},
        {"source": "other code"},
        {"layouts": {"conv": "HWC"}},
    ],
)
def test_preprocessing_source_and_layouts_count(changes):
    assert model(**changes).digest() != model().digest()


def test_the_time_step_and_the_lead_in_count():
    def stepping(**time):
        return RecurrentModel("r", Stepping(), preprocessing=Preprocessing(8), **time).digest()

    assert len({stepping(dt=10), stepping(dt=5), stepping(dt=10, lead_in=100)}) == 3
    assert stepping(dt=10) == stepping(dt=10.0)


NOTEBOOK = """
import torch
def helper(x):
    return x * {factor}
class Base(torch.nn.Module):
    offset = {offset}
    def shift(self, x):
        return x + self.offset
class Net(Base):
    def forward(self, x):
        return self.shift(helper(x)) if x.ndim in {{1, 2, 3}} else {constant}
"""


def notebook(factor=1, offset=0, constant="None") -> nn.Module:
    space: dict = {}
    exec(NOTEBOOK.format(factor=factor, offset=offset, constant=constant), space)
    return space["Net"]()


def test_classes_without_a_file_are_identified_by_what_they_compute():
    digests = {
        code_digest(notebook()),
        code_digest(notebook(constant="'a'")),
        code_digest(notebook(factor=2)),  # in a function that the method calls
        code_digest(notebook(offset=1)),  # in the class that it inherits from
    }
    assert len(digests) == 4
    assert code_digest(notebook()) == code_digest(notebook())


def test_the_source_file_and_what_it_imports_count(tmp_path: Path, monkeypatch):
    monkeypatch.syspath_prepend(str(tmp_path))

    monkeypatch.setattr(sys, "dont_write_bytecode", True)

    def digest_with(helper: str) -> str:
        (tmp_path / "my_helper.py").write_text(helper)
        (tmp_path / "my_net.py").write_text(
            "import torch\nfrom my_helper import scale\n"
            "class Net(torch.nn.Module):\n    def forward(self, x):\n        return scale(x)\n"
        )
        for name in ("my_helper", "my_net"):
            monkeypatch.delitem(sys.modules, name, raising=False)
        importlib.invalidate_caches()
        return code_digest(importlib.import_module("my_net").Net())

    first = digest_with("def scale(x): return x\n")
    assert first == digest_with("def scale(x): return x\n")
    assert first != digest_with("def scale(x): return 2 * x\n")


def test_identity_is_the_same_in_another_process():
    program = (
        "from harness.models import FrameModel, Preprocessing\n"
        f"space = {{}}; exec({NOTEBOOK.format(factor=1, offset=0, constant=None)!r}, space)\n"
        "print(FrameModel('n', space['Net'](), preprocessing=Preprocessing(8)).digest())\n"
    )
    environment = {"PYTHONHASHSEED": "1", "PATH": ""}
    there = subprocess.run([sys.executable, "-c", program], env=environment, check=True, capture_output=True, text=True)
    assert there.stdout.strip() == FrameModel("n", notebook(), preprocessing=Preprocessing(8)).digest()
