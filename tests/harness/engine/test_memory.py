"""What a network remembers by itself is refused, or said and not kept; never silently part of a response."""

import collections
import dataclasses
import functools
import itertools
import random
import sys
import types
import warnings

import numpy as np
import pandas as pd
import pytest
import torch
from torch import nn
from torch.nn import functional

from harness import ClipModel, FrameModel, Preprocessing, Recording, RecurrentModel, StimulusSet, Timeline, extract
from harness.engine import aside
from harness.errors import ModelError
from harness.store import Store, owned_name, parts

SIZE = 8
KEPT = {}
STORE = types.ModuleType("my_memory")


@pytest.fixture(autouse=True)
def fresh(monkeypatch):
    aside._warn_once.cache_clear()
    monkeypatch.setitem(sys.modules, "my_memory", STORE)
    KEPT.clear()


class Plain(nn.Module):
    """Its response is what `respond` gives, which may remember the drive by itself; its state is the drive."""

    def __init__(self, respond=lambda net, drive: drive):
        super().__init__()
        self.area, self.respond = nn.Identity(), respond

    def init(self, batch_size, device):
        return torch.zeros(batch_size, 3)

    def step(self, frame, state):
        drive = 0.5 * state + frame.mean((2, 3))
        self.area(self.respond(self, drive))
        return drive

    def forward(self, frames):
        return self.area(self.respond(self, frames.mean((2, 3))))


@dataclasses.dataclass(slots=True)
class Slotted:
    held: float = 0.0


class Class:
    held = 0.0


def leak(before, drive):
    return 0.5 * before + drive.mean()


def in_a_buffer(net):
    net.register_buffer("held", torch.zeros(()))

    def respond(net, drive):
        net.held.mul_(0.5).add_(drive.mean())
        return drive + net.held

    return respond


def in_a_buffer_by_its_data(net):
    net.register_buffer("held", torch.zeros(()))

    def respond(net, drive):
        net.held.data = leak(net.held, drive)
        return drive + net.held

    return respond


def in_a_parameter(net):
    net.weight = nn.Parameter(torch.zeros(()))

    def respond(net, drive):
        net.weight.data.add_(drive.mean())
        return drive + net.weight

    return respond


def in_an_attribute(net):
    net.held = 0.0

    def respond(net, drive):
        net.held = leak(net.held, drive)
        return drive + net.held

    return respond


def in_a_tensor_of_the_batch(net):
    net.held = None

    def respond(net, drive):
        net.held = drive if net.held is None else 0.5 * net.held.mean() + drive
        return net.held

    return respond


def in_a_list(net):
    net.history = []

    def respond(net, drive):
        net.history.append(drive.mean())
        return drive + sum(net.history)

    return respond


def in_a_delay_line(net):
    net.line = collections.deque(torch.zeros(5), maxlen=5)

    def respond(net, drive):
        net.line.append(drive.mean())
        return drive + net.line[0]

    return respond


def in_a_nested_dict(net):
    net.held = {"area": [{"rate": 0.0}]}

    def respond(net, drive):
        net.held["area"][0]["rate"] = leak(net.held["area"][0]["rate"], drive)
        return drive + net.held["area"][0]["rate"]

    return respond


def in_an_array(net):
    net.held = np.zeros(3)

    def respond(net, drive):
        net.held += float(drive.mean())
        return drive + torch.from_numpy(net.held).float()

    return respond


def in_slots(net):
    net.held = Slotted()

    def respond(net, drive):
        net.held.held = leak(net.held.held, drive)
        return drive + net.held.held

    return respond


def in_a_closure(net):
    held = 0.0

    def respond(net, drive):
        nonlocal held
        held = leak(held, drive)
        return drive + held

    return respond


def in_a_default(net):
    def respond(net, drive, held=[0.0]):  # noqa: B006
        held[0] = leak(held[0], drive)
        return drive + held[0]

    return respond


def in_a_global(net):
    def respond(net, drive):
        KEPT["held"] = leak(KEPT.get("held", 0.0), drive)
        return drive + KEPT["held"]

    return respond


def in_a_class(net):
    Class.held = 0.0

    def respond(net, drive):
        Class.held = leak(Class.held, drive)
        return drive + Class.held

    return respond


def in_a_module(net):
    STORE.held = 0.0

    def respond(net, drive):
        import my_memory

        my_memory.held = leak(my_memory.held, drive)
        return drive + my_memory.held

    return respond


