"""Brain-Score's models that cannot be unwrapped, known by what they answer: a frame is shown once, nothing is cached by name."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from PIL import Image

from harness.assemblies import BrainIOStimulusSet, walk_coords
from harness.brain_model import RegionalBrainModel, in_order
from harness.brain_score._package import is_theirs
from harness.brain_score.screen import on_screen
from harness.checks import checked, shown
from harness.errors import BenchmarkError, MissingRegion, ModelError
from harness.stimuli import Frame, StimulusSet, TimeBin

if TYPE_CHECKING:
    from harness.engine import Reduction

_BIN = (0.0, 100.0)
"""ms: where a model whose response to a frame has no time is asked."""


@checked(ModelError)
class BlackBox(RegionalBrainModel):
    """A model of Brain-Score's through its own methods. Make one with `from_brain_score`.

    A frame is recorded once; a response in a time bin is the mean over what is on the screen, weighted by how long. Where each
    stimulus is one image until the last bin ends, the model is asked for the bins themselves. Its files are PNG of 8 bits.
    """

    def __init__(self, commitment: Any, reason: str = ""):
        if not is_theirs(commitment):
            raise ModelError(f"a black box holds a model of Brain-Score's, not {shown(commitment)}")
        self.commitment, self.reason = commitment, reason
        self.identifier = str(commitment.identifier)
        known = getattr(getattr(commitment, "layer_model", None), "region_layer_map", None)
        if known:
            self.regions = tuple(dict.keys(known))
        self.arguments: dict[str, Any] = {}
        self.source = ""

    def visual_degrees(self) -> float:
        return float(self.commitment.visual_degrees())

    def start_recording(self, recording_target: str, time_bins: Iterable[Sequence[float]]) -> None:
        try:
            self.commitment.start_recording(recording_target, time_bins=[tuple(one) for one in time_bins])
        except KeyError:
            raise self._missing(recording_target) from None

    def start_task(self, task: str, fitting_stimuli: Any = None) -> None:
        if isinstance(fitting_stimuli, StimulusSet):
            with TemporaryDirectory(prefix="harness-") as folder:
                self.commitment.start_task(task, self._as_files(fitting_stimuli, Path(folder)))
        else:
            self.commitment.start_task(task, *([] if fitting_stimuli is None else [fitting_stimuli]))

    def look_at(self, stimuli: Any, number_of_trials: int = 1) -> Any:
        if not isinstance(stimuli, StimulusSet):
            return self.commitment.look_at(stimuli, number_of_trials=number_of_trials)
        if any(len(timeline.runs) > 1 for timeline in stimuli.timelines):
            raise BenchmarkError(f"'{self.identifier}' does tasks on still images alone")
        with TemporaryDirectory(prefix="harness-") as folder:
            return self.commitment.look_at(self._as_files(stimuli, Path(folder)), number_of_trials=number_of_trials)

    def record(
        self,
        stimuli: StimulusSet,
        region: str,
        time_bins: Sequence[TimeBin],
        reduction: "Reduction | None" = None,
    ) -> np.ndarray:
        """See `BrainModel.record`; reductions are those of the maps that Brain-Score's coordinates describe."""
        self.shown[stimuli.digest] = stimuli.identifier
        if _still(stimuli, max(end for _, end in time_bins)):
            frames = [timeline.frames[0] for timeline in stimuli.timelines]
            return self._responses(frames, stimuli, region, time_bins, reduction)
        shares, frames = _shares(stimuli, time_bins)
        values = self._responses(frames, stimuli, region, [_BIN], reduction)[:, 0]
        return np.asarray(np.einsum("sbf,fu->sbu", shares, values, optimize=True))

    def _responses(
        self,
        frames: Sequence[Frame],
        stimuli: StimulusSet,
        region: str,
        time_bins: Sequence[TimeBin],
        reduction: "Reduction | None",
    ) -> np.ndarray:
        """(frames, time, units)."""
        unique = {frame.digest: frame for frame in frames}
        with TemporaryDirectory(prefix="harness-") as folder:
            files = self._files(unique, stimuli, Path(folder))
            self.start_recording(region, time_bins)
            try:
                assembly = self.commitment.look_at(files)
            except KeyError as error:
                raise self._missing(region) from error
            except AssertionError as error:
                raise BenchmarkError(f"'{self.identifier}' cannot be asked for this: {error}") from error
        values = assembly.expand_dims("time_bin") if "time_bin" not in assembly.dims else assembly
        values = values.transpose("presentation", "time_bin", "neuroid")
        ordered = in_order(values.values, assembly["stimulus_id"].values, list(unique))
        row = {digest: at for at, digest in enumerate(unique)}
        return _reduced(ordered, assembly, region, reduction)[[row[frame.digest] for frame in frames]]

    def _as_files(self, stimuli: StimulusSet, folder: Path) -> BrainIOStimulusSet:
        frames = {timeline.frames[0].digest: timeline.frames[0] for timeline in stimuli.timelines}
        files = self._files(frames, stimuli, folder)
        made = BrainIOStimulusSet(stimuli.table.copy())
        made.identifier = ""
        made.stimulus_paths = {name: files.stimulus_paths[line.frames[0].digest] for name, line in stimuli}
        return made

    def _files(self, frames: dict[str, Frame], stimuli: StimulusSet, folder: Path) -> BrainIOStimulusSet:
        """Frames as files on the model's screen, in a set without a name, by which Brain-Score would cache."""
        degrees = stimuli.visual_degrees
        span = 1.0 if degrees is None else degrees / self.visual_degrees()
        made = BrainIOStimulusSet({"stimulus_id": list(frames), "number": range(len(frames))})
        made.identifier, made.stimulus_paths = "", {}
        for digest, frame in frames.items():
            path = folder / f"{digest[:32]}.png"
            screen = on_screen(frame.load(stimuli.background), span, stimuli.background)
            Image.fromarray(screen).save(path, compress_level=1)
            made.stimulus_paths[digest] = path
        return made

    def _missing(self, region: str) -> MissingRegion:
        return MissingRegion(f"'{self.identifier}' maps no layer to region {region} (it has {', '.join(self.regions)})")


