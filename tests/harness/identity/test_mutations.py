"""Whatever changes what a network computes changes its digest, or leaves it without one."""

import argparse
import collections
import dataclasses
import decimal
import fractions
import functools
import itertools
import os
import random
import sys
import types
import typing
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from harness.identity import Undescribable, changed, network_digest, state_of
from harness.models import FrameModel, Preprocessing


class Gain:
    def __init__(self, gain):
        self.gain = gain

    def apply(self, x):
        return x * self.gain


class Slotted:
    __slots__ = ("gain",)

    def __init__(self, gain):
        self.gain = gain


@dataclasses.dataclass(slots=True)
class Record:
    gain: float


class Numbers(list):
    pass


class Opaque:
    """Whatever it is asked for, it has no answer."""

    def __getattribute__(self, name):
        return 1


class Descriptor:
    def __init__(self, gain):
        self.gain = gain

    def __get__(self, instance, owner):
        return self.gain


class Net(nn.Module):
    """Its output is its input times what `rule(held)` gives."""

    def __init__(self, held=None, rule=None):
        super().__init__()
        self.block = nn.Linear(2, 2, bias=False)
        nn.init.eye_(self.block.weight)
        self.held = held
        self.rule = rule or (lambda held, x: x)

    def forward(self, x):
        return self.rule(self.held, self.block(x))


def times(read):
    return lambda held, x: x * float(read(held))


GLOBAL = Gain(1.0)
SETTINGS = types.ModuleType("my_settings")


def uses_global(held, x):
    return GLOBAL.apply(x)


def hooked(net, gain):
    net.block.register_forward_hook(lambda module, inputs, output: output * gain)


def hooked_before(net, gain):
    net.block.register_forward_pre_hook(lambda module, inputs: (inputs[0] * gain,))


def hooked_with_keywords(net, gain):
    net.block.register_forward_hook(lambda module, inputs, keywords, output: output * gain, with_kwargs=True)


def hooked_by_method(net, gain):
    thing = Gain(gain)
    net.block.register_forward_hook(functools.partial(lambda thing, module, inputs, output: thing.apply(output), thing))


def seeded(value):
    return torch.Generator().manual_seed(value)


def network_of(value):
    inner = nn.Linear(2, 2, bias=False)
    nn.init.constant_(inner.weight, value)
    return inner


def generator_of(value):
    yield value


def lru(value):
    return functools.lru_cache(lambda x: x * value)


def default(value):
    def rule(held, x, gain=value):
        return x * gain

    return rule


def keyword(value):
    def rule(held, x, *, gain=value):
        return x * gain

    return rule


def descriptor(value):
    return type("Described", (Net,), {"gain": Descriptor(value), "forward": lambda self, x: x * self.gain})()


def class_attribute(value):
    return type("Described", (Net,), {"gain": value, "forward": lambda self, x: x * self.gain})()


def replaced_forward(value):
    net = Net()
    net.forward = lambda x: x * value
    return net


def two_hooks(value):
    net = Net()
    hooks = [lambda module, inputs, output: output * 2, lambda module, inputs, output: output + 1]
    for hook in hooks if value == 1 else reversed(hooks):
        net.block.register_forward_hook(hook)
    return net


def parametrised(value):
    class Times(nn.Module):
        def forward(self, weight):
            return weight * value

    net = Net()
    nn.utils.parametrize.register_parametrization(net.block, "weight", Times())
    return net


def with_attribute_of_a_weight(value):
    net = Net()
    net.block.weight.gain = value
    net.forward = lambda x: x * net.block.weight.gain
    return net


class Scaled(torch.Tensor):
    """A tensor that carries a number of its own."""


def scaled(value):
    tensor = torch.ones(2).as_subclass(Scaled)
    tensor.gain = value
    return tensor


def linked(value):
    """Which of two layers is used is a reference to it, held in a list."""
    net = nn.ModuleDict({"a": network_of(1), "b": network_of(2)})
    net.link = [net["a"] if value == 1 else net["b"]]
    net.forward = lambda x: net.link[0](x)
    return net


