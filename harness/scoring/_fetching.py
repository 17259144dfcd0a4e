"""Planning without fetching: weights that would have to come from elsewhere are only told of."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch


@contextmanager
def nothing_fetched() -> Iterator[list[str]]:
    """While this lasts no host is found, as on a machine without a network; those that were asked for are in the list."""
    asked: list[str] = []

    def refuse(host: Any, *_: Any, **__: Any) -> Any:
        asked.append(str(host))
        raise socket.gaierror(socket.EAI_NONAME, f"{host} is not asked while a plan is made")

    with patch.object(socket, "getaddrinfo", refuse):
        yield asked
