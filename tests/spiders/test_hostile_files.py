"""Files and feeds that were damaged at random: nothing is raised, and time grows with length."""

from __future__ import annotations

import gzip
import json
import random
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from feeds import URL, rss
from odd_files import CHAT, PLATFORMS, PLEA, TRADITIONAL, Found, book, table, written
from scrapy.http import Request, Response

from spiders.base.exports import FieldMap
from spiders.base.fields import post_from
from spiders.base.markup import all_words, titled, without_markup
from spiders.base.tables.cells import lost_number, unguarded, whole_number
from spiders.base.times import ZoneInfo
from spiders.feed import FeedOptions, FeedSpider

TIMES = 30  # of each; thousands in a long run
HEADER = ("id", "text", "author", "time")
TABLE = table(
    HEADER, ("1", PLEA, "某护士", "11/02/2020"), ('="2"', "缺\n手套", "'小禾", "13/02/2020")
)
ROWS = [row for row, _, _ in PLATFORMS.values()]
FILES: dict[str, list[bytes]] = {
    "a.csv": [
        TABLE.encode(),
        TABLE.encode("gb18030"),
        f"id,text\n1,{TRADITIONAL}\n".encode("big5"),
        TABLE.encode("utf-16"),
        TABLE.encode("utf-16-le"),
        TABLE.replace("\r\n", "\r").encode(),
        f"sep=,\r\n{TABLE}".encode(),
        gzip.compress(TABLE.encode()),
    ],
    "a.json": [
        json.dumps(CHAT, ensure_ascii=False, indent=1).encode(),
        json.dumps({"data": ROWS}).encode(),
        json.dumps(ROWS, ensure_ascii=False).encode("gb18030"),
    ],
    "a.jsonl": ["".join(json.dumps(row, ensure_ascii=False) + "\n" for row in ROWS).encode()],
}
FEEDS = [
    rss(f"<guid>g</guid><description>&lt;p&gt;{PLEA}&lt;/p&gt;</description>", "<title>a</title>"),
    rss("<description><![CDATA[a<blockquote> - 转发 @b: c</blockquote>…全文]]></description>"),
    json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": ROWS}),
]
ODD = ["\0", "\r", "\n", '"', "'", '="', "{", "}", "[", "<", ">", "&#55357;", "&amp;", "1e400"]
ODD += ["9" * 20, "+99999999999999", "null", "<blockquote>", "<item>", "</item>", "\\ud800"]
PIECES = [
    *(word.encode() for word in ODD),
    b"\xff\xfe",
    b"\xed\xa0\xbd",
    b"\x1f\x8b",
    b"PK\x03\x04",
]


def damaged(content: bytes, chance: random.Random) -> bytes:
    """Return a content with a few pieces put in, taken out, said again or exchanged."""
    raw = bytearray(content)
    for _ in range(chance.choice((1, 1, 2, 4, 10))):
        at = chance.randrange(len(raw) + 1)
        end = min(len(raw), at + chance.choice((1, 2, 8, 40)))
        new = (chance.choice(PIECES), b"", bytes(raw[at:end]) * 20, bytes([chance.randrange(256)]))
        raw[at : chance.choice((at, end))] = chance.choice(new)
    return bytes(raw)


@pytest.mark.parametrize("name", [*FILES, "a.xlsx"])
def test_no_file_raises_whatever_happened_to_it(tmp_path: Path, name: str) -> None:
    chance = random.Random(11)
    whole = FILES.get(name) or [
        book(tmp_path / name, 表=[list(HEADER), [1, PLEA, None, 43871.5]]).read_bytes()
    ]
    for _ in range(TIMES):
        Found(written(tmp_path / name, damaged(chance.choice(whole), chance)))


def test_no_feed_raises_whatever_happened_to_it() -> None:
    chance = random.Random(11)
    spider = FeedSpider(source="f", options=FeedOptions(urls=(URL,)))
    for _ in range(TIMES * 3):
        body = damaged(chance.choice(FEEDS).encode(), chance)
        list(spider.parse(Response(URL, body=body, request=Request(URL, meta={"feed": URL}))))


def post_of(text: str) -> object:
    fields = FieldMap(text=("text",), author=("author",), url=("https://e.org/{author}",))
    return post_from(
        {"text": f"{PLEA}{text}</p>x", "author": f"a{text}x"},
        fields,
        zone=ZoneInfo("UTC"),
        is_export=True,
    )


READERS: dict[str, Callable[[str], object]] = {
    "markup": without_markup,
    "words": all_words,
    "title": lambda text: titled(f"{text}a", f"{text}b"),
    "post": post_of,
    "number": lambda text: (lost_number(text), whole_number(text), unguarded(text)),
}
UNITS = ["<", "<a ", "<!--", "&#", "&amp;lt;", "…", "...", "<img alt=", " ", "\t", "<script", "1.1"]
UNITS += ["</p>", "<blockquote>", "全文", "1e9", '="', "'1", "a<b ", "-", "\r", "&#xD83D;"]


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("reader", READERS)
def test_time_grows_with_the_length_of_words_alone(reader: str, unit: str) -> None:
    def seconds(length: int) -> float:
        text = unit * (length // len(unit))
        took = []
        for _ in range(3):
            start = time.process_time()
            READERS[reader](text)
            took.append(time.process_time() - start)
        return min(took)

    short, long = seconds(20_000), seconds(80_000)
    assert long < 0.02 or long < 8 * short
