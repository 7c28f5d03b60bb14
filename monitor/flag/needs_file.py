"""The file of needs: what was read in archives goes in, as Parquet; posts with readings come out.

A row is a post that is a need, or may change one, with its reading; or the place of a row that
could not be read, with its problem. What is noise is left out. The file names its readers.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from classifiers.need import (
    Contact,
    Evidence,
    Facility,
    Item,
    Place,
    Reading,
    Span,
    Statement,
    Urgency,
)
from monitor.errors import DistressError
from monitor.files import whole
from monitor.flag.archive_readings import WORDS, PartitionReadings
from monitor.flag.archives import EXTRA
from spiders.base.post import Post, SetAside, reading_text

# What a row that somebody changed makes the reading of it raise, and what pyarrow does.
_SPOILT = (ValueError, TypeError, LookupError, AttributeError, RecursionError, NotImplementedError)
FORM = 1  # raised where a column goes or means something else
_GROUP = 5000  # rows of a row group
_KEY = b"distress.needs"
_PARTS: dict[str, type[Span]] = {
    "items": Item,
    "facilities": Facility,
    "contacts": Contact,
    "places": Place,
    "evidence": Evidence,
    "updates": Statement,
}


@dataclass(frozen=True, slots=True)
class NeedsCounts:
    """What came of archives; set aside are rows, or the rest of files, that could not be read.

    places: where the first of those stand.
    """

    posts: int = 0
    needs: int = 0
    updates: int = 0
    set_aside: int = 0
    places: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReadPost:
    """A row of the file: a post with its reading, or None for both, and what is wrong with it."""

    post: Post | None
    reading: Reading | None
    problem: SetAside | None

    @property
    def words(self) -> str:
        """The words that were read."""
        if self.post is None:
            return ""
        return reading_text(self.post.text, self.post.reposted_author, self.post.reposted_text)


def write(file: Path, readings: Iterable[PartitionReadings], reader: str) -> NeedsCounts:
    """Write what was read, in its order, to a file that replaces what is there once it is whole.

    reader: the version of the readers. The same readings make the same bytes.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    counts, held = NeedsCounts(), list[dict[str, Any]]()
    told = {"form": FORM, "readers": reader}
    schema = _schema().with_metadata({_KEY: json.dumps(told)})
    with whole(file) as part, pq.ParquetWriter(part, schema, compression="zstd") as writer:
        for one in readings:
            counts = _counted(counts, one)
            held += one.rows
            while len(held) >= _GROUP:
                writer.write_table(pa.Table.from_pylist(held[:_GROUP], schema=schema))
                del held[:_GROUP]
        if held:
            writer.write_table(pa.Table.from_pylist(held, schema=schema))
    return counts


def _counted(counts: NeedsCounts, readings: PartitionReadings) -> NeedsCounts:
    aside = [f"{row['file']}:{row['row']}" for row in readings.rows if "problem" in row]
    return NeedsCounts(
        posts=counts.posts + readings.posts,
        needs=counts.needs + sum(row.get("flagged", False) for row in readings.rows),
        updates=counts.updates + sum(row.get("is_update", False) for row in readings.rows),
        set_aside=counts.set_aside + len(aside),
        places=(*counts.places, *aside)[:3],
    )


def check_library() -> None:
    """Raise DistressError where Parquet cannot be written or read here."""
    try:
        import pyarrow  # noqa: F401
    except ImportError as error:
        raise DistressError(f"Parquet needs pyarrow: {EXTRA}") from error


def readers_of(file: Path) -> str:
    """Return the version of the readers of a file of needs; raises DistressError where not one."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        schema = pq.read_schema(file)
        told = json.loads((schema.metadata or {}).get(_KEY, b"{}"))
    except (pa.ArrowException, ValueError) as error:
        raise _not_ours(file, str(error)) from None
    except OSError as error:
        if error.errno is not None:
            raise
        raise _not_ours(file, str(error)) from None
    if not isinstance(told, dict) or told.get("form") != FORM or not schema.equals(_schema()):
        raise _not_ours(file, "its columns are others")
    return str(told.get("readers"))


def read(file: Path, batch: int) -> Iterator[list[ReadPost]]:
    """Yield the rows of a file, `batch` at once; raises DistressError naming one that is not so."""
    import pyarrow.parquet as pq

    count = 0
    try:
        with pq.ParquetFile(file, buffer_size=1 << 20, pre_buffer=False) as rows:
            for some in rows.iter_batches(batch, use_threads=False):
                read_posts = list(map(_read_post, some.to_pylist()))
                yield read_posts
                count += len(read_posts)
    except _SPOILT as error:
        raise _not_ours(file, f"behind row {count}: {error}") from None


def _not_ours(file: Path, why: str) -> DistressError:
    return DistressError(
        f"{file} is not as distress classify --out writes it ({why}); make it again: "
        f"distress classify --out {file} FILE…"
    )


def _read_post(row: dict[str, Any]) -> ReadPost:
    problem = None
    if row["problem"] is not None:
        place = f"{row['file']}:{row['row']}"
        problem = SetAside(place=place, reason=row["problem"], excerpt=row["excerpt"] or "")
    if row["reading"] is None:
        return ReadPost(None, None, problem)
    post = Post(**{name: row[name] for name in (*WORDS, "posted_at")})
    read_post = ReadPost(post, reading_of(json.loads(row["reading"])), problem)
    _check_spans(read_post)
    return read_post


def reading_of(fields: dict[str, Any]) -> Reading:
    """Return the reading that `as_fields` made these fields of; raises TypeError otherwise."""
    own = {field.name for field in dataclasses.fields(Reading)} - {"details"}
    values = {name: _value(name, value) for name, value in fields.items()}
    details = {name: value for name, value in values.items() if name not in own}
    return Reading(**{name: values[name] for name in own}, details=details)


def _value(name: str, value: Any) -> Any:
    if name in _PARTS:
        return tuple(_part(_PARTS[name], part) for part in value)
    if name == "urgency" and value is not None:
        return _part(Urgency, value)
    return tuple(value) if isinstance(value, list) else value


def _part(kind: type[Span], fields: dict[str, Any]) -> Span:
    values: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in fields.items()
    }
    return kind(**values)


def _check_spans(read_post: ReadPost) -> None:
    """Raise ValueError where a reading tells of words that do not stand in the post."""
    reading = cast(Reading, read_post.reading)
    parts = [*reading.items, *reading.facilities, *reading.contacts, *reading.places]
    parts += [*reading.evidence, *reading.details.get("updates", ())]
    for part in parts if reading.urgency is None else [*parts, reading.urgency]:
        if read_post.words[part.start : part.end] != part.text:
            raise ValueError("its reading is not of its words")


def _schema() -> Any:
    import pyarrow as pa

    words = [(name, pa.string()) for name in WORDS]
    return pa.schema(
        [
            ("file", pa.string()),
            ("row", pa.int64()),
            *words,
            ("posted_at", pa.timestamp("ms", tz="UTC")),
            ("flagged", pa.bool_()),
            ("is_update", pa.bool_()),
            ("score", pa.float64()),
            ("label", pa.string()),
            ("reading", pa.string()),
            ("problem", pa.string()),
            ("excerpt", pa.string()),
        ]
    )
