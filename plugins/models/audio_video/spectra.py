"""Spectra of sounds as both networks take them, computed within the network."""

import math

import torch
from torch import nn

FLOOR = 1e-10


class LogMel(nn.Module):
    """Log energy in bands of the mel scale: frames of 20 ms every 10 ms, of a sound with its high frequencies raised.

    After the package python_speech_features, on samples of 16 bits.
    """

    bank: torch.Tensor

    def __init__(self, rate: int, bands: int, points: int = 1024):
        super().__init__()
        self.frame, self.hop, self.points = round(0.02 * rate), round(0.01 * rate), points
        self.register_buffer("bank", _mel_bank(rate, bands, points), persistent=False)

    def forward(self, sound: torch.Tensor) -> torch.Tensor:
        """(batch, samples) in [-1, 1] -> (batch, 1, bands, frames)."""
        wave = 32768 * sound
        wave = torch.cat([wave[:, :1], wave[:, 1:] - 0.97 * wave[:, :-1]], 1)
        missing = (self.frame - wave.shape[1]) % self.hop if wave.shape[1] > self.frame else self.frame - wave.shape[1]
        frames = nn.functional.pad(wave, (0, missing)).unfold(1, self.frame, self.hop)
        power = torch.fft.rfft(frames, self.points).abs() ** 2 / self.points
        energy = power @ self.bank.T
        return torch.where(energy == 0, torch.finfo(torch.float64).eps, energy).log().transpose(1, 2)[:, None]


def _mel_bank(rate: int, bands: int, points: int) -> torch.Tensor:
    """(bands, points / 2 + 1): triangles between neighbours that are equally far on the mel scale."""
    highest = 2595 * math.log10(1 + rate / 2 / 700)
    mels = torch.linspace(0, highest, bands + 2, dtype=torch.float64)
    edges = torch.floor((points + 1) * 700 * (10 ** (mels / 2595) - 1) / rate)
    low, middle, high = (edges[i : i + bands, None] for i in range(3))
    bins = torch.arange(points // 2 + 1, dtype=torch.float64)
    rising, falling = (bins - low) / (middle - low), (high - bins) / (high - middle)
    up, down = (low <= bins) & (bins < middle), (middle <= bins) & (bins < high)
    return torch.where(up, rising, torch.where(down, falling, 0.0)).float()


class LogPower(nn.Module):
    """Power in decibels, of frequencies averaged in pairs, every 10 ms; no more than 100 dB below the largest.

    The authors subtract a table of means of their data and divide by one of standard deviations; without it, every sound is
    brought to mean 0 and variance 1 as a whole.
    """

    window: torch.Tensor

    def __init__(self, rate: int, points: int = 1024):
        super().__init__()
        self.points, self.hop = points, round(rate / 100)
        self.register_buffer("window", torch.hann_window(points), persistent=False)

    def forward(self, sound: torch.Tensor) -> torch.Tensor:
        """(batch, samples) -> (batch, 1, frames, points / 4 + 1)."""
        frames = round(sound.shape[1] / self.hop)
        complex_ = torch.stft(
            sound, self.points, self.hop, window=self.window, pad_mode="constant", return_complex=True
        )
        power = complex_.abs() ** 2
        pairs = power[:, 1:].unflatten(1, (-1, 2)).mean(2)
        decibels = 10 * torch.cat([power[:, :1], pairs], 1).clamp_min(FLOOR).log10()
        decibels = torch.maximum(decibels, decibels.amax((1, 2), keepdim=True) - 100)[:, :, :frames]
        centred = decibels - decibels.mean((1, 2), keepdim=True)
        return (centred / (centred.std((1, 2), keepdim=True) + 1e-5)).transpose(1, 2)[:, None]
