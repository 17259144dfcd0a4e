"""The log of a training, epoch by epoch: kept in checkpoints, written as CSV, and told in a line where there is no progress bar."""

import csv
import io
from pathlib import Path
from typing import Any

import lightning.pytorch as pl

from harness.store import write_text


class History(pl.Callback):
    """Numbers of every epoch, which outlive a killed run."""

    def __init__(self, path: Path, told: bool):
        self.path, self.told = path, told
        self.epochs: list[dict[str, float]] = []

    def state_dict(self) -> dict[str, Any]:
        return {"epochs": self.epochs}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        self.epochs = state["epochs"]

    def on_train_epoch_end(self, trainer: pl.Trainer, module: pl.LightningModule) -> None:
        numbers = {name: float(value) for name, value in trainer.callback_metrics.items()}
        rate = trainer.optimizers[0].param_groups[0]["lr"]
        self.epochs.append({"epoch": trainer.current_epoch + 1, "learning_rate": rate, **numbers})
        if trainer.is_global_zero:
            write_text(self.path, self._csv())
            if self.told:
                print(self._line(trainer, module), flush=True)

    def _csv(self) -> str:
        columns = dict.fromkeys(name for epoch in self.epochs for name in epoch)
        text = io.StringIO()
        writer = csv.DictWriter(text, list(columns), lineterminator="\n")
        writer.writeheader()
        writer.writerows(self.epochs)
        return text.getvalue()

    def _line(self, trainer: pl.Trainer, module: Any) -> str:
        last = self.epochs[-1]
        numbers = ", ".join(
            f"{k.replace('_', ' ')} {v:.4g}" for k, v in last.items() if k not in ("epoch", "learning_rate")
        )
        return f"{module.phase.name}, epoch {last['epoch']} of {trainer.max_epochs}: {numbers}"
