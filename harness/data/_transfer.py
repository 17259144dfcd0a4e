"""Downloads from Brain-Score's bucket that end: with limits of time, resumed where they were interrupted.

brainscore_core waits for a silent server for minutes, several times over, and begins a download anew after each interruption.
"""

import http.client
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

CONNECT, READ = 10.0, 20.0
"""Seconds until a server must have accepted a connection, and sent something."""
TRIES = 3
"""Attempts in which nothing arrives."""
PAUSE = 1.0
"""Seconds before another one."""
SLOWEST = 20_000.0
"""Bytes per second below which a download ends, after `GRACE` seconds."""
GRACE = 300.0
_CHUNK = 1 << 18
LIMITS = (
    f"limits: {CONNECT:g} s to connect, {READ:g} s without a byte, {TRIES} attempts, {GRACE:g} s and a second per "
    f"{SLOWEST / 1000:g} kB in all"
)


def resuming(fetcher: Any) -> Any:
    """brainscore_core's `BotoFetcher` with limits, which goes on from what is in its file already."""

    class Resuming(fetcher):
        unanswered: Exception | None = None

        def download_boto_config(self, config: Any) -> None:
            if self.unanswered is not None:  # asking with other credentials would take as long
                raise self.unanswered
            client, path = _client(config), Path(self.output_filename)
            began, silent = time.monotonic(), 0
            while True:
                before = _size(path)
                try:
                    for reached, total in _received(client, self, path):
                        if time.monotonic() - began > GRACE + total / SLOWEST:
                            raise TimeoutError(
                                f"{reached} of {total} bytes arrived in {time.monotonic() - began:.0f} s"
                            )
                    return
                except _passing() as error:
                    silent = 0 if _size(path) > before else silent + 1
                    if silent >= TRIES or isinstance(error, TimeoutError):
                        self.unanswered = error
                        raise
                    time.sleep(PAUSE * silent)

    return Resuming


def _client(config: Any) -> Any:
    import boto3
    from botocore.config import Config

    limits = Config(connect_timeout=CONNECT, read_timeout=READ, retries={"total_max_attempts": 1})
    return boto3.client("s3", config=limits if config is None else config.merge(limits))


def _passing() -> tuple[type[Exception], ...]:
    """Errors that may be over at the next attempt: those of the line, not of the disk."""
    import urllib3
    from botocore.exceptions import HTTPClientError, IncompleteReadError, ResponseStreamingError

    return (
        *(HTTPClientError, IncompleteReadError, ResponseStreamingError, urllib3.exceptions.HTTPError),
        *(http.client.HTTPException, ConnectionError, TimeoutError, _ServerError),
    )


class _ServerError(Exception):
    """The server says that it has failed (5xx)."""


def _received(client: Any, fetcher: Any, path: Path) -> Iterator[tuple[int, int]]:
    """Write what arrives behind what is there; (bytes so far, bytes in all) after each piece."""
    answer, done = _asked(client, fetcher, _size(path))
    total = done + int(answer["ContentLength"])
    stream = answer["Body"]._raw_stream  # which gives what there is, where the body waits for as much as was asked for
    with path.open("ab" if done else "wb") as file:
        while piece := stream.read1(_CHUNK):
            file.write(piece)
            done += len(piece)
            yield done, total
    if done < total:
        raise ConnectionError(f"the connection ended after {done} of {total} bytes")


def _asked(client: Any, fetcher: Any, done: int) -> tuple[Any, int]:
    """The server's answer to a request for what is missing, and where it begins: at 0 if the server begins anew."""
    from botocore.exceptions import ClientError

    wanted = {"Bucket": fetcher.bucketname, "Key": fetcher.relative_path, **(fetcher.extra_args or {})}
    try:
        answer = client.get_object(**wanted, **({"Range": f"bytes={done}-"} if done else {}))
    except ClientError as error:
        status = error.response["ResponseMetadata"]["HTTPStatusCode"]
        if status >= 500:
            raise _ServerError(" ".join(str(error).split())) from error
        if status != 416 or not done:
            raise
        return _asked(client, fetcher, 0)
    return answer, done if answer["ResponseMetadata"]["HTTPStatusCode"] == 206 else 0


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0
