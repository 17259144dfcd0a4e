"""Fetching Brain-Score's data from an S3 server, with everything that goes wrong on the way."""

import errno
import http.server
import shutil
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from harness.assemblies import brainio_module
from harness.data import Measurement, _transfer, brain_score, fetch, is_available, locate
from harness.data.brainio import from_assembly
from harness.errors import DataError, HarnessError, MissingData, StoreError, UnknownIdentifier
from harness.paths import brainio_home

SPIKES = Measurement("spikes", "z", "z-scored by session")


def stored(suffix: str) -> Path:
    (path,) = brainio_home().glob(f"*/*{suffix}")
    return path


def test_an_assembly_comes_with_its_stimuli_and_a_second_time_without_a_request(bucket):
    assembly = brain_score.load_assembly("Tiny2015.public")
    np.testing.assert_array_equal(assembly.values, np.random.default_rng(0).random((6, 4, 1)).astype(np.float32))
    assert assembly["object_name"].values.tolist() == ["animal", "thing", "thing"] * 2
    assert type(assembly).__name__ == "NeuronRecordingAssembly"
    recorded = from_assembly(assembly, SPIKES)
    assert (
        recorded.names == ("Tito", "Chabo") and recorded.regions == ("IT", "V4") and recorded.time_bins == ((70, 170),)
    )
    stimuli = brain_score.load_stimulus_set("hvm-tiny")
    assert sorted(stimuli.stimulus_paths) == ["bear", "boat", "chair"]
    asked = {
        path.partition("?")[2].partition("versionId=")[2] for command, path in bucket.line.requests if command == "GET"
    }
    assert asked == {
        bucket.packaged["Tiny2015.public"]["version_id"],
        *(bucket.packaged["hvm-tiny"][f"{kind}_version_id"] for kind in ("csv", "zip")),
    }
    bucket.line.requests.clear()
    brain_score.load_assembly("Tiny2015.public")
    assert not bucket.line.requests


def test_it_is_a_data_set_that_is_fetched_into_a_folder(bucket, home):
    name = "brainscore/Tiny2015.public"
    assert not is_available(name)
    with pytest.raises(MissingData, match=r"get it with: harness data fetch brainscore/Tiny2015.public"):
        locate(name)
    folder = fetch(name)
    assert folder == home / "data" / "brainscore" / "Tiny2015.public" == locate(name)
    assert bucket.packaged["Tiny2015.public"]["sha1"] in (folder / "objects.json").read_text()


@pytest.mark.parametrize("suffix", [".nc", ".csv", ".zip"])
def test_a_corrupt_file_is_removed_and_fetched_again(bucket, suffix):
    expected = brain_score.load_assembly("Tiny2015.public").values
    path = stored(suffix)
    path.write_bytes(path.read_bytes()[:-20])
    bucket.line.requests.clear()
    np.testing.assert_array_equal(brain_score.load_assembly("Tiny2015.public").values, expected)
    assert {path.partition("?")[0].rpartition(".")[2] for _, path in bucket.line.requests} == {suffix[1:]}


def test_an_archive_that_was_unpacked_half_is_unpacked_anew(bucket):
    brain_score.load_stimulus_set("hvm-tiny")
    folder = stored(".zip").with_suffix("")
    (folder / "bear.png").unlink()
    (folder / "boat.png").write_bytes(b"half")
    assert sorted(brain_score.load_stimulus_set("hvm-tiny").stimulus_paths) == ["bear", "boat", "chair"]
    assert (folder / "boat.png").stat().st_size > 40


def test_a_wrong_checksum_is_said_and_the_file_not_kept(bucket, monkeypatch):
    entries = brain_score._entries()
    wrong = replace(entries["assembly", "Tiny2015.public"], sha1="0" * 40)
    monkeypatch.setattr(brain_score, "_entries", lambda: entries | {("assembly", "Tiny2015.public"): wrong})
    for _ in range(2):
        with pytest.raises(MissingData, match=r"is not the published one .SHA1 mismatch.*it was removed: try again"):
            brain_score.load_assembly("Tiny2015.public")
        assert not list(brainio_home().rglob("*.nc")) and not list(brainio_home().rglob("*.part"))