def _still(stimuli: StimulusSet, end: float) -> bool:
    return all(len(timeline.runs) == 1 and timeline.duration >= end for timeline in stimuli.timelines)


def _shares(stimuli: StimulusSet, time_bins: Sequence[TimeBin]) -> tuple[np.ndarray, list[Frame]]:
    """(stimuli, bins, frames): the share of each frame in each bin, the background after a timeline's end among them."""
    blank = stimuli.background_frame()
    frames = [*stimuli.frames().values(), blank]
    number = {frame.digest: at for at, frame in enumerate(frames)}
    shares = np.zeros((len(stimuli), len(time_bins), len(frames)))
    for row, timeline in enumerate(stimuli.timelines):
        for at, (start, end) in enumerate(time_bins):
            for index, ms in timeline.overlaps(start, end).items():
                shares[row, at, number[timeline.frames[index].digest]] += ms / (end - start)
            shares[row, at, number[blank.digest]] += 1 - shares[row, at].sum()
    return shares, frames


def _reduced(values: np.ndarray, assembly: Any, layer: str, reduction: "Reduction | None") -> np.ndarray:
    """(stimuli, time, units), reduced where the units are all those of a map: channels, and in each the same places."""
    known = {name for name, _, _ in walk_coords(assembly)}
    if reduction is None or "channel" not in known:
        return values
    channels = len(np.unique(assembly["channel"].values))
    places = [assembly[name].values for name in ("channel_x", "channel_y") if name in known]
    mapped = len(places) == 2 and np.isfinite(np.array(places, dtype=float)).all()
    grid = tuple(len(np.unique(place)) for place in places) if mapped else ()
    if channels * int(np.prod(grid)) != values.shape[2]:
        return values
    maps = torch.from_numpy(np.array(values)).flatten(0, 1).unflatten(1, (channels, -1))
    return reduction(maps, layer, grid).numpy().reshape(*values.shape[:2], -1)
