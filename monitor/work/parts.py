"""How a part of a run travels: parts go in and come out as bounded, compressed JSON, and back."""

from __future__ import annotations

import logging
import zlib
from collections.abc import Iterator
from dataclasses import fields, replace

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError
from pydantic_core import PydanticSerializationError

from monitor.crawl.endings import gravity
from monitor.crawl.keeping import Ending, Item, RunPart
from monitor.errors import QueueError
from spiders.base.post import Bookmark, Post

log = logging.getLogger(__name__)

MOST_BYTES = 4_000_000  # of the items of one message, before they are compressed
_LONGEST = 64_000_000  # of a message; what claims to be longer is no part
_MOST_TOLD = 1000  # troubles and remarks of one run


class _Message(BaseModel):
    model_config = ConfigDict(
        extra="forbid", frozen=True, ser_json_bytes="base64", val_json_bytes="base64"
    )

    items: tuple[Item, ...] = ()
    pages: int = 0
    ending: Ending | None = None


def messages(part: RunPart) -> Iterator[tuple[bytes, list[tuple[str, str]]]]:
    """Yield a part as messages, each with the marks in it; a mark never comes before its posts.

    A post whose raw answer alone is too long for a message travels without it.
    """
    batch: list[Item] = []
    size = 0
    for item in part.items:
        fitting, length = _fitting(item)
        if batch and size + length > MOST_BYTES:
            yield _message(batch, 0, None)
            batch, size = [], 0
        batch.append(fitting)
        size += length
    yield _message(batch, part.pages, part.ending and _bounded(part.ending))


def read(message: bytes) -> RunPart:
    """Return the part that a message is; raises QueueError where it is none."""
    try:
        unpacking = zlib.decompressobj()
        words = unpacking.decompress(message, _LONGEST)
        if not unpacking.eof:
            raise QueueError("a part that was handed in is too long, or cut")
        found = _Message.model_validate_json(words)
    except (zlib.error, ValidationError) as error:
        raise QueueError(f"a part that was handed in cannot be read: {error}") from None
    return RunPart(items=found.items, pages=found.pages, ending=found.ending)


def _message(
    items: list[Item], pages: int, ending: Ending | None
) -> tuple[bytes, list[tuple[str, str]]]:
    message = _Message(items=tuple(items), pages=pages, ending=ending)
    marks = [(item.name, item.value) for item in items if isinstance(item, Bookmark)]
    return zlib.compress(message.model_dump_json().encode(), 6), marks


def _fitting(item: Item) -> tuple[Item, int]:
    """Return an item as it can travel, and about how long it is."""
    try:
        length = _length(item)
    except PydanticSerializationError:  # half a sign, which JSON cannot hold, nor the store
        words = {
            one.name: getattr(item, one.name).encode("utf-8", "replace").decode()
            for one in fields(item)
            if isinstance(getattr(item, one.name), str)
        }
        item = replace(item, **words)
        length = _length(item)
    if length > MOST_BYTES and isinstance(item, Post) and item.raw:
        log.warning("post %s travels without its raw answer, which is too long", item.source_id)
        return _fitting(replace(item, raw=b""))
    return item, length


_ITEM: TypeAdapter[Item] = TypeAdapter(Item)


def _length(item: Item) -> int:
    raw = len(item.raw) if isinstance(item, Post) else 0
    bare = replace(item, raw=b"") if isinstance(item, Post) else item
    return len(_ITEM.dump_json(bare)) + raw * 4 // 3


def _bounded(ending: Ending) -> Ending:
    """Return an ending with the gravest troubles of a run that has thousands."""
    return replace(
        ending,
        troubles=tuple(sorted(ending.troubles, key=gravity)[:_MOST_TOLD]),
        remarks=ending.remarks[:_MOST_TOLD],
    )
