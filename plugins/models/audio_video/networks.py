"""SeLaVi and AVID with both of their senses. Modules have the names of their authors', whose checkpoints they take."""

import torch
from torch import nn
from torchvision.models.resnet import BasicBlock, ResNet
from torchvision.models.video import r2plus1d_18

from harness.models import Hearing
from harness_plugins.models._published.member import ClipNetwork
from harness_plugins.models.audio_video.spectra import LogMel, LogPower


class AudioVideo(ClipNetwork):
    """Base class: frames and sound go through networks of their own. Without a sound, it is silent."""

    hears: Hearing

    def forward(self, clip: torch.Tensor, sound: torch.Tensor | None = None) -> tuple[torch.Tensor, torch.Tensor]:
        """(batch, 3, frames, size, size) and (batch, samples) -> features of both, (batch, width) each."""
        if sound is None:
            sound = clip.new_zeros(len(clip), round(self.hears.rate * self.hears.duration / 1000))
        return self.see(clip), self.hear(sound)

    def see(self, clip: torch.Tensor) -> torch.Tensor:
        """(batch, 3, frames, size, size) -> (batch, width)."""
        raise NotImplementedError

    def hear(self, sound: torch.Tensor) -> torch.Tensor:
        """(batch, samples) -> (batch, width)."""
        raise NotImplementedError


class _Base(nn.Module):
    """A network as the authors of SeLaVi hold it, without its read-out."""

    def __init__(self, base: nn.Module):
        super().__init__()
        base.fc = nn.Identity()
        self.base = base

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.base(x)


class SeLaVi(AudioVideo):
    """torchvision's R(2+1)D-18 of frames, and its ResNet with one block a stage of log-mel spectra."""

    areas = tuple(f"video_network.base.layer{number}" for number in range(1, 5))
    others = ("video_network.base.stem", *(f"audio_network.base.layer{number}" for number in range(1, 5)))

    def __init__(self, frames: int, size: int, rate: int = 24_000, bands: int = 257):
        super().__init__()
        self.frames, self.size, self.hears = frames, size, Hearing(rate, 1000.0)
        self.video_network = _Base(r2plus1d_18(weights=None))
        ears = ResNet(BasicBlock, [1, 1, 1, 1])
        ears.conv1 = nn.Conv2d(1, 64, 7, 2, 3, bias=False)
        self.audio_network, self.spectrum = _Base(ears), LogMel(rate, bands)

    def see(self, clip: torch.Tensor) -> torch.Tensor:
        return self.video_network(clip)

    def hear(self, sound: torch.Tensor) -> torch.Tensor:
        return self.audio_network(self.spectrum(sound))


class Factorised(nn.Module):
    """A residual block of convolutions over space and over time by turns, without more channels between them."""

    def __init__(self, inputs: int, outputs: int, stride: int = 1):
        super().__init__()
        self.spt_conv1, self.tmp_conv1 = _over_space(inputs, outputs, stride), _over_time(outputs, stride)
        self.spt_conv2, self.tmp_conv2 = _over_space(outputs, outputs), _over_time(outputs)
        self.spt_bn1, self.tmp_bn1, self.spt_bn2, self.out_bn = (nn.BatchNorm3d(outputs) for _ in range(4))
        same = stride == 1 and inputs == outputs
        self.res_conv = nn.Identity() if same else nn.Conv3d(inputs, outputs, 1, stride, bias=False)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(batch, channels, time, height, width) -> the same axes."""
        y = self.tmp_bn1(self.tmp_conv1(self.spt_bn1(self.spt_conv1(x)).relu())).relu()
        y = self.tmp_conv2(self.spt_bn2(self.spt_conv2(y)).relu())
        return self.out_bn(y + self.res_conv(x)).relu()


def _over_space(inputs: int, outputs: int, stride: int = 1) -> nn.Conv3d:
    return nn.Conv3d(inputs, outputs, (1, 3, 3), (1, stride, stride), (0, 1, 1), bias=False)


def _over_time(width: int, stride: int = 1) -> nn.Conv3d:
    return nn.Conv3d(width, width, (3, 1, 1), (stride, 1, 1), (1, 0, 0), bias=False)


class Eyes(nn.Module):
    """The network of frames of AVID, an R(2+1)D-18 whose first convolution is not factorised."""

    def __init__(self, width: int):
        super().__init__()
        self.conv1 = nn.Sequential(
            nn.Conv3d(3, width, (3, 7, 7), (1, 2, 2), (1, 3, 3), bias=False),
            nn.BatchNorm3d(width),
            nn.ReLU(),
            nn.MaxPool3d((1, 3, 3), (1, 2, 2), (0, 1, 1)),
        )
        inputs = width
        for number in range(2, 6):
            outputs, stride = width * 2 ** (number - 2), 1 if number == 2 else 2
            stage = nn.Sequential(Factorised(inputs, outputs, stride), Factorised(outputs, outputs))
            self.add_module(f"conv{number}x", stage)
            inputs = outputs

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(batch, 3, frames, size, size) -> (batch, width), the largest value of each channel."""
        for stage in self.children():
            x = stage(x)
        return x.amax((2, 3, 4))


class Convolutions(nn.Module):
    """Two convolutions of a spectrum."""

    def __init__(self, inputs: int, outputs: int, stride: int):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.bn1, self.bn2 = nn.BatchNorm2d(outputs), nn.BatchNorm2d(outputs)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(batch, channels, time, frequency) -> the same axes."""
        return self.bn2(self.conv2(self.bn1(self.conv1(x)).relu())).relu()


class Ears(nn.Module):
    """The network of sound of AVID."""

    def __init__(self, width: int):
        super().__init__()
        self.conv1 = nn.Sequential(nn.Conv2d(1, width, 7, 2, 3, bias=False), nn.BatchNorm2d(width), nn.ReLU())
        self.block1, self.block2 = Convolutions(width, width, 2), Convolutions(width, 2 * width, 2)
        self.block3, self.block4 = Convolutions(2 * width, 4 * width, 2), Convolutions(4 * width, 8 * width, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(batch, 1, time, frequency) -> (batch, width), the largest value of each channel."""
        for stage in self.children():
            x = stage(x)
        return x.amax((2, 3))


class AVID(AudioVideo):
    """AVID, and AVID-CMA, which is the same network trained further."""

    areas = tuple(f"video_model.conv{number}x" for number in range(2, 6))
    others = ("video_model.conv1", *(f"audio_model.block{number}" for number in range(1, 5)))

    def __init__(self, frames: int, size: int, width: int = 64, rate: int = 24_000):
        super().__init__()
        self.frames, self.size, self.hears = frames, size, Hearing(rate, 2000.0)
        self.video_model, self.audio_model, self.spectrum = Eyes(width), Ears(width), LogPower(rate)

    def see(self, clip: torch.Tensor) -> torch.Tensor:
        return self.video_model(clip)

    def hear(self, sound: torch.Tensor) -> torch.Tensor:
        return self.audio_model(self.spectrum(sound))
