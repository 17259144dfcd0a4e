"""The hub from which published weights are downloaded."""

from pathlib import Path

import huggingface_hub
from huggingface_hub import constants
from huggingface_hub.file_download import repo_folder_name

from harness.checks import checked
from harness.errors import ModelError


@checked(ModelError)
def check_reach(repository: str) -> None:
    """Ask the hub once whether it can be reached, unless it was asked for this repository before or the repository is a folder;
    libraries would try for a minute.

    Raises:
        OSError: or whatever the hub's client raises, if it cannot be reached.
    """
    if constants.HF_HUB_OFFLINE or Path(repository).is_dir():
        return
    if not (Path(constants.HF_HUB_CACHE) / repo_folder_name(repo_id=repository, repo_type="model")).is_dir():
        huggingface_hub.get_session().head(constants.ENDPOINT, timeout=10)
