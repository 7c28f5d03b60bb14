"""Archives: the names of files of posts go in, partitions of their rows come out, in order.

A file is read as it is drawn, in partitions of bounded size, so that memory does not grow with it.
What is broken is a row too: it holds its problem. Never reads a post; that is for whoever gets
the partitions, here or on another machine.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any, cast

from monitor.errors import DistressError
from monitor.flag.classify import LONGEST_LINE, bounded_lines
from spiders.base.exports import EXPORTS, detect
from spiders.base.tables.row import DAMAGED, NOT_WHOLE

if TYPE_CHECKING:
    from io import BufferedReader

PARTITION = 1000  # rows; a second or two of one core. Fewer where they hold more than LONGEST_LINE
LINES = (".jsonl", ".jsonl.gz", ".ndjson", ".ndjson.gz")
PARQUET = ".parquet"
EXTRA = "pip install 'distress-signal-monitor[cluster]'"
_LARGEST = 1 << 30  # bytes of a column in one row group
_BUFFER = 1 << 20  # bytes of a column that are read at once
_SHOWN = 12  # columns that are named
Columns = dict[str, Any]
Row = bytes | Columns | str


@dataclass(frozen=True, slots=True)
class Partition:
    """Rows of one file that follow one another.

    file: its name as it was given. first: the number of the first row, from 1.
    rows: each a line of JSON, the columns of a row of Parquet, or, of what is broken, why.
    """

    file: str
    first: int
    rows: tuple[Row, ...]


def names_of(words: Sequence[str]) -> list[str]:
    """Return the names of files, in order; of addresses such as s3://… with * those that match.

    Raises DistressError where one is not there or its ending is not of an archive.
    """
    names = list(chain.from_iterable(map(_matching, words)))
    for name in names:
        if not name.lower().endswith((*LINES, PARQUET)):
            endings = ", ".join((*LINES, PARQUET))
            raise DistressError(
                f"'{name}' is not an archive; their names end in {endings}. Other files come in "
                "as a source of the spider archive: distress sources"
            )
    return names


def partitions(names: Iterable[str], most: int = PARTITION) -> Iterator[Partition]:
    """Yield the rows of files, files as named and rows in order, `most` at once.

    Raises OSError where a file cannot be read.
    """
    for name in names:
        with _opened(name) as stream:
            parquet = name.lower().endswith(PARQUET)
            rows = _rows_of_parquet(stream, most) if parquet else _lines(name, stream)
            yield from _cut(name, rows, most)


def _cut(name: str, rows: Iterable[Row], most: int) -> Iterator[Partition]:
    held: list[Row] = []
    size, first = 0, 1
    for row in rows:
        held.append(row)
        size += _size(row)
        if len(held) >= most or size > LONGEST_LINE:
            yield Partition(name, first, tuple(held))
            first += len(held)
            held, size = [], 0
    if held:
        yield Partition(name, first, tuple(held))


def _size(value: Any) -> int:
    if isinstance(value, dict | list):
        return sum(map(_size, value.values() if isinstance(value, dict) else value))
    return len(value) if isinstance(value, str | bytes) else 0


def _matching(name: str) -> Iterable[str]:
    if "://" not in name:
        return [name]
    try:
        from fsspec.core import get_fs_token_paths
    except ModuleNotFoundError as error:
        raise DistressError(f"an address such as {name} needs fsspec: {EXTRA}") from error
    files, _, paths = get_fs_token_paths(name)
    found = [files.unstrip_protocol(path) for path in paths]
    if not found:
        raise DistressError(f"nothing at {name}; look for its name there")
    return sorted(found)


def _opened(name: str) -> BufferedReader:
    if "://" not in name:
        return open(name, "rb")
    import fsspec

    return cast("BufferedReader", fsspec.open(name, "rb").open())


def _lines(name: str, stream: Any) -> Iterator[Row]:
    packed = name.lower().endswith(".gz")
    try:
        yield from bounded_lines(gzip.GzipFile(fileobj=stream) if packed else stream)
    except NOT_WHOLE:
        yield DAMAGED


def _rows_of_parquet(stream: Any, most: int) -> Iterator[Row]:
    """Yield the known columns of each row, group by group; where it breaks, that, and no more."""
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(stream, buffer_size=_BUFFER, pre_buffer=False)
        columns = _columns(file.schema_arrow)
        for group in range(file.num_row_groups):
            _check_size(file.metadata.row_group(group), columns)
            for batch in file.iter_batches(most, [group], columns, use_threads=False):
                yield from _values(batch)
    except OSError as error:
        if error.errno is not None:
            raise  # of the disk or the network, not of the file
        yield _not_whole(error)
    except Exception as error:  # whatever a broken file makes a library of C++ raise
        yield _not_whole(error)


def _not_whole(error: Exception) -> str:
    reason = str(error) if type(error) is ValueError else f"{type(error).__name__}: {error}"
    return f"the file cannot be read from here on: {reason}"


def _columns(schema: Any) -> list[str]:
    """Return which columns of a schema are read; raises ValueError where no words are in it."""
    from pyarrow import types

    names = list(schema.names)
    fields = EXPORTS[detect(names)].fields
    told = [name for name in dict.fromkeys((*fields.title, *fields.text)) if name in names]
    if not told:
        wanted = " or ".join(f"'{name}'" for name in fields.text)
        shown = ", ".join(names[:_SHOWN]) or "none"
        raise ValueError(f"no column {wanted} for the text; there are: {shown}")
    for name in told:
        kinds = [schema.field(at).type for at in schema.get_all_field_indices(name)]
        if len(kinds) > 1:
            raise ValueError(f"{len(kinds)} columns are named '{name}'; leave one")
        kind = kinds[0].value_type if types.is_dictionary(kinds[0]) else kinds[0]
        if not (types.is_string(kind) or types.is_large_string(kind) or types.is_null(kind)):
            raise ValueError(f"the column '{name}' is not words but {kind}; write it as text")
    known = {name for export in EXPORTS.values() for name in export.fields.columns}
    plain = {name for export in EXPORTS.values() for sign in export.signs for name in sign} | known
    within = {name.partition(".")[0] for name in known if "." in name}
    return [
        name
        for name in dict.fromkeys(names)
        if name in within or (name in plain and not types.is_nested(schema.field(name).type))
    ]


def _check_size(group: Any, columns: Sequence[str]) -> None:
    """Raise ValueError where a column of a row group is larger than can be held."""
    for at in range(group.num_columns):
        column = group.column(at)
        name = column.path_in_schema.partition(".")[0]
        if name in columns and column.total_uncompressed_size > _LARGEST:
            raise ValueError(
                f"the column '{name}' has {column.total_uncompressed_size:,} bytes in one row "
                f"group, at most {_LARGEST:,} are read; write the file with smaller row groups"
            )


def _values(batch: Any) -> Iterator[Row]:
    """Yield the columns of each row of a batch; of one that cannot be told, why."""
    import pyarrow as pa

    plain = [_told(column) for column in batch.columns]
    batch = pa.RecordBatch.from_arrays(plain, names=batch.schema.names)
    try:
        yield from map(_bounded, batch.to_pylist())
    except ValueError:  # bytes of one row that are not UTF-8
        for at in range(batch.num_rows):
            try:
                [row] = batch.slice(at, 1).to_pylist()
            except ValueError:
                yield "not UTF-8"
            else:
                yield _bounded(row)


def _told(column: Any) -> Any:
    """Return a column with times and exact numbers as text, which any of them can be."""
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = column.type
    if pa.types.is_timestamp(kind) and kind.tz:
        words = column.cast(pa.timestamp(kind.unit)).cast(pa.string())
        return pc.binary_join_element_wise(words, "Z", "")
    if pa.types.is_temporal(kind) or pa.types.is_decimal(kind):
        return column.cast(pa.string())
    return column


def _bounded(row: Columns) -> Row:
    if _size(row) > LONGEST_LINE:
        return f"longer than {LONGEST_LINE} characters"
    return row
