"""Conversion between plain arrays and Brain-Score's assemblies and BrainIO stimulus sets, both ways.

The one module, with `tasks`, `benchmarks` and `data`, that knows xarray.
"""

import shutil
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from PIL import Image

from harness.assemblies import BehavioralAssembly, BrainIOStimulusSet, NeuroidAssembly
from harness.checks import checked, shown
from harness.engine import LayerResponses, Responses
from harness.errors import ModelError, StimulusError
from harness.stimuli import Colour, Frame, StimulusSet, TimeBin, Timeline

Stimuli = StimulusSet | pd.DataFrame | Sequence[str | Path]
"""What a model can look at: our stimulus set, BrainIO's (which is a data frame), or paths of images."""

TAKEN = (
    *("presentation", "neuroid", "time_bin", "neuroid_id", "layer", "region"),
    *("channel", "y", "x", "time_bin_start", "time_bin_end", "choice"),
)
"""Names of dimensions and of the coordinates of the others; a condition cannot have them in an assembly."""


@dataclass(frozen=True)
class Presentations:
    """The presentations of a recording, in order: stimuli may come more than once.

    Attributes:
        stimuli: every stimulus once.
        table: one row per presentation, with what was known of it; `stimulus_id` as the caller wrote it.
        rows: which stimulus each presentation shows; None for each of them once, in order.
    """

    stimuli: StimulusSet
    table: pd.DataFrame
    rows: np.ndarray | None = None

    def of(self, values: np.ndarray) -> np.ndarray:
        """Values of stimuli, along the first axis, as those of presentations; without a copy where each comes once."""
        return values if self.rows is None else values[self.rows]

    def index(self, **further: Any) -> pd.MultiIndex:
        """The coordinates of the dimension `presentation`."""
        columns: dict[str, Any] = {
            _free(str(name)): [_scalar(value) for value in self.table[name]] for name in self.table
        }
        durations = np.array([timeline.duration for timeline in self.stimuli.timelines])
        columns = {
            "stimulus_id": columns.pop("stimulus_id"),
            "stimulus_duration": _milliseconds(self.of(durations)),
            **columns,
            **further,
        }
        return pd.MultiIndex.from_arrays(list(columns.values()), names=list(columns))


def present(stimuli: Stimuli, duration: float) -> Presentations:
    """The presentations of a stimulus set.

    Args:
        stimuli: our stimulus set (shown as its timelines say), a BrainIO stimulus set or paths of images.
        duration: for how many ms images without a timeline are shown.

    Raises:
        StimulusError: for anything else, or for images that are not available.
    """
    if isinstance(stimuli, StimulusSet):
        return Presentations(stimuli, stimuli.table)
    if isinstance(stimuli, (str, Path)) or not isinstance(stimuli, (pd.DataFrame, Sequence)):
        raise StimulusError(
            f"a model looks at a StimulusSet (ours or BrainIO's) or at a list of image paths, not at {type(stimuli).__name__}"
        )
    images: pd.DataFrame = stimuli if isinstance(stimuli, pd.DataFrame) else _of_paths(stimuli)
    table = pd.DataFrame(images).reset_index(drop=True)
    if "stimulus_id" not in table:
        raise StimulusError("a stimulus set needs a column 'stimulus_id'")
    first = ~table["stimulus_id"].duplicated().to_numpy()
    shown = from_brainio(images[first], duration)
    if first.all():
        return Presentations(shown, table)
    position = {name: row for row, name in enumerate(table["stimulus_id"][first])}
    return Presentations(shown, table, table["stimulus_id"].map(position).to_numpy())


