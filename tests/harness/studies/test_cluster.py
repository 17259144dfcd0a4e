"""The same study in local processes, on a one-node SLURM and on a local Ray cluster: the same scores."""

import getpass
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.results import load_all
from harness.studies import RunEntry, Study, find_run, run_study

pytestmark = pytest.mark.slow

DAEMONS = ("slurmctld", "slurmd", "munged", "sbatch")
CONFIGURATION = """
ClusterName=proof
SlurmctldHost={host}
SlurmctldPort={ports[0]}
SlurmdPort={ports[1]}
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket
SlurmUser={user}
SlurmdUser={user}
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SwitchType=switch/none
MpiDefault=none
ReturnToService=2
KillWait=5
MaxArraySize=100
NodeName={host} CPUs={cores} State=UNKNOWN
PartitionName=all Nodes={host} Default=YES MaxTime=INFINITE State=UP
"""


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


@pytest.fixture
def slurm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A SLURM of this machine alone."""
    monkeypatch.setenv("PATH", f"{os.environ['PATH']}{os.pathsep}/usr/sbin")
    if missing := [daemon for daemon in DAEMONS if shutil.which(daemon) is None]:
        pytest.skip(f"needs SLURM: {', '.join(missing)} is not installed (Debian: slurm-wlm, munge)")
    if os.geteuid() != 0:
        pytest.skip("SLURM's daemon starts jobs as root only")
    folder = tmp_path / "slurm"
    folder.mkdir(mode=0o755)
    for name in ("state", "spool"):
        (folder / name).mkdir()
    key = folder / "munge.key"
    key.write_bytes(os.urandom(1024))
    key.chmod(0o400)
    (folder / "slurm.conf").write_text(
        CONFIGURATION.format(
            host=socket.gethostname().partition(".")[0],
            ports=(free_port(), free_port()),
            folder=folder,
            user=getpass.getuser(),
            cores=os.cpu_count(),
        )
    )
    monkeypatch.setenv("SLURM_CONF", str(folder / "slurm.conf"))
    munge = [f"--key-file={key}", f"--socket={folder}/munge.socket", "--force", "--foreground"]
    files = [f"--{kind}-file={folder}/munged.{kind}" for kind in ("log", "pid", "seed")]
    commands = (["munged", *munge, *files], ["slurmctld", "-D"], ["slurmd", "-D"])
    daemons = []
    try:
        for command in commands:
            daemons.append(
                subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=(folder / f"{command[0]}.err").open("w"))
            )
            time.sleep(1)
        for _ in range(60):
            told = subprocess.run(["sinfo", "--noheader", "--format=%T"], capture_output=True, text=True)
            if "idle" in told.stdout:
                break
            time.sleep(1)
        else:
            logs = [path.read_text()[-1500:] for path in sorted(folder.glob("*.err")) + sorted(folder.glob("*.log"))]
            pytest.skip("SLURM does not start here: " + " | ".join(filter(None, logs)))
        yield
    finally:
        subprocess.run(["scancel", "--user", getpass.getuser()], capture_output=True)
        for daemon in reversed(daemons):
            daemon.terminate()
        time.sleep(3)
        for daemon in daemons:
            daemon.kill()  # slurmd waits for jobs that were cancelled
            daemon.wait()


@pytest.fixture
def study(lab: Path) -> Study:
    odd = {"benchmark": "Lab-odd", "arguments": {"marks": str(lab), "way": "dies once"}}
    return Study.model_validate(
        {
            "study": "proof",
            "models": [{"model": "tiny", "seeds": [0, 1], "grid": {"gain": [1, 2]}}],
            "benchmarks": ["Lab-bright", odd, "suite:lab-v1"],
            "run": {"jobs": 2, "retries": 1},
        }
    )


def scores() -> dict[tuple[str, str], float | None]:
    return {(result.model_name, result.benchmark_name): result.score for result in load_all()[0]}


def run_twice(study: Study, how: RunEntry) -> dict[tuple[str, str], float | None]:
    """The scores; of a study that is called again, nothing is run."""
    ended = list(run_study(study, how))
    assert {one.status for one in ended} == {"scored"} and len(ended) == 12
    again = list(run_study(study, how))
    assert len(again) == 12 and all(one.cached for one in again)
    return scores()


EXPECTED = {"Lab-bright": 0.5, "Lab-bright(offset=1)": 1.5}


def check(found: dict[tuple[str, str], float | None]) -> None:
    assert len(found) == 12
    for (_, benchmark), score in found.items():
        assert score == EXPECTED.get(benchmark, 0.25)


def test_local_processes(study: Study) -> None:
    check(run_twice(study, study.run))


def test_slurm(study: Study, slurm: None) -> None:
    pytest.importorskip("submitit")
    check(run_twice(study, study.run.model_copy(update={"executor": "slurm"})))
    assert {one.job.partition("_")[0].isdigit() for one in find_run("proof").log()} == {True}


def test_slurm_gets_several_jobs_of_a_model_that_would_take_too_long(study: Study, slurm: None) -> None:
    pytest.importorskip("submitit")
    one_model = study.model_copy(update={"models": [study.models[0].model_copy(update={"seeds": [0], "grid": {}})]})
    how = study.run.model_copy(update={"executor": "slurm"})
    first = list(run_study(one_model, how))
    again = {"rerun": {"scores": time.time()}, "split_minutes": 1e-9}
    second = list(run_study(one_model, how.model_copy(update=again)))
    assert [len({one.job for one in ended}) for ended in (first, second)] == [1, 3]
    assert {one.benchmark: one.score for one in first} == {one.benchmark: one.score for one in second}
    assert not any(one.cached for one in second)


def test_a_job_of_slurm_that_is_killed_and_queued_again_ends_with_the_same_results(slurm: None, lab: Path) -> None:
    pytest.importorskip("submitit")
    odd = {"benchmark": "Lab-odd", "arguments": {"marks": str(lab), "way": "is slow", "seconds": 10}}
    study = {"study": "proof", "models": ["tiny"], "benchmarks": ["Lab-bright", odd], "run": {"executor": "slurm"}}
    ended = []
    for one in run_study(Study.model_validate(study)):
        if not ended:  # the first pair has ended, the second has begun
            subprocess.run(["scontrol", "requeue", one.job], check=True)
        ended.append(one)
    assert [(one.benchmark[:8], one.score, one.cached) for one in ended] == [
        ("Lab-brig", 0.5, False),
        ("Lab-brig", 0.5, True),
        ("Lab-odd(", 0.25, False),
    ]
    assert sorted(scores().values()) == [0.25, 0.5]


def run_on_ray(study: Study, program: str) -> None:
    """Run a program, to which the study is `s`, in a process of its own, because a cluster lives as long as its process."""
    pytest.importorskip("ray")
    file = Path(os.environ["PYTHONPATH"]) / "study.json"  # JSON is YAML
    file.write_text(
        study.model_copy(update={"run": study.run.model_copy(update={"executor": "ray"})}).model_dump_json()
    )
    program = f"from harness.studies import *; import sys; s = read_study(sys.argv[1])\n{program}"
    done = subprocess.run([sys.executable, "-c", program, str(file)], capture_output=True, text=True, timeout=900)
    assert done.returncode == 0, done.stderr[-3000:]


def test_ray(study: Study) -> None:
    run_on_ray(
        study,
        "ended = list(run_study(s)); again = list(run_study(s))\n"
        "assert [one.status for one in ended] == ['scored'] * 12, ended\n"
        "assert all(one.cached for one in again) and len(again) == 12\n"
        "assert all(one.job.startswith('ray ') for one in find_run('proof').log())\n",
    )
    check(scores())


def test_a_task_of_ray_that_is_killed_is_run_again_and_ends_with_the_same_results(lab: Path) -> None:
    pytest.importorskip("psutil")
    odd = {"benchmark": "Lab-odd", "arguments": {"marks": str(lab), "way": "is slow", "seconds": 10}}
    study = {"study": "proof", "models": ["tiny"], "benchmarks": ["Lab-bright", odd], "run": {"jobs": 1}}
    run_on_ray(
        Study.model_validate(study),
        "import psutil\n"
        "def is_task(process):\n"
        "    return any('ray::_shard' in word for word in process.cmdline())\n"
        "ended = []\n"
        "for one in run_study(s):\n"
        "    if not ended:\n"
        "        killed = [each for each in psutil.Process().children(recursive=True) if is_task(each)]\n"
        "        assert killed\n"
        "        for each in killed: each.kill()\n"
        "    ended.append(one)\n"
        "told = [(one.benchmark[:8], one.score, one.cached) for one in ended]\n"
        "assert told == [('Lab-brig', .5, False), ('Lab-brig', .5, True), ('Lab-odd(', .25, False)], told\n",
    )
    assert sorted(scores().values()) == [0.25, 0.5]
