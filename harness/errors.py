"""What goes wrong, in one sentence that says what to do. The command line prints these without a traceback."""


class HarnessError(Exception):
    """Base of every error that is the caller's or the environment's, not a fault of the program."""


class UnknownIdentifier(HarnessError, KeyError):
    """No plugin registered the identifier; the message holds the nearest names."""

    def __str__(self) -> str:  # KeyError would show the message quoted
        return str(self.args[0]) if self.args else ""


class PluginError(HarnessError):
    """A plugin failed to import, registered an identifier twice, or broke a hook's contract."""


class ArgumentError(HarnessError, TypeError):
    """An argument that a model, stimulus set or benchmark does not have, or one that it needs and did not get."""


class StimulusError(HarnessError, ValueError):
    """A timeline or stimulus set that cannot be shown as described."""


class ModelError(HarnessError, ValueError):
    """A model that is described inconsistently, or asked for something it does not have."""


class RecordingError(HarnessError, ValueError):
    """A recording that the model or the stimuli cannot answer."""


class MissingData(HarnessError, FileNotFoundError):
    """Recorded data or images that are not on this machine; the message says where to get them."""


class MissingWeights(HarnessError, FileNotFoundError):
    """Network weights that cannot be had; the message says what to do."""


class StoreError(HarnessError, OSError):
    """The disk cache cannot be written or read."""


class BenchmarkError(HarnessError, ValueError):
    """A benchmark that cannot be run on the given subject."""


class DataError(HarnessError, ValueError):
    """Recorded data that contradict themselves or their description; the message names the row or file and what to change."""
