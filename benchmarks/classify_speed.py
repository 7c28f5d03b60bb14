"""Compare `distress classify` with jieba.lcut alone over the same posts, and watch its memory.

usage: python benchmarks/classify_speed.py POSTS.jsonl [MOST]

Everything runs on one core, in one run. POSTS has an object a line with id and text. The posts are
repeated with new ids up to 10,000, 100,000 … MOST (1,000,000 where left out) posts for the command
itself, from its start to its end. Prints JSON: posts a second of CPU time, their ratio to
jieba.lcut without its start, and the peak memory in MB for each size.
"""

from __future__ import annotations

import itertools
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import jieba

from classifiers import pipeline


def posts(path: Path) -> list[dict]:
    """Return the posts of a file."""
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


def repeated(given: list[dict], size: int) -> Iterator[bytes]:
    """Yield `size` lines, the posts again and again with new ids."""
    for number, post in enumerate(itertools.islice(itertools.cycle(given), size)):
        yield json.dumps({"id": number, "text": post["text"]}).encode() + b"\n"


def speed(given: list[dict]) -> dict[str, float]:
    """Return posts a second of both, start-up left out."""
    texts = [post["text"] for post in given]
    jieba.lcut("")
    for _ in pipeline.read(texts[:200]):
        pass
    started = time.process_time()
    for text in texts:
        jieba.lcut(text)
    cutting = time.process_time() - started
    started = time.process_time()
    for _ in pipeline.read(texts):
        pass
    reading = time.process_time() - started
    return {
        "jieba.lcut posts a second": round(len(texts) / cutting),
        "reading, posts a second": round(len(texts) / reading),
        "ratio": round(cutting / reading, 2),
    }


def command(given: list[dict], size: int, cutting: float) -> dict[str, float]:
    """Return what a real `distress classify` over `size` posts takes.

    cutting: posts a second of jieba.lcut.
    """
    process = subprocess.Popen(
        [sys.executable, "-m", "monitor.cli", "classify"],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
    )
    assert process.stdin
    for line in repeated(given, size):
        process.stdin.write(line)
    process.stdin.close()
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"distress classify ended with status {status}")
    speed_of_it = size / (usage.ru_utime + usage.ru_stime)
    return {
        "posts a second": round(speed_of_it),
        "ratio": round(speed_of_it / cutting, 2),
        "peak MB": round(usage.ru_maxrss / 1024, 1),
    }


def main(path: Path, most: int) -> dict[str, object]:
    """Return both measurements."""
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    given = posts(path)
    sizes = [size for size in (10_000, 100_000, 1_000_000) if size <= most]
    reading = speed(given)
    cutting = reading["jieba.lcut posts a second"]
    return {
        "posts": len(given),
        **reading,
        "distress classify": {size: command(given, size, cutting) for size in sizes},
        "peak MB of this program": round(
            resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1
        ),
    }


if __name__ == "__main__":
    if len(sys.argv) not in {2, 3}:
        sys.exit(__doc__)
    largest = int(sys.argv[2]) if len(sys.argv) == 3 else 1_000_000
    print(json.dumps(main(Path(sys.argv[1]), largest), indent=2))
