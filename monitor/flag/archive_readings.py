"""What is read in archives: a partition of rows goes in, the rows of the file of needs come out."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from classifiers.stored import read_stored
from classifiers.updates import is_update
from monitor.flag.archives import Partition
from monitor.flag.classify import as_fields, object_in, words_of
from monitor.store.times import storable
from spiders.base.exports import EXPORTS, detect
from spiders.base.fields import post_from
from spiders.base.post import Post, SetAside, reading_text

WORDS = ("source_id", "text", "url", "author", "author_id", "reposted_text", "reposted_author")
_ZONE = ZoneInfo("Asia/Shanghai")  # of times that name none, as of a source of archives


@dataclass(frozen=True, slots=True)
class PartitionReadings:
    """What was read in a partition: the rows of the file of needs, and of how many posts."""

    rows: tuple[dict[str, Any], ...]
    posts: int


def read_partition(partition: Partition) -> PartitionReadings:
    """Read the posts of a partition, as `distress flag` reads those of the store."""
    rows: list[dict[str, Any]] = []
    posts = 0
    for number, given in enumerate(partition.rows, partition.first):
        if isinstance(given, bytes) and not given.strip():
            continue
        row: dict[str, Any] = {"file": partition.file, "row": number}
        problems: list[str] = []
        try:
            post = _post(given, problems)
            if post is None:
                continue
            words = reading_text(post.text, post.reposted_author, post.reposted_text)
            reading = read_stored("archive", words, post.author)
        except Exception as error:  # neither a bad row nor a reader's defect stops the rest
            rows.append(_with_problem(row, words_of(error), given))
            continue
        posts += 1
        if not reading.flagged and not is_update(reading):
            continue
        row |= {name: getattr(post, name) for name in WORDS}
        row["posted_at"] = post.posted_at and post.posted_at.replace(microsecond=0)
        row |= {"flagged": reading.flagged, "is_update": is_update(reading)}
        row |= {"score": reading.score, "label": reading.label}
        row["reading"] = json.dumps(as_fields(reading), ensure_ascii=False)
        rows.append(_with_problem(row, problems[0], given) if problems else row)
    return PartitionReadings(tuple(rows), posts)


def _with_problem(row: dict[str, Any], problem: str, given: object) -> dict[str, Any]:
    excerpt = given.decode("utf-8", "replace") if isinstance(given, bytes) else ""
    aside = SetAside(place="", reason=storable(problem) or "", excerpt=excerpt[:200])
    return {**row, "problem": aside.reason, "excerpt": aside.excerpt or None}


def _post(row: bytes | dict[str, Any] | str, problems: list[str]) -> Post | None:
    """Return the post of a row; None where its export says that it is none."""
    if isinstance(row, str):
        raise ValueError(row)
    values = object_in(row) if isinstance(row, bytes) else row
    export = EXPORTS[detect(values)]
    fitting = export.shaped(values) if export.shaped else values
    if fitting is None:
        return None
    post = post_from(fitting, export.fields, zone=_ZONE, aside=problems, is_export=True)
    words: dict[str, Any] = {name: storable(getattr(post, name)) for name in WORDS}
    return dataclasses.replace(post, **words)
