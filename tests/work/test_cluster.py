"""Archives on a cluster are read as one machine reads them, also where a worker is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pyarrow as pa
import pytest
from archived import cheap_posts, lines, posts, write_lines, write_parquet
from click.testing import CliRunner
from dask_cluster import ROOT, Cluster, cluster

from monitor.cli import main
from monitor.flag import archives

# Runs a command in an environment in which the extra was not installed.
WITHOUT = """
import sys
class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {"dask", "distributed", "fsspec", "tornado"}:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, Missing())
from monitor.cli import main
main(sys.argv[1:])
"""
LOADED = """
import sys
from monitor.cli import main
main(sys.argv[1:], standalone_mode=False)
print({name.partition(".")[0] for name in sys.modules} & {"dask", "distributed", "fsspec"})
"""


def some_archives(folder: Path) -> list[str]:
    """Return archives of a few thousand posts, mostly cheap ones, and a broken line."""
    cheap = cheap_posts(1500)
    return [
        write_lines(folder / "b.jsonl.gz", lines(posts(140)) + b"nonsense\n" + lines(cheap)),
        write_parquet(folder / "a.parquet", pa.Table.from_pylist(posts(140, 140) + cheap)),
    ]


def alone(out: Path, names: list[str]) -> bytes:
    """Return the file of needs as one process writes it."""
    CliRunner().invoke(main, ["classify", "--out", str(out), *names])
    return out.read_bytes()


def kill_one_that_reads(started: Cluster, pipe: Path, content: bytes) -> None:
    """Kill one of two workers that has a partition to read, once the command has handed some out.

    pipe: an archive which the command opens first, once the readers are loaded everywhere.
    content: of the archive; what comes after three partitions is written when the worker is dead.
    """
    _, killed, other = started.processes
    rows = content.splitlines(keepends=True)
    with pipe.open("wb") as stream:
        for worker in (killed, other):
            worker.send_signal(signal.SIGSTOP)  # so that it keeps what it is given
        stream.write(b"".join(rows[: 3 * archives.PARTITION]))
        stream.flush()
        started.wait(2, tasks=1)
        killed.kill()
        killed.wait()
        other.send_signal(signal.SIGCONT)
        stream.write(b"".join(rows[3 * archives.PARTITION :]))


def test_a_killed_worker_changes_no_byte(tmp_path: Path) -> None:
    content = lines(posts(35) + cheap_posts(5 * archives.PARTITION))
    pipe = tmp_path / "c.jsonl"
    pipe.write_bytes(content)
    names = [str(pipe), *some_archives(tmp_path)]
    expected = alone(tmp_path / "alone.parquet", names)
    pipe.unlink()
    os.mkfifo(pipe)
    with cluster(tmp_path, workers=2) as started:
        out = tmp_path / "needs.parquet"
        command = started.classify("--out", out, *names)
        kill_one_that_reads(started, pipe, content)
        told, wrong = command.communicate()
        assert out.exists(), wrong + started.told()
    assert out.read_bytes() == expected
    assert "45 needs, 45 that may change one" in told
    assert command.returncode == 1
    assert "1 rows could not be read" in wrong


@pytest.mark.long
def test_a_partition_that_kills_its_workers_is_given_up_by_name(tmp_path: Path) -> None:
    pipe = tmp_path / "c.jsonl"
    os.mkfifo(pipe)
    content = lines(cheap_posts(5 * archives.PARTITION))
    with cluster(tmp_path, workers=2, failures=0) as started:
        command = started.classify("--out", tmp_path / "needs.parquet", pipe)
        with suppress(BrokenPipeError):  # it may have ended by then
            kill_one_that_reads(started, pipe, content)
        _, wrong = command.communicate()
    assert command.returncode == 1
    assert f"1 workers died over {pipe} from row" in " ".join(wrong.split())
    assert not (tmp_path / "needs.parquet").exists()


@pytest.mark.long
def test_a_scheduler_that_goes_away_is_told(tmp_path: Path) -> None:
    pipe = tmp_path / "c.jsonl"
    os.mkfifo(pipe)
    with cluster(tmp_path, workers=1) as started:
        command = started.classify("--out", tmp_path / "needs.parquet", pipe)
        with suppress(BrokenPipeError), pipe.open("wb") as stream:
            started.processes[0].kill()
            started.processes[0].wait()
            stream.write(lines(cheap_posts(9 * archives.PARTITION)))
        _, wrong = command.communicate()
    assert "went away" in wrong
    assert command.returncode == 1


@pytest.mark.long
def test_workers_that_are_processes_of_this_machine_write_the_same(tmp_path: Path) -> None:
    names = some_archives(tmp_path)
    expected = alone(tmp_path / "alone.parquet", names)
    out = tmp_path / "needs.parquet"
    words = ["classify", "--dask", "local:2", "--out", str(out), *names]
    subprocess.run(
        [sys.executable, "-m", "monitor.cli", *words],
        env={**os.environ, "PYTHONPATH": str(ROOT)}, check=False, capture_output=True,
    )  # fmt: skip
    assert out.read_bytes() == expected


def run(script: str, folder: Path, *words: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", script, *map(str, words)],
        env={**os.environ, "PYTHONPATH": str(ROOT)}, cwd=folder, text=True, check=False,
        capture_output=True,
    )  # fmt: skip


def test_without_the_extra_its_name_is_told_and_all_else_works(tmp_path: Path) -> None:
    name = write_lines(tmp_path / "a.jsonl", lines(posts(3)))
    out = tmp_path / "needs.parquet"
    asked = run(WITHOUT, tmp_path, "classify", "--dask", "local:2", "--out", out, name)
    assert asked.returncode == 1
    told = " ".join(asked.stderr.split())
    assert "a cluster needs dask.distributed" in told
    assert "pip install 'distress-signal-monitor[cluster]'" in told
    assert not out.exists()
    done = run(WITHOUT, tmp_path, "classify", "--out", out, name)
    assert (done.returncode, out.exists()) == (0, True), done.stderr
    far = run(WITHOUT, tmp_path, "classify", "--out", out, "s3://bucket/a.jsonl")
    assert "pip install 'distress-signal-monitor[cluster]'" in " ".join(far.stderr.split())


def test_nothing_of_the_extra_is_loaded_where_no_cluster_is_asked_for(tmp_path: Path) -> None:
    name = write_lines(tmp_path / "a.jsonl", lines(posts(3)))
    done = run(LOADED, tmp_path, "classify", "--out", tmp_path / "needs.parquet", name)
    assert done.stdout.splitlines()[-1] == "set()", done.stdout + done.stderr
