"""The device that a network runs on."""

import torch

from harness.checks import shown
from harness.errors import RecordingError, said


def chosen_device(wanted: str | torch.device | None) -> torch.device:
    """The device of a name; a GPU if there is one, if None.

    Raises:
        RecordingError: if torch does not know the name, or this machine does not have the device.
    """
    try:
        device = torch.device(wanted or ("cuda" if torch.cuda.is_available() else "cpu"))
        torch.empty(0, device=device)
    except Exception as error:  # torch has many, by the kind of device
        reason = said(error).partition(".")[0]
        raise RecordingError(
            f"there is no device {shown(wanted)} here ({reason[:150]}); use cpu, or leave it out"
        ) from None
    if device.type == "meta":
        raise RecordingError("the device 'meta' computes nothing; use cpu, or leave it out")
    return device
