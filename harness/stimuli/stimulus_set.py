"""A stimulus set: a table with one row per stimulus, and a timeline for each."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

import numpy as np

from harness.checks import Count, checked, identifier_fault, positions, shown
from harness.errors import StimulusError
from harness.identity import digest
from harness.notebooks import Drawing, facts_table
from harness.stimuli.degrees import WIDEST, is_size
from harness.stimuli.timeline import Frame, FrameLike, Timeline, rgb

if TYPE_CHECKING:
    import pandas as pd


@checked(StimulusError, own=("identifier", "visual_degrees", "background"))
class StimulusSet:
    """Stimuli with their conditions, sizes and timelines.

    Args:
        identifier: name of the set; not part of the identity of its responses.
        table: one row per stimulus, with a unique `stimulus_id` (text) and any columns of conditions.
        timelines: one `Timeline` a row, in the order of the rows.
        visual_degrees: what the larger side of every frame spans, in degrees of visual angle; None if it is not known, in
            which case a frame fills a model's field of view.
        background: RGB in [0, 1] (or one number for grey) around a frame, and on the screen after a timeline has ended.

    Raises:
        StimulusError: if rows and timelines do not match, `stimulus_id` is missing or repeated, or a size is not positive.
    """

    def __init__(
        self,
        identifier: str,
        table: "pd.DataFrame",
        timelines: Sequence[Timeline],
        visual_degrees: float | None = None,
        background: float | tuple[float, float, float] = 0.5,
    ):
        if fault := identifier_fault(identifier, "a stimulus set"):
            raise StimulusError(fault)
        if "stimulus_id" not in table:
            raise StimulusError(f"the table of '{identifier}' needs a column 'stimulus_id'")
        if not len(table):
            raise StimulusError(f"'{identifier}' has no stimuli; it needs at least one")
        if len(table) != len(timelines):
            raise StimulusError(
                f"'{identifier}' has {len(table)} rows and {len(timelines)} timelines; it needs one timeline per row"
            )
        if visual_degrees is not None and not is_size(visual_degrees):
            raise StimulusError(
                f"the size of '{identifier}' must be a positive number of degrees, {WIDEST:g} at most, not "
                f"{shown(visual_degrees)}"
            )
        table = table.reset_index(drop=True).assign(stimulus_id=table["stimulus_id"].astype(str).to_numpy())
        if repeated := table["stimulus_id"][table["stimulus_id"].duplicated()].unique().tolist():
            raise StimulusError(
                f"'{identifier}' names stimulus '{repeated[0]}' more than once; stimulus_id must be unique"
            )
        self.identifier = identifier
        self.table = table
        self.timelines = tuple(timelines)
        self.visual_degrees = None if visual_degrees is None else float(visual_degrees)
        self.background = rgb(background)
        self._rows = {stimulus: row for row, stimulus in enumerate(table["stimulus_id"])}

    @classmethod
    @checked(StimulusError, own=("identifier", "visual_degrees", "background", "duration"))
    def from_images(
        cls,
        identifier: str,
        images: Mapping[str, FrameLike] | Sequence[FrameLike],
        duration: float,
        visual_degrees: float | None = None,
        background: float | tuple[float, float, float] = 0.5,
        **conditions: Sequence[Any],
    ) -> "StimulusSet":
        """Static images, each shown for `duration` ms.

        Args:
            images: arrays or paths, by stimulus identifier, or in a sequence (files are then called by their stem,
                arrays by their position).
            conditions: further columns of the table, one value per image.
        """
        import pandas as pd

        if isinstance(images, Mapping):
            names, images = list(images), list(images.values())
        else:
            names = [_name(image, position) for position, image in enumerate(images)]
        columns = {"stimulus_id": names, **{name: list(column) for name, column in conditions.items()}}
        for name, column in columns.items():
            if len(column) != len(images):
                raise StimulusError(f"'{identifier}' has {len(images)} images and {len(column)} values of '{name}'")
        table = pd.DataFrame(columns)
        timelines = [Timeline.still(image, duration) for image in images]
        return in_milliseconds(cls(identifier, table, timelines, visual_degrees=visual_degrees, background=background))

    @property
    def ids(self) -> list[str]:
        """`stimulus_id` of every row."""
        return list(self._rows)

    def timeline(self, stimulus_id: str) -> Timeline:
        """The timeline of a stimulus."""
        try:
            return self.timelines[self._rows[str(stimulus_id)]]
        except KeyError:
            raise StimulusError(f"'{self.identifier}' has no stimulus '{stimulus_id}'") from None

    @property
    def duration(self) -> float:
        """The longest timeline, in ms."""
        return max(timeline.duration for timeline in self.timelines)

    @property
    def digest(self) -> str:
        """Identity by content: table, timelines, size and background; not the name."""
        columns = {str(name): [_plain(value, name) for value in self.table[name]] for name in self.table.columns}
        return digest("stimuli", columns, [t.digest for t in self.timelines], self.visual_degrees, self.background)

    @checked(StimulusError)
    def select(self, rows: Any) -> "StimulusSet":
        """The stimuli of some rows: positions or a mask, in the order given."""
        rows = positions(rows, len(self), f"the stimuli of '{self.identifier}'", StimulusError)
        return self.replace(table=self.table.iloc[rows], timelines=[self.timelines[row] for row in rows])

    @checked(StimulusError)
    def replace(
        self,
        *,
        identifier: str | None = None,
        table: "pd.DataFrame | None" = None,
        timelines: Sequence[Timeline] | None = None,
    ) -> "StimulusSet":
        """The same with another name, table or timelines; of the same size and on the same background."""
        return StimulusSet(
            self.identifier if identifier is None else identifier,
            self.table if table is None else table,
            self.timelines if timelines is None else timelines,
            self.visual_degrees,
            self.background,
        )

    def with_duration(self, duration: float) -> "StimulusSet":
        """The same first frames, each shown for `duration` ms: static images at another exposure."""
        if any(len(timeline.frames) > 1 for timeline in self.timelines):
            raise StimulusError(f"'{self.identifier}' holds moving stimuli, whose duration cannot be set")
        return self.replace(timelines=[Timeline.still(timeline.frames[0], duration) for timeline in self.timelines])

    def first_frames(self) -> "StimulusSet":
        """The same stimuli without anything that moves: the first frame of each, for as long as it all was shown."""
        return self.replace(timelines=[Timeline.still(t.frames[t.runs[0][0]], t.duration) for t in self.timelines])

    @checked(StimulusError)
    def shuffled_frames(self, window: float | None = None) -> "StimulusSet":
        """The same stimuli with their frames in another order, all or within every `window` ms, see `Timeline.shuffled`."""
        return self.replace(timelines=[timeline.shuffled(window) for timeline in self.timelines])

    def frames(self) -> dict[str, Frame]:
        """The unique frames of the whole set, by digest, in the order of their first showing."""
        return {frame.digest: frame for timeline in self.timelines for frame in timeline.frames}

    def background_frame(self) -> Frame:
        """The background as a frame of one pixel."""
        return Frame(np.asarray(self.background, dtype=np.float32).reshape(1, 1, 3))

    @overload
    def show(self, path: None = None, times: Sequence[float] | None = None, most: Count = 24) -> Drawing: ...
    @overload
    def show(self, path: str | Path, times: Sequence[float] | None = None, most: Count = 24) -> Path: ...
    @checked(StimulusError)
    def show(
        self, path: str | Path | None = None, times: Sequence[float] | None = None, most: Count = 24
    ) -> Path | Drawing:
        """Draw a contact sheet: one row per stimulus, time running to the right.

        Returns:
            The path, if it is written to one (PNG); otherwise a drawing that notebooks show.
        """
        from harness.stimuli._contact_sheet import draw, drawing

        if times is not None and len(times) == 0:
            raise StimulusError("a contact sheet needs at least one time in ms")
        return drawing(self, times, most) if path is None else draw(self, Path(path), times, most)

    def _repr_html_(self) -> str:
        """As notebooks show it: its size, its conditions and a contact sheet."""
        facts = {
            "stimuli": len(self),
            "conditions": ", ".join(str(column) for column in self.table if column != "stimulus_id"),
            "duration": f"up to {self.duration:g} ms",
            "size": f"{self.visual_degrees:g} degrees" if self.visual_degrees else "not stated",
        }
        return facts_table(self.identifier, facts, self.show(most=12).png)

    def __len__(self) -> int:
        return len(self.timelines)

    def __iter__(self) -> Iterator[tuple[str, Timeline]]:
        return zip(self.ids, self.timelines, strict=True)

    def __repr__(self) -> str:
        return f"<StimulusSet '{self.identifier}': {len(self)} stimuli, {len(self.frames())} frames, up to {self.duration:g} ms>"


def in_milliseconds(stimuli: StimulusSet) -> StimulusSet:
    """The stimuli, unless all are gone within a millisecond, which is what durations in seconds look like."""
    if stimuli.duration < 1:
        raise StimulusError(
            f"stimuli of '{stimuli.identifier}' last {stimuli.duration:g} ms at most; durations are in milliseconds"
        )
    return stimuli


def _name(image: FrameLike, position: int) -> str:
    path = image.path if isinstance(image, Frame) else image
    return Path(path).stem if isinstance(path, (str, Path)) else f"{position:05d}"


def _plain(value: Any, column: Any) -> Any:
    """A condition as plain content: what its type and its value are, on every machine."""
    import pandas as pd

    if isinstance(value, (Path, pd.Timestamp, pd.Timedelta, type(pd.NA))):
        return (type(value).__name__, str(value))
    try:
        digest(value)
    except TypeError as error:
        raise StimulusError(
            f"column '{column}' of a stimulus table holds something without identity: {error}"
        ) from None
    return value
