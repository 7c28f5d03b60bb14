"""Archives on a cluster of dask.distributed: partitions go in, their readings come out in order.

This machine reads the files and hands out their rows; a worker needs this program, and nothing
else. Where a worker dies, what it had is given to another one. This module loads dask: import it
where a cluster is asked for.
"""

from __future__ import annotations

import logging
import pickle
import re
import uuid
from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import CancelledError, Future
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any

import dask
from distributed import Client, KilledWorker, LocalCluster, WorkerPlugin, get_worker
from distributed.comm.core import CommClosedError

from classifiers import pipeline
from classifiers.request import request
from monitor.errors import DistressError
from monitor.flag.archive_readings import PartitionReadings, read_partition
from monitor.flag.archives import Partition
from monitor.flag.side_by_side import in_order, load

log = logging.getLogger(__name__)

ALLOWED_FAILURES = 5  # workers that may die over a partition until it is given up
_LOCAL = re.compile(r"local(?::([1-9]\d?))?")
_SCHEDULER = re.compile(r"(?:\w+://)?[^/\s]+:\d+")
_WORKERS = 120  # seconds until a scheduler without workers is of no use
_PATIENCE = 60.0  # seconds without a reading after which it is told that no worker is left
_reading = Lock()  # the readers are not made for threads, of which a worker may have several


class Readers(WorkerPlugin):
    """Has each worker load the readers once, also one that comes later.

    model: the file of the model that they judge by, None for the bundled one.
    """

    name = "distress-readers"

    def __init__(self, model: bytes | None) -> None:
        self._model = model

    def setup(self, worker: Any) -> None:
        """Load the readers in a worker's process."""
        folder = None
        if self._model is not None:
            folder = Path(worker.local_directory) / self.name
            folder.mkdir(exist_ok=True)
            (folder / request.MODEL_FILE).write_bytes(self._model)
        with _reading:
            request.use_models_in(folder)
            load()


def readings(
    partitions: Iterable[Partition], address: str, model_folder: Path | None = None
) -> Generator[PartitionReadings, None, None]:
    """Yield what the workers of a cluster read in each partition, in their order.

    address: of the scheduler, such as tcp://10.0.0.5:8786, or "local", "local:4" for workers that
    are processes of this machine. model_folder: of the model to judge by, None for the bundled one.
    No more than two partitions a worker are held. Raises DistressError where there is no such
    cluster, a worker has other readers, or a partition was given up.
    """
    model = (model_folder / request.MODEL_FILE).read_bytes() if model_folder else None
    with _client(address) as client, _told_if_gone(client, address):
        _prepare(client, address, model)
        executor = client.get_executor(pure=False)
        run, reader = uuid.uuid4().hex[:8], pipeline.version()
        submitted = (
            executor.submit(
                _read,
                reader,
                pickle.dumps(one),
                key=f"{run}-{number} {one.file} from row {one.first}",
            )
            for number, one in enumerate(partitions)
        )

        def result(future: Future[PartitionReadings]) -> PartitionReadings:
            return _result(future, client, address)

        yield from in_order(submitted, lambda: 2 * max(1, _threads(client)), result)


def _read(reader: str, pickled: bytes) -> PartitionReadings:
    """Read a partition in a worker; reader: the version of the readers that it must have."""
    with _reading:
        if pipeline.version() != reader:
            raise DistressError(
                f"the worker {get_worker().address} has the readers {pipeline.version()}, this "
                f"machine {reader}; install the same release on both, and use one model at the time"
            )
        return read_partition(pickle.loads(pickled))


def _result(future: Future[PartitionReadings], client: Client, address: str) -> PartitionReadings:
    """Wait for the readings of a partition; tell where nobody is there to read it."""
    try:
        while True:
            try:
                return future.result(_PATIENCE)
            except TimeoutError:
                if future.done():
                    raise
                if not _threads(client):
                    log.warning("no worker is left at %s; waiting for one", address)
    except KilledWorker as error:
        raise DistressError(
            f"{error.allowed_failures + 1} workers died over {str(error.task).partition(' ')[2]}, "
            "perhaps for want of memory; the log of the last, "
            f"{error.last_worker.address}, may tell. Nothing was written"
        ) from None


def _threads(client: Client) -> int:
    return sum(client.nthreads().values())


@contextmanager
def _told_if_gone(client: Client, address: str) -> Iterator[None]:
    """Tell of a scheduler that went away, whatever a client that has none raises then."""
    try:
        yield
    except DistressError:
        raise
    except Exception as error:
        gone = isinstance(error, CancelledError | CommClosedError) or client.status != "running"
        if not gone:
            raise
        raise DistressError(
            f"the scheduler at {address} went away ({type(error).__name__}); nothing was written. "
            "Start it and its workers, and give the command again"
        ) from None


@contextmanager
def _client(address: str) -> Iterator[Client]:
    local = _LOCAL.fullmatch(address)
    if not local and not _SCHEDULER.fullmatch(address):
        raise DistressError(
            f"'{address}' is not a cluster; write local, local:4 or tcp://HOST:8786"
        )
    if local:
        with (
            dask.config.set({"distributed.scheduler.allowed-failures": ALLOWED_FAILURES}),
            LocalCluster(
                n_workers=int(local[1]) if local[1] else None,
                threads_per_worker=1,
                processes=True,
                dashboard_address=None,
            ) as cluster,
            Client(cluster) as client,
        ):
            yield client
        return
    try:
        client = Client(address, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:
        raise DistressError(
            f"no scheduler answers at {address} ({error}). Start one: dask scheduler"
        ) from None
    with client:
        yield client


def _prepare(client: Client, address: str, model: bytes | None) -> None:
    """Wait for the first worker, and have all load the readers."""
    try:
        client.wait_for_workers(1, timeout=_WORKERS)
    except TimeoutError:
        raise DistressError(
            f"the scheduler at {address} has no worker; start some: "
            f"dask worker {address} --nthreads 1"
        ) from None
    for left in reversed(range(ALLOWED_FAILURES)):
        try:
            client.register_plugin(Readers(model))
            return
        except Exception as error:  # whatever keeps another machine from loading this program
            if isinstance(error, OSError) and left:
                continue  # a worker died meanwhile, and the others are asked again
            raise DistressError(
                f"the workers at {address} cannot load the readers ({type(error).__name__}: "
                f"{error}); install this release there, too"
            ) from None
