"""Archives of invented posts for tests: what is to stand in a file goes in, its name comes out."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

PLEA = "求助！晴川市紫荆医院医护人员急需N95口罩500个、护手霜若干，只够一天，联系李护士13800138000"
ENOUGH = "晴川市紫荆医院口罩已经够了，谢谢大家，请不要再寄"
NOISE = "今天的晚霞真好看"
TEXTS = (NOISE, NOISE, PLEA, NOISE, ENOUGH, NOISE, NOISE)


def posts(count: int, first: int = 0) -> list[dict[str, Any]]:
    """Return posts with ids from `first` on: noise, a plea among seven, and a later post."""
    return [
        {
            "id": f"{number}",
            "text": TEXTS[number % len(TEXTS)],
            "author": f"护士{number}",
            "created_at": "2020-02-10T08:00:00.5+08:00",
            "url": f"https://example.org/{number}",
        }
        for number in range(first, first + count)
    ]


def cheap_posts(count: int) -> list[dict[str, str]]:
    """Return posts that the readers stop at once."""
    return [{"id": f"c{number}", "text": f"{NOISE}{number}"} for number in range(count)]


def lines(given: Iterable[Mapping[str, Any]]) -> bytes:
    """Return posts as JSON Lines."""
    return b"".join(json.dumps(post).encode() + b"\n" for post in given)


def write_lines(file: Path, content: bytes) -> str:
    """Write lines, gzipped where the name says so."""
    file.write_bytes(gzip.compress(content, mtime=0) if file.suffix == ".gz" else content)
    return str(file)


def write_parquet(file: Path, columns: Mapping[str, Any] | pa.Table, group: int = 100) -> str:
    """Write columns as Parquet in row groups of `group` rows."""
    table = columns if isinstance(columns, pa.Table) else pa.table(dict(columns))
    pq.write_table(table, file, row_group_size=group)
    return str(file)


def rows_of(file: Path) -> list[dict[str, Any]]:
    """Return the rows of a file of needs."""
    rows: list[dict[str, Any]] = pq.read_table(file).to_pylist()
    return rows
