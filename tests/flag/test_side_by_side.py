"""Readers on several cores give what one gives, hold little, and tell of a killed worker."""

from __future__ import annotations

import itertools
import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from monitor.cli import main
from monitor.errors import DistressError
from monitor.flag.classify import LONGEST_LINE, classify
from monitor.flag.side_by_side import readings, side_by_side, written

PLEA = "求助！晴川市紫荆医院医护人员急需N95口罩500个，联系李护士13800138000"


def lines_of_many() -> list[bytes]:
    """Return pleas, noise, empty lines, a bad one and one that fills a chunk by itself."""
    posts = [{"id": n, "text": PLEA if n % 5 == 0 else "晚霞"} for n in range(23)]
    lines = [json.dumps(post).encode() + b"\n" for post in posts]
    lines[4:4] = [b"\n", b"nonsense\n"]
    lines[11:11] = [b'{"text": "' + b"x" * LONGEST_LINE + b'"}\n', b'{"id": 1}\n']
    return lines


def first_numbers(first: int, lines: list[bytes]) -> int:
    """Return the number of a chunk's first line; for workers."""
    return first


def die_at_the_third(first: int, lines: list[bytes]) -> int:
    """Kill the worker that has the third line, as the kernel does for want of memory."""
    if first == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return first


def test_two_workers_read_what_one_reads_in_the_same_order() -> None:
    lines = lines_of_many()
    chunks = side_by_side(readings, lines, 2, chunk=4)
    assert list(itertools.chain.from_iterable(chunks)) == list(classify(lines))


def test_what_workers_write_counts_the_lines_that_could_not_be_read() -> None:
    chunks = list(side_by_side(written, lines_of_many(), 2, chunk=4))
    texts = "".join(text for text, _ in chunks).splitlines()
    assert texts == [json.dumps(fields) for fields in classify(lines_of_many())]
    assert sum(unread for _, unread in chunks) == 3


def test_no_more_than_two_chunks_a_worker_are_held() -> None:
    drawn = 0

    def endless() -> Iterator[bytes]:
        nonlocal drawn
        while True:
            drawn += 1
            yield b"\n"

    chunks = side_by_side(first_numbers, endless(), 2, chunk=3)
    for taken in range(1, 6):
        assert next(chunks) == 3 * (taken - 1) + 1
        assert drawn <= 3 * (taken + 2 * 2)
    chunks.close()


def test_a_killed_worker_is_told() -> None:
    with pytest.raises(DistressError, match="a worker was killed"):
        list(side_by_side(die_at_the_third, [b"\n"] * 9, 2, chunk=1))


@pytest.mark.parametrize("form", [[], ["--json"]])
def test_the_command_writes_the_same_with_two_workers(form: list[str], tmp_path: Path) -> None:
    path = tmp_path / "posts.jsonl"
    path.write_bytes(b"".join(lines_of_many()))
    one, two = (
        CliRunner().invoke(main, ["classify", *form, "--workers", number, str(path)])
        for number in ("1", "2")
    )
    assert two.stdout_bytes == one.stdout_bytes
    assert one.stdout.strip()
    assert (two.exit_code, two.stderr) == (one.exit_code, one.stderr)
    assert two.exit_code == 1
