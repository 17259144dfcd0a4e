"""Solution times as Brain-Score stores them: presentation x decoder, with `image_label`; some images stand there twice."""

import numpy as np

from harness.assemblies import walk_coords
from harness.brain_model import from_brainio
from harness.data import entry, load_assembly, load_stimulus_set
from harness.errors import DataError
from harness.stimuli import StimulusSet
from harness_plugins.benchmarks.kar2019 import DATASET

EXPOSURE, DEGREES = 100.0, 8.0


def load(decoder: str) -> tuple[StimulusSet, np.ndarray]:
    """The images with `image_label`, each once, and the times (images,) in ms by a decoder.

    Raises:
        MissingData: if they are not here and access is refused.
        DataError: if the assembly has no such decoder, or no times of the images.
    """
    assembly = load_assembly(DATASET)
    coordinates = {str(name): np.asarray(values) for name, _, values in walk_coords(assembly)}
    if not {"decoder", "stimulus_id"} <= coordinates.keys() or "presentation" not in assembly.dims:
        raise DataError(f"'{DATASET}' is not a table of presentations and decoders; fetch it again")
    axis = [dim for dim in assembly.dims if dim != "presentation"]
    values = np.moveaxis(assembly.values, assembly.dims.index("presentation"), 0).reshape(
        assembly.sizes["presentation"], -1
    )
    names = coordinates["decoder"].astype(str).ravel().tolist()
    if decoder not in names or values.shape[1] != len(names) or len(axis) != 1:
        raise DataError(f"'{DATASET}' has no times by the decoder {decoder}; it has {', '.join(names)}")
    times = dict(
        zip(coordinates["stimulus_id"].astype(str), values[:, names.index(decoder)].astype(float), strict=True)
    )
    table = load_stimulus_set(entry(DATASET).stimuli)
    table = table[~table["stimulus_id"].duplicated().to_numpy()]
    shown = from_brainio(table, EXPOSURE, DEGREES)
    kept = [row for row, name in enumerate(shown.ids) if name in times]
    if "image_label" not in shown.table or len(kept) < 10:
        raise DataError(
            f"the images of '{DATASET}' have no labels, or other identifiers than its times; fetch it again"
        )
    images = shown.select(kept)
    return images, np.array([times[name] for name in images.ids])