@checked(ModelError)
def to_assembly(
    responses: Responses, stimuli: StimulusSet, layer: str | None = None, region: str | None = None
) -> NeuroidAssembly:
    """Responses as Brain-Score's `presentation x neuroid x time_bin`.

    One layer is a view of the responses: where these lie mapped on disk, nothing is read until it is used. Several layers are
    concatenated in memory.

    Args:
        stimuli: the stimuli that were shown; their conditions become coordinates.
        layer: the layer; all recorded layers one after the other if not given.
        region: name of the region that they stand for, in the coordinate `region`.

    Returns:
        Coordinates: on presentation `stimulus_id`, `stimulus_duration` (ms) and every column of the table, with `stimulus_`
        before a name that is taken (`x` becomes `stimulus_x`); on neuroid
        `neuroid_id` (from 0), `layer`, `region`, `channel`, `y`, `x` (-1 where an axis does not apply); on time_bin
        `time_bin_start` and `time_bin_end` (ms; integers where all are whole, because floats cannot be selected).
    """
    layers = responses.layers if layer is None else (layer,)
    return neuroid_assembly([responses[name] for name in layers], Presentations(stimuli, stimuli.table), region)


def neuroid_assembly(
    layers: Sequence[LayerResponses], shown: Presentations, region: str | None = None
) -> NeuroidAssembly:
    """`to_assembly` of some layers for the presentations of a session."""
    if layers[0].shape[0] != len(shown.stimuli):
        raise StimulusError(
            f"there are responses to {layers[0].shape[0]} stimuli, and '{shown.stimuli.identifier}' has {len(shown.stimuli)}"
        )
    arrays = [layer.array() for layer in layers]
    values = shown.of(arrays[0] if len(arrays) == 1 else np.concatenate(arrays, axis=2))
    coords = {
        "presentation": shown.index(),
        "neuroid": _neuroids(layers, region),
        "time_bin": _time_bins(layers[0].time_bins),
    }
    assembly = NeuroidAssembly(values.transpose(0, 2, 1), coords=coords, dims=list(coords))
    assembly.attrs["stimulus_set_identifier"] = shown.stimuli.identifier
    return assembly


def probabilities_assembly(
    probabilities: np.ndarray, choices: Sequence[Any], shown: Presentations, **attributes: Any
) -> BehavioralAssembly:
    """Probabilities (stimuli, choices) as `presentation x choice`."""
    coords = {"presentation": shown.index(), "choice": list(choices)}
    assembly = BehavioralAssembly(shown.of(probabilities), coords=coords, dims=list(coords))
    assembly.attrs.update(attributes)
    return assembly


def choice_assembly(chosen: np.ndarray, presentation: pd.MultiIndex, **attributes: Any) -> BehavioralAssembly:
    """One choice per presentation as `choice x presentation`: the order that Brain-Score's metrics broadcast over."""
    coords = {"presentation": presentation}
    assembly = BehavioralAssembly(chosen[None], coords=coords, dims=["choice", "presentation"])
    assembly.attrs.update(attributes)
    return assembly


@checked(ModelError)
def from_brainio(
    stimulus_set: BrainIOStimulusSet | pd.DataFrame, duration: float, visual_degrees: float | None = None
) -> StimulusSet:
    """A BrainIO stimulus set as ours: every image shown for `duration` ms, every column a condition.

    Args:
        visual_degrees: size of the images; they fill the field of view if not given, which is right for images that
            Brain-Score has placed on the model's screen.

    Raises:
        StimulusError: without `stimulus_id`, for a stimulus without file, or one that comes twice.
    """
    identifier = getattr(stimulus_set, "identifier", None) or "stimuli"
    if "stimulus_id" not in stimulus_set:
        raise StimulusError(f"the table of '{identifier}' needs a column 'stimulus_id'")
    paths = getattr(stimulus_set, "stimulus_paths", None) or {}
    missing = [name for name in stimulus_set["stimulus_id"] if name not in paths]
    if missing:
        raise StimulusError(f"'{identifier}' has no file for stimulus '{missing[0]}'; set its `stimulus_paths`")
    timelines = [Timeline.still(paths[name], duration) for name in stimulus_set["stimulus_id"]]
    return StimulusSet(identifier, pd.DataFrame(stimulus_set), timelines, visual_degrees)


