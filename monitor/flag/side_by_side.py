"""The readers on several cores: lines of JSON go in, what a worker makes of each chunk comes out.

The order is kept, and no more than two chunks a worker are held. The workers are forks of this
process, made once the readers are loaded.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import Any, TypeVar

from classifiers import pipeline
from monitor.errors import DistressError
from monitor.flag.classify import LONGEST_LINE, classify

CHUNK = 200  # lines; fewer where they are long
_A_PLEA = "求助!武汉市医院医护人员急需口罩500个,联系李护士13800138000"
_Made = TypeVar("_Made")


def side_by_side(
    work: Callable[[int, list[bytes]], _Made],
    lines: Iterable[bytes],
    workers: int,
    chunk: int = CHUNK,
) -> Generator[_Made, None, None]:
    """Yield what `work` makes of each chunk of lines, in their order.

    work: a function of a module; it is given the number of the first line, and the lines.
    Raises DistressError where a worker was killed.
    """
    return in_processes(work, _chunks(lines, chunk), workers)


def in_processes(
    work: Callable[..., _Made], chunks: Iterable[tuple[Any, ...]], workers: int
) -> Generator[_Made, None, None]:
    """Yield what `work` makes of each chunk, in their order, by `workers` forks of this process.

    work: a function of a module; chunks: what it is given each time.
    Raises DistressError where a worker was killed.
    """
    load()  # what the readers load as they go is there before the workers are forked
    context = multiprocessing.get_context("fork")
    pool = ProcessPoolExecutor(workers, mp_context=context, initializer=_begin)
    try:
        yield from in_order((pool.submit(work, *chunk) for chunk in chunks), lambda: 2 * workers)
    except BrokenProcessPool:
        raise DistressError(
            "a worker was killed, perhaps for want of memory; what was written until then is "
            "right. Try fewer: --workers 1"
        ) from None
    finally:
        pool.shutdown(cancel_futures=True)


def in_order(
    submitted: Iterable[Future[_Made]],
    most: Callable[[], int],
    result: Callable[[Future[_Made]], _Made] = Future.result,
) -> Generator[_Made, None, None]:
    """Yield the results of work in its order, which is submitted as it is drawn.

    most: how many pieces may be held at the time. result: waits for one.
    """
    pending: deque[Future[_Made]] = deque()
    for future in submitted:
        pending.append(future)
        while pending and (len(pending) >= most() or pending[0].done()):
            yield result(pending.popleft())
    while pending:
        yield result(pending.popleft())


def load() -> None:
    """Load all that the readers load as they go."""
    for _ in pipeline.read([_A_PLEA], gated=False):
        pass


def readings(first: int, lines: list[bytes]) -> list[dict[str, Any]]:
    """Return the readings of a chunk of lines."""
    return list(classify(lines, first))


def written(first: int, lines: list[bytes]) -> tuple[str, int]:
    """Return the readings of a chunk as JSON Lines, and how many lines could not be read."""
    made = readings(first, lines)
    wrong = sum("error" in fields and "line" in fields for fields in made)
    return "".join(json.dumps(fields) + "\n" for fields in made), wrong


def _chunks(lines: Iterable[bytes], most: int) -> Iterator[tuple[int, list[bytes]]]:
    """Yield lines, `most` or about LONGEST_LINE bytes at once, and the number of the first."""
    some: list[bytes] = []
    size, first = 0, 1
    for number, line in enumerate(lines, 1):
        some.append(line)
        size += len(line)
        if len(some) >= most or size > LONGEST_LINE:
            yield first, some
            some, size, first = [], 0, number + 1
    if some:
        yield first, some


def _begin() -> None:
    """Leave Ctrl-C to the process that forked this worker, and end with it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent:
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: Any) -> None:
    parent.join()
    os._exit(1)
