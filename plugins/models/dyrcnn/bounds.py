"""Lateral connections kept from growing activity without end: a bound on their largest singular value."""

from collections.abc import Callable

import torch
from torch import nn

from harness.models import Model
from harness_plugins.models.dyrcnn.area import Area
from harness_plugins.models.dyrcnn.network import DyRCNN

_FIRST = 20  # steps of power iteration for a new vector


class Bounded(nn.Module):
    """Called after each update: scales the weights of every lateral connection so that its largest singular value, on the map of
    its area, is at most `limit`. It is followed by one step of power iteration an update; the vectors are part of checkpoints."""

    def __init__(self, network: nn.Module, limit: float, model: Model):
        super().__init__()
        self.limit, self.connections = limit, list[nn.Module]()
        side = model.preprocessing.size
        for name in network.areas if isinstance(network, DyRCNN) else ():
            area = network.get_submodule(name)
            assert isinstance(area, Area)
            here, side = area.sides(side)
            if area.recurrence is not None:
                generator = torch.Generator().manual_seed(len(self.connections))
                vector = torch.rand(1, area.form.channels, here, here, generator=generator)
                for _ in range(_FIRST):
                    vector, _ = power_step(area.recurrence, vector)
                self.register_buffer(f"vector{len(self.connections)}", vector)
                self.connections.append(area.recurrence)

    def forward(self) -> None:
        """Scale what is too strong."""
        for number, connection in enumerate(self.connections):
            vector, largest = power_step(connection, self.get_buffer(f"vector{number}"))
            self.get_buffer(f"vector{number}").copy_(vector)
            weights = [parameter for name, parameter in connection.named_parameters() if name.endswith("weight")]
            if largest > self.limit:
                with torch.no_grad():
                    for weight in weights:
                        weight.mul_((self.limit / largest) ** (1 / len(weights)))


def power_step(connection: Callable[[torch.Tensor], torch.Tensor], vector: torch.Tensor) -> tuple[torch.Tensor, float]:
    """One step of power iteration on the linear part of a connection: the next unit vector and the singular value so far."""
    with torch.enable_grad():
        point = torch.zeros_like(vector, requires_grad=True)
        pushed = connection(point)
        offset = pushed.detach()
        reached = connection(vector).detach() - offset
        (back,) = torch.autograd.grad(pushed, point, reached)
    return back / back.norm().clamp_min(1e-12), float(reached.norm() / vector.norm())