def to_brainio(stimuli: StimulusSet, folder: str | Path) -> BrainIOStimulusSet:
    """Static stimuli as a BrainIO stimulus set with its image files in `folder`.

    Files are copied as they are; uint8 arrays become PNG files without loss; float arrays are rounded to 8 bits. BrainIO has
    no place for durations, size and background.

    Raises:
        StimulusError: for stimuli that change over time.
    """
    moving = [name for name, timeline in stimuli if len(timeline.runs) > 1]
    if moving:
        raise StimulusError(
            f"stimulus '{moving[0]}' of '{stimuli.identifier}' changes over time, and BrainIO holds one image per stimulus; "
            "use the harness's own StimulusSet"
        )
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    files = {digest: _write_image(frame, folder, stimuli.background) for digest, frame in stimuli.frames().items()}
    result = BrainIOStimulusSet(stimuli.table.copy())
    result.identifier = stimuli.identifier
    result.stimulus_paths = {name: files[timeline.frames[0].digest] for name, timeline in stimuli}
    return result


def _of_paths(paths: Sequence[str | Path]) -> BrainIOStimulusSet:
    """Images as a BrainIO stimulus set: named by their stem, or by the whole path where stems are not unique."""
    for path in paths:
        if not isinstance(path, (str, Path)):
            raise StimulusError(f"a model looks at a list of image paths, and {shown(path)} is none")
    files = [Path(path) for path in paths]
    stems = {path.stem for path in set(files)}
    names = [path.stem if len(stems) == len(set(files)) else str(path) for path in files]
    result = BrainIOStimulusSet({"stimulus_id": names, "stimulus_path": [str(path) for path in files]})
    result.identifier = "images"
    result.stimulus_paths = dict(zip(names, files, strict=True))
    return result


def _write_image(frame: Frame, folder: Path, background: Colour) -> Path:
    if frame.path is not None and frame.is_plain:
        path = folder / f"{frame.digest[:16]}{frame.path.suffix}"
        shutil.copyfile(frame.path, path)
        return path
    path, pixels = folder / f"{frame.digest[:16]}.png", frame.load(background)
    Image.fromarray(pixels if pixels.dtype == np.uint8 else np.rint(pixels * 255).astype(np.uint8)).save(path)
    return path


def _neuroids(layers: Sequence[LayerResponses], region: str | None) -> pd.MultiIndex:
    """Coordinates of all units: levels and codes are given, because finding them costs seconds for a large layer."""
    units: list[Any] = [layer.units for layer in layers]
    counts = [len(layer) for layer in units]
    total = sum(counts)
    levels: dict[str, tuple[Any, np.ndarray]] = {
        "neuroid_id": (pd.RangeIndex(total), np.arange(total)),
        "layer": ([layer.layer for layer in layers], np.repeat(np.arange(len(layers), dtype=np.int16), counts)),
        "region": ([region or ""], np.zeros(total, dtype=np.int8)),
    }
    for axis in ("channel", "y", "x"):
        levels[axis] = np.unique(np.concatenate([getattr(layer, axis) for layer in units]), return_inverse=True)
    return pd.MultiIndex(
        levels=[values for values, _ in levels.values()],
        codes=[codes for _, codes in levels.values()],  # type: ignore[misc]
        names=list(levels),
        verify_integrity=False,
    )


def _time_bins(bins: Sequence[TimeBin]) -> pd.MultiIndex:
    columns = [_milliseconds(edges) for edges in zip(*bins, strict=True)]
    return pd.MultiIndex.from_arrays(columns, names=["time_bin_start", "time_bin_end"])


def _milliseconds(times: Sequence[float] | np.ndarray) -> np.ndarray:
    """Times as integers if all are whole: xarray 2022 cannot select a float from a level of an index."""
    exact = np.asarray(times, dtype=float)
    return exact.astype(int) if (exact % 1 == 0).all() else exact


def _free(name: str) -> str:
    """The coordinate of a condition: its own name, or `stimulus_` before it where another dimension has that name (x, y)."""
    return f"stimulus_{name}" if name in TAKEN else name


def _scalar(value: Any) -> Any:
    """A condition as a coordinate: text for what has parts."""
    return (
        str(value)
        if isinstance(value, (Path, Mapping, Sequence, np.ndarray, set)) or not isinstance(value, Hashable)
        else value
    )
