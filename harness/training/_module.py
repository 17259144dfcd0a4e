"""A phase as Lightning sees it. Whatever is drawn at random in a batch follows from the seed, the phase and the update, so that a
training that was killed goes on as if it had not been."""

import math
from collections.abc import Iterator
from typing import Any

import lightning.pytorch as pl
import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset, Sampler

from harness.errors import ModelError
from harness.identity import digest
from harness.training.recipe import Moment, Phase, Terms
from harness.training.training_set import Samples

Batch = tuple[torch.Tensor, torch.Tensor]


def derived_seed(*parts: Any) -> int:
    """A seed made of plain values."""
    return int(digest(*parts)[:15], 16)


class PhaseModule(pl.LightningModule):
    """A phase on a network."""

    def __init__(self, phase: Phase, network: nn.Module, updates: int, seed: int):
        super().__init__()
        self.phase, self.network, self.updates, self.seed = phase, network, updates, seed
        self.constraint = phase.constrain(network) if phase.constrain else None

    def training_step(self, batch: Batch, number: int) -> torch.Tensor:
        torch.manual_seed(
            derived_seed(self.seed, self.phase.name, "train", self.current_epoch, number, self.global_rank)
        )
        frames, targets = in_unit_range(batch)
        if self.phase.augment:
            frames, targets = self.phase.augment(frames, targets)
        terms = self.phase.objective.terms(self.network, frames, targets, self._moment(training=True))
        self._log("train", terms, len(frames))
        return terms["loss"]

    def validation_step(self, batch: Batch, number: int) -> None:
        torch.manual_seed(derived_seed(self.seed, self.phase.name, "validation", number, self.global_rank))
        frames, targets = in_unit_range(batch)
        terms = self.phase.objective.judge(self.network, frames, targets, self._moment(training=False))
        self._log("validation", terms, len(frames))

    def on_validation_epoch_end(self) -> None:
        self._check_finite()  # before a checkpoint is written
        verdict = self.phase.objective.verdict()
        self.log_dict({f"validation_{name}": value for name, value in verdict.items()})

    def optimizer_step(self, *arguments: Any, **options: Any) -> None:
        super().optimizer_step(*arguments, **options)
        if self.constraint is not None:
            self.constraint()

    def configure_optimizers(self) -> Any:
        optimiser = self.phase.optimiser(self.network)
        if self.phase.schedule is None:
            return optimiser
        rates = self.phase.schedule(optimiser, self.updates)
        return {"optimizer": optimiser, "lr_scheduler": {"scheduler": rates, "interval": "step"}}

    def _check_finite(self) -> None:
        if any(not parameter.isfinite().all() for parameter in self.network.parameters()):
            raise ModelError(
                f"weights are no longer numbers after epoch {self.current_epoch + 1} of '{self.phase.name}'; "
                "take a smaller rate, or clip gradients (clip=1)"
            )

    def _moment(self, training: bool) -> Moment:
        return Moment(self.current_epoch, self.global_step, self.updates, training)

    def _log(self, split: str, terms: Terms, count: int) -> None:
        named = {f"{split}_{name}": value.detach() for name, value in terms.items()}
        self.log_dict(named, on_step=False, on_epoch=True, batch_size=count, sync_dist=True)


def in_unit_range(batch: Batch) -> Batch:
    """Bytes as numbers from 0 to 1; labels as they are."""
    frames, targets = batch
    return frames.float() / 255, targets.float() / 255 if targets.dtype == torch.uint8 else targets


class _Rows(Dataset[Batch]):
    """Samples by lists of rows."""

    def __init__(self, samples: Samples):
        self.samples = samples

    def __len__(self) -> int:
        return len(self.samples)

    def __getitem__(self, rows: Any) -> Batch:
        return self.samples.batch(rows)


class _Batches(Sampler[list[int]]):
    """Rows of the batches of an epoch, of which each of several processes takes its share. Lightning says which epoch it is."""

    def __init__(self, count: int, size: int, seed: int, shuffled: bool, rank: int, processes: int):
        self.size, self.seed, self.shuffled, self.epoch = size, seed, shuffled, 0
        self.rank, self.processes = rank, processes
        self.count = count if not shuffled or count < size * processes else count - count % (size * processes)

    def set_epoch(self, epoch: int) -> None:
        """Called by Lightning."""
        self.epoch = epoch

    def __len__(self) -> int:
        return math.ceil(math.ceil(self.count / self.processes) / self.size)

    def __iter__(self) -> Iterator[list[int]]:
        order = torch.arange(self.count)
        if self.shuffled:
            generator = torch.Generator().manual_seed(derived_seed(self.seed, self.epoch))
            order = torch.randperm(self.count, generator=generator)
        for batch in order[self.rank :: self.processes].split(self.size):
            yield batch.sort().values.tolist()


def loader(
    samples: Samples, size: int, seed: int, shuffled: bool, rank: int = 0, processes: int = 1
) -> DataLoader[Batch]:
    """Batches of samples: shuffled and without a rest for training, in order for validation."""
    batches = _Batches(len(samples), size, seed, shuffled, rank, processes)
    return DataLoader(_Rows(samples), sampler=batches, batch_size=None)


class Data(pl.LightningDataModule):
    """The two loaders, made when it is known how many processes there are."""

    def __init__(self, train: Samples, validation: Samples, size: int, seed: int):
        super().__init__()
        self.train, self.validation, self.size, self.seed = train, validation, size, seed

    def train_dataloader(self) -> DataLoader[Batch]:
        return loader(self.train, self.size, self.seed, True, *self._share())

    def val_dataloader(self) -> DataLoader[Batch]:
        return loader(self.validation, self.size, self.seed, False, *self._share())

    def _share(self) -> tuple[int, int]:
        return (self.trainer.global_rank, self.trainer.world_size) if self.trainer else (0, 1)
