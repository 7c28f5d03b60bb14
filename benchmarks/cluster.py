"""Read archives on one machine and on a cluster, kill a worker, and compare: bytes and seconds.

usage: python benchmarks/cluster.py POSTS.jsonl [HOW_MANY [FILES]]

POSTS has an object a line with id and text. They are repeated with new ids up to HOW_MANY posts
(200,000 where left out) in FILES archives (20), of which each other one is .jsonl.gz and .parquet.
The scheduler and each worker are processes of their own. Prints JSON: CPU seconds of each process
and of all, from its start to its end, with one and with two workers; then with two of which one is
killed once a third of the time of two has passed, and another one comes in its place; whether the
bytes are those of one machine; and how many rows a second are cut from the archives alone, with the
most memory of that.
"""

from __future__ import annotations

import gzip
import itertools
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from monitor.flag import archives

CLI = [sys.executable, "-m", "monitor.cli"]
CUT = """
import json, resource, sys, time
from monitor.flag import archives
began = time.process_time()
rows = sum(len(one.rows) for one in archives.partitions(sys.argv[1:]))
seconds = time.process_time() - began
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps({"rows a second": round(rows / seconds), "peak MB": round(peak, 1)}))
"""


def posts(path: Path, size: int) -> Iterator[dict[str, str]]:
    """Yield `size` posts, those of the file again and again with new ids."""
    with path.open(encoding="utf-8") as lines:
        given = [json.loads(line)["text"] for line in lines if line.strip()]
    for number, text in enumerate(itertools.islice(itertools.cycle(given), size)):
        yield {"id": str(number), "text": text}


def write_archives(path: Path, size: int, files: int, folder: Path) -> list[str]:
    """Write the posts to archives of both kinds; return their names."""
    given, names = posts(path, size), []
    for number in range(files):
        some = list(itertools.islice(given, size // files + (number < size % files)))
        if number % 2:
            file = folder / f"{number:03}.parquet"
            pq.write_table(pa.Table.from_pylist(some), file, row_group_size=4000)
        else:
            file = folder / f"{number:03}.jsonl.gz"
            with gzip.open(file, "wt", encoding="utf-8") as lines:
                lines.writelines(json.dumps(post, ensure_ascii=False) + "\n" for post in some)
        names.append(str(file))
    return names


class Process:
    """A process, and the CPU seconds that it took."""

    def __init__(self, words: list[str], log: Path) -> None:
        with log.open("ab") as output:
            self._process = subprocess.Popen(words, stdout=output, stderr=output)
        self._log = log

    def end(self, number: int = 0) -> tuple[float, float]:
        """Wait, after a signal where one is given; return CPU seconds and peak MB."""
        if number:
            self._process.send_signal(number)
        _, status, usage = os.wait4(self._process.pid, 0)
        self._process.returncode = status
        if status and not number:
            raise SystemExit(f"{self._process.args} ended with {status}: {self._log.read_text()}")
        return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def on_cluster(
    names: list[str], out: Path, workers: int, folder: Path, kill_after: float | None = None
) -> dict[str, Any]:
    """Return the CPU seconds of a run on a cluster of its own, by process.

    kill_after: seconds from the beginning of the command until a worker is killed.
    """
    place, log = folder / f"scheduler-{out.stem}.json", folder / f"{out.stem}.log"
    common = ["--scheduler-file", str(place), "--no-dashboard"]
    dask = [sys.executable, "-m", "dask"]
    scheduler = Process([*dask, "scheduler", "--port", "0", *common], log)
    while not (place.exists() and place.read_text().strip()):
        time.sleep(0.1)
    address = json.loads(place.read_text())["address"]
    start = [*dask, "worker", *common, "--nthreads", "1", "--no-nanny"]
    start += ["--local-directory", str(folder)]
    running = [Process(start, log) for _ in range(workers)]
    began = time.monotonic()
    command = Process([*CLI, "classify", "--dask", address, "--out", str(out), *names], log)
    spent = []
    if kill_after:
        time.sleep(kill_after)
        spent.append(running.pop(0).end(9))
        running.append(Process(start, log))
    told = command.end()
    wall = time.monotonic() - began
    spent += [one.end(15) for one in running]
    of_scheduler = scheduler.end(15)
    return {
        "workers": [round(seconds, 1) for seconds, _ in spent],
        "command": round(told[0], 1),
        "scheduler": round(of_scheduler[0], 1),
        "all": round(sum(s for s, _ in spent) + told[0] + of_scheduler[0], 1),
        "wall": round(wall, 1),
        "peak MB of the command": round(told[1], 1),
        "peak MB of a worker": round(max(peak for _, peak in spent), 1),
    }


def main(path: Path, size: int, files: int) -> dict[str, Any]:
    """Return all measurements."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        names = write_archives(path, size, files, folder)
        alone = folder / "alone.parquet"
        one_machine = Process([*CLI, "classify", "--out", str(alone), *names], folder / "log").end()
        runs: dict[str, Any] = {}
        outs = [folder / f"{which}.parquet" for which in ("one", "two", "killed")]
        runs["one worker"] = on_cluster(names, outs[0], 1, folder)
        runs["two workers"] = on_cluster(names, outs[1], 2, folder)
        third = runs["two workers"]["wall"] / 3
        runs["two workers, one killed"] = on_cluster(names, outs[2], 2, folder, third)
        cut = subprocess.run([sys.executable, "-c", CUT, *names], capture_output=True, check=True)
        return {
            "posts": size,
            "files": files,
            "rows in the file of needs": pq.read_metadata(alone).num_rows,
            "CPU seconds": {"one machine": round(one_machine[0], 1), **runs},
            "peak MB on one machine": round(one_machine[1], 1),
            "the same bytes": {
                which: out.read_bytes() == alone.read_bytes()
                for which, out in zip(runs, outs, strict=True)
            },
            "cutting alone": json.loads(cut.stdout),
            "partition of rows": archives.PARTITION,
        }


if __name__ == "__main__":
    if len(sys.argv) not in {2, 3, 4}:
        sys.exit(__doc__)
    most = int(sys.argv[2]) if len(sys.argv) > 2 else 200_000
    count = int(sys.argv[3]) if len(sys.argv) > 3 else 20
    print(json.dumps(main(Path(sys.argv[1]), most, count), indent=2))