def in_a_function(net):
    def respond(net, drive):
        respond.held = leak(respond.held, drive)
        return drive + respond.held

    respond.held = 0.0
    return respond


def in_a_cache(net):
    @functools.lru_cache
    def held(size):
        return torch.zeros(size)

    def respond(net, drive):
        return drive + held(3).add_(drive.mean(0))

    return respond


def in_a_hook(net):
    held = {"sum": 0.0}

    def hook(module, inputs, output):
        held["sum"] = leak(held["sum"], output)
        return output + held["sum"]

    net.area.register_forward_hook(hook)
    return lambda net, drive: drive


def in_a_generator(net):
    def running():
        total = 0.0
        while True:
            total = total + (yield total)

    net.sums = running()
    next(net.sums)
    return lambda net, drive: drive + net.sums.send(float(drive.mean()))


def in_an_iterator(net):
    net.gains = itertools.cycle([1.0, 2.0, 3.0])
    return lambda net, drive: drive * next(net.gains)


def in_running_statistics(net):
    net.norm = nn.BatchNorm1d(3)
    net.norm.train = lambda mode=True: net.norm
    return lambda net, drive: net.norm(drive.repeat(2, 1))[: len(drive)] + drive


def in_a_counter(net):
    net.calls = 0

    def respond(net, drive):
        net.calls += 1
        return drive * (1 + net.calls % 5)

    return respond


REMEMBERING = {
    in_a_buffer: "network.held",
    in_a_buffer_by_its_data: "network.held",
    in_a_parameter: "network.weight",
    in_an_attribute: "network.held",
    in_a_tensor_of_the_batch: "network.held",
    in_a_list: "network.history",
    in_a_delay_line: "network.line",
    in_a_nested_dict: "network.held['area'][0]['rate']",
    in_an_array: "network.held",
    in_slots: "network.held.held",
    in_a_closure: "network.respond.held",
    in_a_default: "network.respond.defaults[0]",
    in_a_global: ".KEPT",
    in_a_class: ".Class.held",
    in_a_module: "my_memory.held",
    in_a_function: "network.respond.held",
    in_a_cache: "network.respond.held",
    in_a_hook: "network.area._forward_hooks[0].held",
    in_a_generator: "network.sums",
    in_an_iterator: "network.gains",
    in_a_counter: "network.calls",
}
KINDS = [pytest.param(make, path, id=make.__name__) for make, path in REMEMBERING.items()]


def recurrent(make, **options):
    net = Plain()
    net.respond = make(net)
    return RecurrentModel("mine", net, dt=10, layers=["area"], preprocessing=Preprocessing(SIZE), **options)


def static(make):
    net = Plain()
    net.respond = make(net)
    return FrameModel("mine", net, layers=["area"], preprocessing=Preprocessing(SIZE))


def images(number=6):
    return list(np.random.default_rng(0).integers(0, 256, (number, SIZE, SIZE, 3), dtype=np.uint8))


def beginning_alike():
    shown = images()
    timelines = [Timeline.of([(shown[0], 40), (image, 60)]) for image in shown[1:]]
    return StimulusSet("alike", pd.DataFrame({"stimulus_id": [str(i) for i in range(5)]}), timelines)


@pytest.mark.parametrize("batch_size", [1, 4, 64])
@pytest.mark.parametrize(("make", "path"), KINDS)
def test_state_kept_in_the_module_is_refused_with_its_place(make, path, batch_size, tmp_path):
    with pytest.raises(ModelError) as refused:
        extract(recurrent(make), beginning_alike(), batch_size=batch_size, store=Store(tmp_path))
    assert path in str(refused.value) and "belongs into the state" in str(refused.value)
    assert not Store(tmp_path).entries()


@pytest.mark.parametrize("reset", [lambda frame, state: None, lambda frame, state: bool((state == 0).all())])
@pytest.mark.parametrize("batch_size", [1, 4, 64])
def test_so_is_what_begins_anew_with_every_stimulus(reset, batch_size):
    class Resetting(Plain):
        def init(self, batch_size, device):
            self.held = torch.zeros(batch_size, 3)
            return super().init(batch_size, device)

        def step(self, frame, state):
            if reset(frame, state):
                self.held = torch.zeros(len(frame), 3)
            self.held = 0.5 * self.held + frame.mean((2, 3))
            self.area(self.held)
            return state + 1

    model = RecurrentModel("mine", Resetting(), dt=10, layers=["area"], preprocessing=Preprocessing(SIZE))
    with pytest.raises(ModelError, match=r"`network\.held` of 'mine' keeps state"):
        extract(model, beginning_alike(), batch_size=batch_size)