def shared(value):
    first, second = network_of(1), network_of(2)
    return nn.Sequential(first, second, first if value == 1 else second)


def with_hook(hook):
    def build(value):
        net = Net()
        hook(net, value)
        return net

    return build


def holding(make, read):
    return lambda value: Net(make(value), times(read))


HELD = {
    "namespace": (lambda v: argparse.Namespace(gain=v), lambda h: h.gain),
    "simple namespace": (lambda v: types.SimpleNamespace(gain=v), lambda h: h.gain),
    "deque": (lambda v: collections.deque([v]), lambda h: h[0]),
    "ordered dict": (lambda v: collections.OrderedDict(gain=v), lambda h: h["gain"]),
    "default dict": (lambda v: collections.defaultdict(lambda: v), lambda h: h.default_factory()),
    "counter": (lambda v: collections.Counter(gain=v), lambda h: h["gain"]),
    "mapping proxy": (lambda v: types.MappingProxyType({"gain": v}), lambda h: h["gain"]),
    "fraction": (lambda v: fractions.Fraction(v, 7), float),
    "decimal": (lambda v: decimal.Decimal(v) / 7, float),
    "random": (random.Random, lambda h: h.getstate()[1][0]),
    "numpy generator": (np.random.default_rng, lambda h: h.bit_generator.state["state"]["state"] % 7),
    "numpy random state": (np.random.RandomState, lambda h: h.get_state()[1][0]),
    "torch generator": (seeded, lambda h: h.initial_seed()),
    "slots": (Slotted, lambda h: h.gain),
    "slotted dataclass": (Record, lambda h: h.gain),
    "object": (Gain, lambda h: h.gain),
    "object in a dict in a tuple": (lambda v: ({"a": Gain(v)},), lambda h: h[0]["a"].gain),
    "subclass of a list": (lambda v: Numbers([v]), lambda h: h[0]),
    "array": (lambda v: np.array([v]), lambda h: h[0]),
    "object array": (lambda v: np.array([Gain(v)]), lambda h: h[0].gain),
    "tensor": (lambda v: torch.tensor(v), float),
    "attribute of a tensor": (scaled, lambda h: h.gain),
    "sign of zero": (lambda v: 0.0 if v == 1 else -0.0, lambda h: np.copysign(1, h)),
    "bytes": (lambda v: bytearray([v]), lambda h: h[0]),
    "network in a list": (lambda v: [network_of(v)], lambda h: h[0].weight[0, 0]),
    "network in a lambda": (lambda v: (lambda net: lambda: net.weight[0, 0])(network_of(v)), lambda h: h()),
    "object in a lambda": (lambda v: (lambda thing: lambda: thing.gain)(Gain(v)), lambda h: h()),
    "partial": (lambda v: functools.partial(max, v), lambda h: h(0)),
    "partial of an object": (lambda v: functools.partial(Gain.apply, Gain(v)), lambda h: h(1)),
    "cached function": (lru, lambda h: h(1)),
    "cache": (lambda v: functools.cache(Gain(v).apply), lambda h: h(1)),
    "bound method": (lambda v: Gain(v).apply, lambda h: h(1)),
    "bound builtin": (lambda v: [v].__getitem__, lambda h: h(0)),
    "range": (range, len),
    "slice": (lambda v: slice(v), lambda h: h.stop),
    "enum": (lambda v: __import__("enum").Enum("E", {"A": v}).A, lambda h: h.value),
    "list iterator": (lambda v: iter([v]), lambda h: h.__reduce__()[1][0][0]),
    "count": (itertools.count, lambda h: int(repr(h)[6:-1])),
    "class": (lambda v: type("C", (), {"gain": v}), lambda h: h.gain),
    "pattern": (lambda v: __import__("re").compile(f"a{{{v}}}"), lambda h: int(h.pattern[2:-1])),
    "normal": (lambda v: torch.distributions.Normal(float(v), 1.0), lambda h: h.mean),
    "weak reference": (
        lambda v: (lambda thing: (thing, __import__("weakref").ref(thing)))(Gain(v)),
        lambda h: h[1]().gain,
    ),
}

