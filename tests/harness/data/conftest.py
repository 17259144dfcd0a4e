"""A real S3 protocol server on loopback, what brainscore_core packaged into it, and a line to it that can be cut."""

import http.client
import http.server
import threading
from dataclasses import dataclass
from pathlib import Path

import boto3
import numpy as np
import pytest
from brainscore_core.supported_data_standards.brainio import fetch, packaging
from brainscore_core.supported_data_standards.brainio.assemblies import NeuroidAssembly
from brainscore_core.supported_data_standards.brainio.stimuli import StimulusSet
from PIL import Image

from harness.data import brainscore

FOLDER = "brainio-brainscore"


@dataclass
class Bucket:
    """What lies in the server, and every request that was made to it."""

    endpoint: str
    line: "Line"
    packaged: dict[str, dict]
    client: object


class Line(http.server.ThreadingHTTPServer):
    """Passes requests on to the server; the next `cut` downloads end half way."""

    def __init__(self, port: int):
        self.port, self.cut, self.requests = port, 0, []
        super().__init__(("127.0.0.1", 0), _Handler)


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        line: Line = self.server  # type: ignore[assignment]
        line.requests.append((self.command, self.path))
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
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{server}")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "tester")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "tester")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setattr(fetch, "_local_data_path", str(tmp_path / "packaging"))
    client = boto3.client("s3")
    name = brainscore.BUCKET
    if name not in [b["Name"] for b in client.list_buckets()["Buckets"]]:
        client.create_bucket(Bucket=name)
        client.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    packaged = {"stimuli": _stimuli(tmp_path), "assembly": _assembly()}
    _under_the_folder(client, packaged)
    for variable in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(variable)
    line = Line(server)
    threading.Thread(target=line.serve_forever, daemon=True).start()
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{line.server_port}")
    monkeypatch.setenv("BRAINIO_HOME", str(tmp_path / "brainio"))
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    entries = _registered(packaged)
    monkeypatch.setattr(brainscore, "_entries", lambda: entries)
    yield Bucket(f"http://127.0.0.1:{line.server_port}", line, packaged, client)
    line.shutdown()
    line.server_close()


def _stimuli(folder: Path) -> dict:
    (folder / "images").mkdir()
    paths = {}
    for i, name in enumerate(("bear", "boat", "chair")):
        paths[name] = folder / "images" / f"{name}.png"
        Image.fromarray(np.full((8, 8, 3), 40 * i, dtype=np.uint8)).save(paths[name])
    stimuli = StimulusSet({"stimulus_id": list(paths), "object_name": ["animal", "thing", "thing"]})
    stimuli.stimulus_paths = {name: str(path) for name, path in paths.items()}
    stimuli.identifier = "hvm-tiny"
    return packaging.package_stimulus_set("none", stimuli, "hvm-tiny", bucket_name=brainscore.BUCKET)


def _assembly() -> dict:
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
    assembly = NeuroidAssembly(values, coords=coords, dims=["presentation", "neuroid", "time_bin"])
    return packaging.package_data_assembly(
        "none", assembly, "lab.Tiny2015.public", "hvm-tiny", bucket_name=brainscore.BUCKET
    )


def _under_the_folder(client, packaged: dict) -> None:
    """brainscore_core uploads to the top of a bucket; Brain-Score moves what it publishes into a folder."""
    for file, kind, version in (
        ("assy_lab_Tiny2015_public.nc", "assembly", "version_id"),
        ("stimulus_hvm-tiny.csv", "stimuli", "csv_version_id"),
        ("stimulus_hvm-tiny.zip", "stimuli", "zip_version_id"),
    ):
        source = {"Bucket": brainscore.BUCKET, "Key": file}
        copied = client.copy_object(
            Bucket=brainscore.BUCKET, Key=f"{FOLDER}/{file}", CopySource=source, ACL="public-read"
        )
        packaged[kind][version] = copied["VersionId"]


def _registered(packaged: dict) -> dict:
    assembly, stimuli = packaged["assembly"], packaged["stimuli"]
    shared = {"folder": FOLDER, "reference": False, "source": "test"}
    return {
        ("assembly", "Tiny2015.public"): brainscore.Entry(
            kind="assembly",
            identifier="Tiny2015.public",
            object="lab.Tiny2015.public",
            version=assembly["version_id"],
            sha1=assembly["sha1"],
            zip_version="",
            zip_sha1="",
            cls="NeuronRecordingAssembly",
            stimuli="hvm-tiny",
            **shared,
        ),
        ("stimuli", "hvm-tiny"): brainscore.Entry(
            kind="stimuli",
            identifier="hvm-tiny",
            object="hvm-tiny",
            version=stimuli["csv_version_id"],
            sha1=stimuli["csv_sha1"],
            zip_version=stimuli["zip_version_id"],
            zip_sha1=stimuli["zip_sha1"],
            cls="",
            stimuli="",
            **shared,
        ),
    }