@pytest.mark.parametrize(("make", "path"), KINDS)
def test_a_model_of_frames_is_told_on_and_not_kept(make, path, tmp_path):
    model, stimuli = static(make), StimulusSet.from_images("x", images(), 100.0)
    with pytest.warns(UserWarning, match="so its responses are not cached") as told:
        responses = extract(model, stimuli, batch_size=2, store=Store(tmp_path))
    assert any(path in str(warning.message) for warning in told)
    assert responses.array().shape == (6, 1, 3)
    assert not Store(tmp_path).entries()


def test_what_another_process_wrote_meanwhile_is_left_to_it(tmp_path, monkeypatch):
    entry, plan = Store(tmp_path).entry("ab", {}), types.SimpleNamespace(rows=[types.SimpleNamespace(digest="row")])
    model = static(lambda net: lambda net, drive: drive)
    with pytest.warns(UserWarning, match="not cached"), aside.Aside(model, plan, {"area": entry}, ["a run changes it"]):
        for owner in (owned_name(), "elsewhere@1@1@0123456789ab"):
            monkeypatch.setattr(parts, "owned_name", lambda owner=owner: owner)
            writer = entry.writer((1, 3), "<f4", {})
            writer.append(["row"], np.ones((1, 1, 3), np.float32))
            writer.finish()
    assert [path.name.split("-")[1][:9] for path in entry.manifests()] == ["elsewhere"]


def test_it_is_told_once(tmp_path):
    stimuli = StimulusSet.from_images("x", images(), 100.0)
    with pytest.warns(UserWarning, match="a run changes `network.calls`") as told:
        for _ in range(2):
            extract(static(in_a_counter), stimuli, store=Store(tmp_path))
    assert sum("network.calls" in str(warning.message) for warning in told) == 1


def test_what_was_kept_before_stays(tmp_path):
    @functools.lru_cache
    def grown(batch):
        return torch.ones(batch, 1)

    model = static(lambda net: lambda net, drive: drive * grown(len(drive)))
    stimuli = StimulusSet.from_images("x", images(), 100.0)
    first = extract(model, stimuli.select(range(3)), batch_size=1, store=Store(tmp_path)).array()
    with pytest.warns(UserWarning, match=r"a run changes `network\.respond\.grown`"):
        whole = extract(model, stimuli, batch_size=3, store=Store(tmp_path))
    assert whole.provenance["hits"] == 3 and np.array_equal(whole.array()[:3], first)
    assert extract(model, stimuli, batch_size=3, store=Store(tmp_path)).provenance["hits"] == 3


class Spoiled(Plain):
    """Remembers from the fourth call on that it is late, and fails at the sixth."""

    def forward(self, frames):
        self.calls = getattr(self, "calls", 0) + 1
        if self.calls == 6:
            raise ValueError("late")
        return super().forward(frames)


def test_a_run_that_fails_leaves_nothing_of_it_in_the_store(tmp_path):
    model = FrameModel("mine", Spoiled(), layers=["area"], preprocessing=Preprocessing(SIZE))
    stimuli = StimulusSet.from_images("x", images(), 100.0)
    with pytest.raises(ValueError, match="late"), pytest.warns(UserWarning, match="network.calls"):
        extract(model, stimuli, batch_size=1, store=Store(tmp_path))
    assert not Store(tmp_path).entries()


def drops(net, drive):
    return functional.dropout(drive, 0.5, training=True)


RANDOM = {
    "dropout": (drops, "torch's random numbers"),
    "torch": (lambda net, drive: drive + torch.randn(drive.shape), "torch's random numbers"),
    "numpy": (lambda net, drive: drive + float(np.random.standard_normal()), "numpy's random numbers"),
    "python": (lambda net, drive: drive + random.random(), "python's random numbers"),
    "own": (lambda net, drive: drive + torch.rand((), generator=net.source), "network.source's random numbers"),
    "own of numpy": (lambda net, drive: drive + net.numpy.random(), "network.numpy's random numbers"),
    "own of python": (lambda net, drive: drive + net.python.random(), "network.python's random numbers"),
}
SOURCES = [pytest.param(*case, id=name) for name, case in RANDOM.items()]


def drawing(respond):
    def make(net):
        net.source, net.numpy, net.python = torch.Generator(), np.random.default_rng(0), random.Random(0)
        return respond

    return make