BUILD = {
    **{name: holding(*pair) for name, pair in HELD.items()},
    "hook": with_hook(hooked),
    "pre-hook": with_hook(hooked_before),
    "hook with keywords": with_hook(hooked_with_keywords),
    "hook that is partial": with_hook(hooked_by_method),
    "default": lambda v: Net(rule=default(v)),
    "keyword default": lambda v: Net(rule=keyword(v)),
    "closure": lambda v: Net(rule=lambda held, x: x * v),
    "descriptor": descriptor,
    "class attribute": class_attribute,
    "forward": replaced_forward,
    "parametrisation": parametrised,
    "attribute of a weight": with_attribute_of_a_weight,
    "order of hooks": two_hooks,
    "link": linked,
    "sharing": shared,
    "fx": lambda v: torch.fx.symbolic_trace(class_attribute(v)),
    "traced": lambda v: torch.jit.trace(class_attribute(v), torch.ones(1, 2)),
}


@pytest.mark.parametrize("kind", BUILD)
@settings(max_examples=4, deadline=None)
@given(pair=st.tuples(st.integers(1, 60), st.integers(1, 60)))
def test_equal_digests_imply_equal_outputs(kind, pair):
    one, other = (BUILD[kind](value) for value in pair)
    x = torch.ones(1, 2)
    with torch.inference_mode():
        outputs_equal = torch.equal(one(x), other(x))
    if network_digest(one) == network_digest(other):
        assert outputs_equal
    assert network_digest(BUILD[kind](pair[0])) == network_digest(one), "built twice, it is the same"


@pytest.mark.parametrize("kind", BUILD)
def test_each_of_these_counts(kind):
    assert network_digest(BUILD[kind](1)) != network_digest(BUILD[kind](2))


def test_state_of_globals_counts(monkeypatch):
    net = Net(rule=uses_global)
    before = network_digest(net)
    monkeypatch.setattr(GLOBAL, "gain", 2.0)
    assert network_digest(net) != before


def test_hooks_of_all_modules_count():
    net = Net()
    before = network_digest(net)
    handle = nn.modules.module.register_module_forward_hook(lambda module, inputs, output: output * 2)
    try:
        assert network_digest(net) != before
    finally:
        handle.remove()
    assert network_digest(net) == before


def test_a_method_put_into_a_class_of_torch_counts(monkeypatch):
    net = nn.Sequential(nn.ReLU())
    before = network_digest(net)
    monkeypatch.setattr(nn.ReLU, "forward", lambda self, x: x)
    assert network_digest(net) != before


@pytest.mark.parametrize("change", ["value", "source"])
def test_modules_imported_when_the_network_runs_count(tmp_path, monkeypatch, change):
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    (tmp_path / "imported_late.py").write_text("GAIN = 1\n")

    def rule(held, x):
        import imported_late

        return x * imported_late.GAIN

    net = Net(rule=rule)
    before = network_digest(net)
    if change == "source":
        (tmp_path / "imported_late.py").write_text("GAIN = 2\n")
        assert network_digest(net) != before
        return
    net(torch.ones(1, 2))
    loaded = network_digest(net)
    sys.modules["imported_late"].GAIN = 2
    assert network_digest(net) != loaded
    del sys.modules["imported_late"]


@pytest.mark.parametrize(
    ("held", "message"),
    [
        (generator_of(1), r"network\.held: a generator cannot be described"),
        (np.frompyfunc(lambda x: 2 * x, 1, 1), r"network\.held: a function made by `numpy\.frompyfunc`"),
        ({"rule": generator_of(1)}, r"network\.held\['rule'\]: a generator cannot be described"),
        (__import__("io").StringIO(), r"network\.held: a StringIO cannot be described"),
        (torch.empty(2, device="meta"), r"network\.held: a tensor without values of its own"),
        (Gain(generator_of(1)), r"network\.held\.gain: a generator"),
        (Opaque(), r"network\.held: an Opaque cannot be described"),
        (type("Kind", (), {"rule": generator_of(1)})(), r"network\.held: a Kind cannot be described \(Kind\.rule\)"),
    ],
)
def test_what_cannot_be_described_is_named(held, message):
    with pytest.raises(Undescribable, match=message):
        network_digest(Net(held))