def test_a_line_cut_for_ever_is_said_and_what_came_is_gone_on_from(bucket, monkeypatch):
    monkeypatch.setattr(_transfer, "PAUSE", 0.01)
    bucket.line.cut = 10**6
    with pytest.raises(
        MissingData, match=r"'Tiny2015.public' cannot be fetched from https://brainscore-storage.*try again"
    ):
        brain_score.load_assembly("Tiny2015.public")
    assert not list(brainio_home().rglob("*.nc")) and not list(brainio_home().rglob("*.part*"))
    (begun,) = brainio_home().rglob("*.begun")
    assert begun.stat().st_size > 1000
    bucket.line.cut = 0
    bucket.line.ranges.clear()
    assert brain_score.load_assembly("Tiny2015.public").shape == (6, 4, 1)
    assert bucket.line.ranges[0] and not list(brainio_home().rglob("*.begun"))


def test_what_was_begun_with_other_bytes_is_fetched_anew(bucket):
    entry = brain_score.entry("Tiny2015.public")
    folder = brainio_home() / entry.sha1
    folder.mkdir(parents=True)
    begun = folder / f".{next(iter(entry.files))}.begun"
    begun.write_bytes(b"x" * 10**6)  # more than there is
    assert brain_score.load_assembly("Tiny2015.public").shape == (6, 4, 1)
    shutil.rmtree(folder)
    folder.mkdir()
    begun.write_bytes(b"x" * 100)
    with pytest.raises(MissingData, match="is not the published one"):
        brain_score.load_assembly("Tiny2015.public")
    assert brain_score.load_assembly("Tiny2015.public").shape == (6, 4, 1)


class Bad(http.server.BaseHTTPRequestHandler):
    """A server that does what its `how` says, and counts its requests."""

    how = ""
    asked = 0

    def do_GET(self) -> None:
        type(self).asked += 1
        if self.how == "silent":
            time.sleep(5)
        elif self.how == "closes":
            self.close_connection = True
        elif self.how == "slow":
            self._answer(200, 1000)
            for _ in range(50):
                self.wfile.write(b"x")
                time.sleep(0.1)
        elif self.how == "redirect":
            self.send_response(302)
            self.send_header("Location", f"http://{self.headers['Host']}/elsewhere")
            self.end_headers()
        elif self.how == "short":
            self._answer(200, 1000)
            self.wfile.write(b"x" * 10)
            self.close_connection = True
        elif self.how == "wrong":
            self._answer(200, 10)
            self.wfile.write(b"x" * 10)
        else:
            self._answer(int(self.how), 0)

    def _answer(self, status: int, length: int) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(length))
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ("silent", "ReadTimeoutError.*try again .limits: 10 s to connect, 20 s without a byte"),
        ("closes", "ConnectionClosedError.*try again"),
        ("short", "ConnectionError: the connection ended after 10 of 1000 bytes.* 10 bytes are kept"),
        ("slow", r"TimeoutError: \d+ of 1000 bytes arrived in \d+ s"),
        ("wrong", "is not the published one .SHA1 mismatch"),
        ("redirect", "try again"),
        ("404", "there is no such object or version any more"),
        ("500", "ServerError.*try again"),
    ],
)
def test_a_bad_server_is_one_sentence_in_time(monkeypatch, tmp_path, how, said):
    pytest.importorskip("brainscore_core", reason="Brain-Score's core, which fetches its data, is made for Python 3.11")
    for name, value in {"READ": 0.4, "PAUSE": 0.01, "GRACE": 0.5, "SLOWEST": 1e4}.items():
        monkeypatch.setattr(_transfer, name, value)
    handler = type("Handler", (Bad,), {"how": how})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{server.server_port}")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("BRAINIO_HOME", str(tmp_path))
    began = time.monotonic()
    with pytest.raises(MissingData, match=said) as caught:
        fetch("brainscore/MajajHong2015.public")
    server.shutdown()
    assert (
        time.monotonic() - began < 15
        and "\n" not in str(caught.value)
        and handler.asked <= 4 + (how == "redirect") * 20
    )


def test_a_line_cut_once_is_survived(bucket):
    bucket.line.cut = 1
    assert brain_score.load_assembly("Tiny2015.public").shape == (6, 4, 1)


def test_what_is_here_is_read_from_a_folder_that_cannot_be_written(bucket, monkeypatch):
    brain_score.load_assembly("Tiny2015.public")
    for lock in brainio_home().rglob("*.lock"):
        lock.unlink()
    monkeypatch.setattr(brain_score, "_renew", refuse)
    assert brain_score.load_assembly("Tiny2015.public").shape == (6, 4, 1)
    assert not list(brainio_home().rglob("*.lock"))


def refuse(*arguments):
    raise PermissionError(errno.EACCES, "Permission denied")


def test_a_folder_that_cannot_be_written_is_said(bucket, monkeypatch, tmp_path):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("BRAINIO_HOME", str(tmp_path / "file"))
    with pytest.raises(StoreError, match=r"cannot be written .Not a directory.*set BRAINIO_HOME to another folder"):
        brain_score.load_assembly("Tiny2015.public")


