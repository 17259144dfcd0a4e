"""A real S3 protocol server on loopback, what brainscore_core packaged into it, and a line to it that can be cut."""

import http.client
import http.server
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
import numpy as np
import pytest
from PIL import Image

from harness.assemblies import BrainIOStimulusSet, NeuroidAssembly, brainio_module
from harness.data import brain_score
from harness.identity import Closure

FOLDER = "brainio-brainscore"


@dataclass
class Bucket:
    """What lies in the server, and every request that was made to it.

    Attributes:
        endpoint: of the line to the server.
        packaged: registered identifier -> what brainscore_core told of the upload.
        entries: what stands in for Brain-Score's table.
        uploading: context in which the environment allows uploads.
    """

    endpoint: str
    line: "Line"
    client: Any
    folder: Path
    uploading: Callable[[], AbstractContextManager]
    packaged: dict[str, dict] = field(default_factory=dict)
    entries: dict = field(default_factory=dict)

    def publish_stimuli(self, name: str, images: dict[str, np.ndarray], **columns: list) -> None:
        """Package images and their table, upload them and enter them in the table."""
        folder = self.folder / "images" / name
        folder.mkdir(parents=True)
        for image, pixels in images.items():
            Image.fromarray(pixels).save(folder / f"{image}.png")
        stimuli = BrainIOStimulusSet({"stimulus_id": list(images), **columns})
        stimuli.stimulus_paths = {image: str(folder / f"{image}.png") for image in images}
        stimuli.identifier = name
        with self.uploading():
            told = brainio_module("packaging").package_stimulus_set(
                "none", stimuli, name, bucket_name=brain_score.BUCKET
            )
            told["csv_version_id"] = self._move(f"stimulus_{name}.csv")
            told["zip_version_id"] = self._move(f"stimulus_{name}.zip")
        self.packaged[name] = told
        self.entries["stimuli", name] = brain_score.Entry(
            "stimuli", name, name, FOLDER, told["csv_version_id"], told["csv_sha1"], told["zip_version_id"],
            told["zip_sha1"], cls="", stimuli="", reference=False, source="test",
        )  # fmt: skip

    def publish(self, identifier: str, name: str, assembly: Any, stimuli: str, cls: str) -> None:
        """Package an assembly under a name, upload it and enter it in the table."""
        packed = "PropertyAssembly" if cls == "PropertyAssembly" else "NeuroidAssembly"  # all that it packages of these
        with self.uploading():
            told = brainio_module("packaging").package_data_assembly(
                "none", assembly, name, stimuli, assembly_class_name=packed, bucket_name=brain_score.BUCKET
            )
            told["version_id"] = self._move(f"assy_{name.replace('.', '_')}.nc")
        self.packaged[identifier] = told
        self.entries["assembly", identifier] = brain_score.Entry(
            "assembly", identifier, name, FOLDER, told["version_id"], told["sha1"], "", "", cls, stimuli,
            reference=packed == "PropertyAssembly", source="test",
        )  # fmt: skip

    def _move(self, file: str) -> str:
        """brainscore_core uploads to the top of a bucket; Brain-Score moves what it publishes into a folder."""
        source = {"Bucket": brain_score.BUCKET, "Key": file}
        key = f"{FOLDER}/{file}"
        copied = self.client.copy_object(Bucket=brain_score.BUCKET, Key=key, CopySource=source, ACL="public-read")
        return copied["VersionId"]


class Line(http.server.ThreadingHTTPServer):
    """Passes requests on to the server; the next `cut` downloads end half way."""

    def __init__(self, port: int):
        self.port, self.cut, self.requests, self.ranges = port, 0, [], []
        super().__init__(("127.0.0.1", 0), _Handler)


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        line: Line = self.server  # type: ignore[assignment]
        line.requests.append((self.command, self.path))
        line.ranges.append(self.headers["Range"])
        upstream = http.client.HTTPConnection("127.0.0.1", line.port)
        upstream.request(self.command, self.path, headers=dict(self.headers))
        answer = upstream.getresponse()
        body = answer.read()
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in ("transfer-encoding", "connection", "date", "server"):
                self.send_header(name, value)
        self.end_headers()
        if self.command == "GET" and line.cut > 0:
            line.cut -= 1
            body = body[: len(body) // 2]
            self.close_connection = True
        if self.command == "GET":
            self.wfile.write(body)

    do_HEAD = do_GET

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def server():
    moto = pytest.importorskip("moto.server", reason="moto[server] is in the extra test")
    running = moto.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    running.start()
    yield running.get_host_and_port()[1]
    running.stop()


@pytest.fixture
def bucket(server: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """An assembly and its stimuli, packaged and uploaded by brainscore_core, under a registered identifier."""
    pytest.importorskip("brainscore_core", reason="Brain-Score's core, which fetches its data, is made for Python 3.11")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("BRAINIO_HOME", str(tmp_path / "brainio"))
    line = Line(server)
    endpoint = f"http://127.0.0.1:{line.server_port}"
    monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
    threading.Thread(target=line.serve_forever, daemon=True).start()

    @contextmanager
    def uploading():
        with monkeypatch.context() as patch:
            patch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{server}")
            for variable in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
                patch.setenv(variable, "tester")
            patch.setattr(brainio_module("fetch"), "_local_data_path", str(tmp_path / "packaging"))
            patch.setattr(boto3, "DEFAULT_SESSION", None)
            yield

    with uploading():
        client = boto3.client("s3")
        name = brain_score.BUCKET
        if name not in [b["Name"] for b in client.list_buckets()["Buckets"]]:
            client.create_bucket(Bucket=name)
            client.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    bucket = Bucket(endpoint, line, client, tmp_path, uploading)
    levels = {name: np.full((8, 8, 3), 40 * i, dtype=np.uint8) for i, name in enumerate(("bear", "boat", "chair"))}
    bucket.publish_stimuli("hvm-tiny", levels, object_name=["animal", "thing", "thing"])
    bucket.publish("Tiny2015.public", "lab.Tiny2015.public", _assembly(), "hvm-tiny", "NeuronRecordingAssembly")
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    monkeypatch.setattr(brain_score, "_entries", lambda: bucket.entries)
    monkeypatch.setattr(Closure, "replaced", lambda self: [])  # the bucket stands for data, not for code
    yield bucket
    line.shutdown()
    line.server_close()


def _assembly() -> NeuroidAssembly:
    coords = {
        "stimulus_id": ("presentation", ["bear", "boat", "chair"] * 2),
        "repetition": ("presentation", [0, 0, 0, 1, 1, 1]),
        "neuroid_id": ("neuroid", ["Tito_1", "Tito_2", "Chabo_1", "Chabo_2"]),
        "animal": ("neuroid", ["Tito", "Tito", "Chabo", "Chabo"]),
        "region": ("neuroid", ["V4", "IT", "IT", "IT"]),
        "time_bin_start": ("time_bin", [70]),
        "time_bin_end": ("time_bin", [170]),
    }
    values = np.random.default_rng(0).random((6, 4, 1)).astype(np.float32)
    return NeuroidAssembly(values, coords=coords, dims=["presentation", "neuroid", "time_bin"])