def reads_a_file(held, x):
    return x * len(Path(__file__).read_text())


def reads_a_variable(held, x):
    return x * float(os.environ["GAIN"])


def reads_by_another(held, x):
    return reads_a_variable(held, x)


@pytest.mark.parametrize("rule", [reads_a_file, reads_a_variable, reads_by_another])
def test_reading_from_outside_is_declared_or_refused(rule, monkeypatch):
    with pytest.raises(Undescribable, match="declare `depends_on`"):
        network_digest(Net(rule=rule))
    net = Net(rule=rule)
    net.depends_on = lambda: os.environ.get("GAIN")
    before = network_digest(net)
    monkeypatch.setenv("GAIN", "3")
    assert network_digest(net) != before


def test_what_only_a_constructor_reads_is_no_matter():
    class Loaded(Net):
        def __init__(self):
            super().__init__()
            self.text = Path(__file__).read_text()

    assert network_digest(Loaded()) == network_digest(Loaded())


def test_an_observer_declares_that_it_depends_on_nothing():
    seen = []

    def observe(module, inputs):
        seen.append(len(inputs[0]))

    observe.depends_on = ()
    net = Net()
    net.block.register_forward_pre_hook(observe)
    before = network_digest(net)
    net(torch.ones(1, 2))
    assert seen == [1] and network_digest(net) == before


def test_a_model_that_cannot_be_described_says_so_once(recwarn):
    model = FrameModel("net", Net(generator_of(1)), preprocessing=Preprocessing(8))
    assert model.digest() is None and model.digest() is None
    said = [str(warning.message) for warning in recwarn if "cached" in str(warning.message)]
    assert said == ["network.held: a generator cannot be described, so 'net' is not cached"]


@pytest.mark.parametrize(
    ("change", "path"),
    [
        (lambda net: setattr(net, "held", 2), "network.held"),
        (lambda net: net.block.weight.detach().mul_(2), "network.block.weight"),
        (lambda net: net.register_buffer("seen", torch.ones(1)), "network.seen"),
    ],
)
def test_what_a_run_changes_has_a_name(change, path):
    net = Net()
    before = state_of(net)
    assert state_of(net) == before
    change(net)
    after = state_of(net)
    assert {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)} == {path}


@dataclasses.dataclass
class Link:
    """Of a chain."""

    to: object
    value: float = 1.0


def test_state_is_seen_however_deep_it_lies():
    net, last = nn.Linear(2, 2), Link(None)
    chain = last
    for _ in range(5000):
        chain = Link(chain)
    net.chain = chain
    before = state_of(net)
    last.value = 2.0
    assert changed(before, state_of(net)) == [f"network.chain{'.to' * 5000}.value"]


Kind = typing.Literal["a", "b"]
Either = Kind | int
Of = typing.TypeVar("Of")


@pytest.mark.parametrize("slots", [{}, {"__slots__": ("gain",)}], ids=["", "slotted"])
def test_what_refuses_to_be_asked_is_seen_all_the_same(slots):
    class Refusing:
        """As stand-ins of libraries do for every name that they do not know."""

        locals().update(slots)

        def __init__(self):
            self.gain = 1.0

        def __getattr__(self, name):
            pytest.fail(f"there is no {name}")

    network = nn.Identity()
    network.aside = [Refusing()]
    before = state_of(network)
    network.aside[0].gain = 2.0
    assert changed(before, state_of(network)) == ["network.aside[0].gain"]


def test_annotations_are_no_state_although_every_import_fills_their_caches():
    network = Net(None, lambda held, x: x * len(typing.get_args((Kind, Either, Of)[0])))
    before = state_of(network)
    assert [typing.Literal[f"new {number}"] for number in range(3)]
    assert changed(before, state_of(network)) == []
    assert not [path for path in before if "_getitem" in path or "cached" in path]