@pytest.mark.parametrize(("respond", "source"), SOURCES)
def test_random_responses_are_named_random(respond, source, tmp_path):
    with pytest.raises(ModelError, match=f"draws random numbers from `{source}`; pass deterministic=False"):
        extract(recurrent(drawing(respond)), beginning_alike(), store=Store(tmp_path))
    stimuli = StimulusSet.from_images("x", images(), 100.0)
    with pytest.warns(UserWarning, match=f"a run draws random numbers from `{source}`"):
        extract(static(drawing(respond)), stimuli, store=Store(tmp_path))
    assert not Store(tmp_path).entries()


@pytest.mark.parametrize(("respond", "source"), SOURCES)
def test_a_model_that_says_it_is_random_may_be(respond, source, tmp_path):
    with warnings.catch_warnings(action="error"):
        extract(recurrent(drawing(respond), deterministic=False), beginning_alike(), store=Store(tmp_path))
    assert len(Store(tmp_path).entries()) == 1


def test_but_what_it_remembers_is_told(tmp_path):
    model = recurrent(in_a_list, deterministic=False)
    with pytest.warns(UserWarning, match="a run changes `network.history`"):
        extract(model, beginning_alike(), store=Store(tmp_path))
    assert not Store(tmp_path).entries()


def unseen(net):
    return lambda net, drive: drive + np.random.default_rng().random()


def test_what_cannot_be_seen_is_found_by_what_it_does(tmp_path):
    with pytest.raises(ModelError, match="'mine' keeps something, which is not seen from outside"):
        extract(recurrent(unseen), beginning_alike())
    stimuli = StimulusSet.from_images("x", images(), 100.0)
    with pytest.warns(UserWarning, match="to one stimulus alone is another than in a batch of 6"):
        extract(static(unseen), stimuli, store=Store(tmp_path))
    assert not Store(tmp_path).entries()


def over_the_batch(net):
    net.norm = nn.BatchNorm1d(3, track_running_stats=False)
    return lambda net, drive: net.norm(torch.cat([drive, torch.eye(3)]))[: len(drive)]


def test_running_statistics_are_found(tmp_path):
    with pytest.raises(ModelError, match="changes the responses to the others in its batch"):
        extract(recurrent(in_running_statistics), beginning_alike())
    stimuli = StimulusSet.from_images("x", images(), 100.0)
    with pytest.warns(UserWarning, match=r"a run changes `network\.norm\.running_mean`"):
        extract(static(in_running_statistics), stimuli, store=Store(tmp_path))
    assert not Store(tmp_path).entries()


def test_statistics_of_a_batch_are_found(tmp_path):
    with pytest.raises(ModelError, match="changes the responses to the others in its batch"):
        extract(recurrent(over_the_batch), beginning_alike())
    stimuli = StimulusSet.from_images("x", images(), 100.0)
    with pytest.warns(UserWarning, match="in a batch of 6"):
        extract(static(over_the_batch), stimuli, store=Store(tmp_path))


def test_so_is_what_a_model_of_clips_remembers(tmp_path):
    class Video(Plain):
        def forward(self, clip):
            self.seen = getattr(self, "seen", 0) + 1
            return self.area(clip + self.seen)

    options = {"layers": ["area"], "frame_rate": 50, "window": 4, "preprocessing": Preprocessing(SIZE)}
    with pytest.warns(UserWarning, match=r"`network.seen`"):
        extract(
            ClipModel("mine", Video(), **options), StimulusSet.from_images("x", images(), 100.0), store=Store(tmp_path)
        )
    assert not Store(tmp_path).entries()


class Lazy(Plain):
    """Makes what it needs at the first pass, and counts by something that declares that nothing depends on it."""

    @functools.cached_property
    def gain(self):
        return torch.ones(3)

    def step(self, frame, state):
        return super().step(frame * self.gain[:, None, None], state)


def test_what_is_made_once_is_no_memory(tmp_path):
    counted = collections.Counter()

    def count(module, inputs):
        counted["passes"] += 1

    count.depends_on = ()
    net = Lazy()
    net.area.register_forward_pre_hook(count)
    model = RecurrentModel("mine", net, dt=10, layers=["area"], preprocessing=Preprocessing(SIZE))
    with warnings.catch_warnings(action="error"):
        extract(model, beginning_alike(), Recording(time_bins=[(0, 100)]), store=Store(tmp_path))
    assert counted["passes"] > 5 and len(Store(tmp_path).entries()) == 1