@pytest.mark.parametrize("place", ["download", "unpack"])
def test_a_full_disk_is_said_and_nothing_is_kept(bucket, monkeypatch, place):
    def full(*arguments, **options):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        if place == "download":
            patch.setattr(brainio_module("fetch").BotoFetcher, "download_boto", full)
        else:
            patch.setattr("zipfile.ZipFile.extractall", full)
        with pytest.raises(HarnessError, match=r"No space left on device.*free some space"):
            brain_score.load_assembly("Tiny2015.public")
    assert not list(brainio_home().rglob("*.part*"))
    assert brain_score.load_assembly("Tiny2015.public").shape == (6, 4, 1)


def test_what_a_killed_process_left_half_is_removed(bucket):
    entry = brain_score.entry("Tiny2015.public")
    folder = brainio_home() / entry.sha1
    (folder / ".killed.part").mkdir(parents=True)
    (folder / ".killed.part.0a1b2c").write_bytes(b"half")
    brain_score.load_assembly("Tiny2015.public")
    assert not list(folder.glob(".killed*"))


def test_of_two_at_once_one_downloads(bucket):
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(brain_score._obtain, [brain_score.entry("Tiny2015.public")] * 2))
    assert sum(command == "GET" for command, _ in bucket.line.requests) == 1


def test_a_version_that_is_gone_is_said(bucket, monkeypatch):
    entries = brain_score._entries()
    gone = replace(entries["assembly", "Tiny2015.public"], object="lab.Gone2015")
    monkeypatch.setattr(brain_score, "_entries", lambda: entries | {("assembly", "Tiny2015.public"): gone})
    with pytest.raises(MissingData, match=r"there is no such object or version any more"):
        brain_score.load_assembly("Tiny2015.public")


def test_what_is_not_public_is_refused_and_said(bucket):
    key = "brainio-brainscore/assy_lab_Tiny2015_public.nc"
    bucket.client.put_object_acl(Bucket=brain_score.BUCKET, Key=key, ACL="private")
    with pytest.raises(
        MissingData, match=r"it is refused without credentials .*; ask its authors or Brain-Score for access"
    ):
        brain_score.load_assembly("Tiny2015.public")


def test_without_network_it_says_so(monkeypatch, tmp_path):
    pytest.importorskip("brainscore_core", reason="Brain-Score's core, which fetches its data, is made for Python 3.11")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    monkeypatch.setenv("BRAINIO_HOME", str(tmp_path))
    with pytest.raises(MissingData, match=r"EndpointConnectionError.*check the network and try again"):
        brain_score.load_assembly("MajajHong2015.public")
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and path.suffix != ".lock"]


def test_files_that_the_table_does_not_know_are_an_inconsistent_publication(bucket):
    brain_score.load_stimulus_set("hvm-tiny")
    (stored(".zip").with_suffix("") / "stranger.png").write_bytes(b"")
    with pytest.raises(DataError, match=r"'hvm-tiny' are not those of its table"):
        brain_score.load_stimulus_set("hvm-tiny")
    shutil.rmtree(stored(".zip").with_suffix(""))
    brain_score.load_stimulus_set("hvm-tiny")


def test_the_table_holds_what_brain_score_publishes():
    majaj = brain_score.entry("MajajHong2015.public")
    assert majaj.files == {"assy_dicarlo_MajajHong2015_public.nc": ("null", "13d28ca0ce88ee550b54db3004374ae19096e9b9")}
    assert (majaj.stimuli, majaj.folder) == ("hvm-public", "brainio-brainscore")
    stimuli = brain_score.entry("FreemanZiemba2013.aperture-public", "stimuli")
    assert [sha1[:6] for _, sha1 in stimuli.files.values()] == ["194c9b", "3a6fec"]
    lahner = brain_score.entry("Lahner2024-fMRI")
    assert lahner.folder == "brainscore-vision/benchmarks/Lahner2024-fMRI" and lahner.source == "PR1249"
    assert len(brain_score.identifiers()) == 164 and len(brain_score.identifiers(kind="stimuli")) == 173
    for (kind, name), entry in brain_score._entries().items():
        assert all(len(sha1) == 40 and int(sha1, 16) >= 0 for _, sha1 in entry.files.values()), (kind, name)
    with pytest.raises(
        UnknownIdentifier, match=r"no assembly 'MajajHong2015.publi'; did you mean MajajHong2015.public"
    ):
        brain_score.entry("MajajHong2015.publi")
