"""Fuzz every parser of foreign bytes: valid answers are damaged at random, read, and stored.

A plain `random.Random(seed)` damages them, and no library: hypothesis draws values to find the
smallest one that breaks a rule, where this only counts what is raised, and its draws cost more
than most of these parsers; atheris wants a compiler and knows nothing of what a row is made of.
"""

from __future__ import annotations

import copy
import gzip
import io
import json
import random
import re
import time
import traceback
import zipfile
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from desk_folder import outcome
from feeds import URL, rss
from many_cases import add_open
from odd_files import CHAT, PLATFORMS, PLEA, TRADITIONAL, book, table
from rows_read import OPTIONS, answer_of, row
from scrapy.http import Headers, Request, Response
from scrapy.responsetypes import responsetypes

import data
from monitor import callback, settings
from monitor.crawl.collector import Collector
from monitor.crawl.keeping import Keeper
from monitor.errors import SettingsError
from monitor.flag.classify import bounded_lines, classify
from monitor.store import Store
from spiders.archive import ArchiveOptions, ArchiveSpider
from spiders.base import spider_named
from spiders.base.post import Bookmark, Post, Reread, SetAside
from spiders.base.trouble import AnswerError, Remark, Trouble
from spiders.feed import FeedOptions, FeedSpider

Take = Callable[[bytes], Iterable[Any]]
GROWTH = 6.0  # times the time that four times the length may take
_LENGTHS = (8_000, 32_000, 128_000)  # bytes; each is measured, and four times as many
_NOTICEABLE = 0.05  # CPU seconds; below, what is measured is mostly the clock
_TURNS = 3  # the quickest counts, where others work on the machine, too
_KEPT = (Post, SetAside, Bookmark, Reread, Trouble, Remark)
_STUMBLE = "has another shape than ever before"  # what the last net of a spider tells
_MEMBER = b"\n--member "


@dataclass(frozen=True)
class Parser:
    """Something that reads foreign bytes.

    seeds: valid contents. read: yields what a crawl would be handed; raises nothing. pack: makes
    of a content what lies in a file, such as a compressed one.
    """

    name: str
    seeds: tuple[bytes, ...]
    read: Take
    pack: Callable[[bytes], bytes] = bytes


@dataclass
class Result:
    """What came of the damaged contents of one parser.

    posts: read of them all the same. stumbles: told by a spider's last net only. uncaught and
    store: the errors, each with where it arose. growth: the worst of four times the length.
    """

    parser: str
    inputs: int = 0
    posts: int = 0
    stumbles: set[str] = field(default_factory=set)
    uncaught: list[str] = field(default_factory=list)
    store: list[str] = field(default_factory=list)
    slowest: float = 0.0
    growth: float = 0.0
    grower: bytes = b""

    def __str__(self) -> str:
        return (
            f"{self.parser}: {self.inputs} inputs, {self.posts} posts, {len(self.uncaught)} "
            f"uncaught, {len(self.store)} store failures, slowest {self.slowest:.2f} s, "
            f"growth {self.growth:.1f}"
        )


# -- damage

_WORDS = ["\0", "\r", "\n", '"', "'", '="', "{", "}", "[", "<", ">", "&#55357;", "&amp;", "1e400"]
_WORDS += ["9" * 20, "9" * 5000, "-1", "NaN", "+99999999999999", "null", "<blockquote>", "<item>"]
_WORDS += ["</item>", "\\ud800", "\x1b[2J", "\u202e", "\x08", "\x85", "13/13/2020", "0000-00-00"]
_WORDS += ["2020-02-12T06:30:00+99:99", "99999999999999999999分钟前", "//[", "http://[::1", "%zz"]
_PIECES = [
    *(word.encode() for word in _WORDS),
    b"\xff\xfe",
    b"\xed\xa0\xbd",
    b"\x1f\x8b",
    b"PK\x03\x04",
    b"[" * 3000,
    b'{"a":' * 3000,
    b"<div>" * 600,
]
_ENCODINGS = ("gb18030", "utf-16", "utf-16-le", "big5", "utf-8-sig", "utf-32", "latin-1")
_DEEP = '"@deep@"'
_VALUES: tuple[Any, ...] = (
    None, True, 0, -1, 10**30, 1e308, float("inf"), "", "x", "\ud800", "\0\x1b", [], {}, [[]],
    ["x"], {"a": 1}, [None], "9" * 400, "@deep@", "0000-00-00", 2**63, -(2**63), "http://[",
)  # fmt: skip


def damaged(content: bytes, chance: random.Random) -> bytes:
    """Return a content with some of it exchanged, cut, repeated, retyped or encoded anew."""
    way = chance.randrange(12)
    if way < 3:
        return _retyped(content, chance)
    if way == 3:
        return content[: chance.randrange(len(content) + 1)]
    if way == 4:
        text = content.decode("utf-8", "replace")
        return text.encode(chance.choice(_ENCODINGS), "replace")
    return _spliced(content, chance)


def _spliced(content: bytes, chance: random.Random) -> bytes:
    raw = bytearray(content)
    for _ in range(chance.choice((1, 1, 2, 4, 10))):
        at = chance.randrange(len(raw) + 1)
        end = min(len(raw), at + chance.choice((1, 2, 8, 40, 400)))
        new = (chance.choice(_PIECES), b"", bytes(raw[at:end]) * 20, bytes([chance.randrange(256)]))
        raw[at : chance.choice((at, end))] = chance.choice(new)
    return bytes(raw)


def _retyped(content: bytes, chance: random.Random) -> bytes:
    """Return JSON, lines of it or TOML with values of other types; what is neither is spliced."""
    if b"\n[store]" in content:
        return _retyped_toml(content, chance)
    lines = content.splitlines() if content.startswith(b'{"') and b"\n{" in content else [content]
    at = chance.randrange(len(lines)) if lines else 0
    try:
        holder = [json.loads(lines[at].decode("utf-8-sig"))]
    except (ValueError, IndexError, RecursionError):
        return _spliced(content, chance)
    for _ in range(chance.choice((1, 1, 2, 6))):
        inside, key = chance.choice(list(_places(holder)))
        if isinstance(inside, dict) and chance.random() < 0.2:
            inside[chance.choice(("", "x" * 300, key + "\0"))] = inside.pop(key)
        else:
            inside[key] = copy.deepcopy(chance.choice(_VALUES))
    deep = "[" * 50_000 + "]" * 50_000
    text = json.dumps(holder[0], ensure_ascii=chance.random() < 0.5).replace(_DEEP, deep)
    lines[at] = text.encode("utf-8", "surrogatepass")
    return b"\n".join(lines)


_TOML = (
    "0", "-1", "1e400", "inf", "nan", "9" * 400, '""', '"x"', "[]", "{}", '["x"]', "[[1]]", "true",
    '"\\u0000"', "1979-05-27", "07:32:00", '"25:00"', '"1d"', '"99999999999d"', '"-1h"',
    '{"a" = 1}', "[" * 400 + "]" * 400, "[" * 5000, '"http://["', '"' + "长" * 500 + '"',
    "1979-05-27T07:32:00+99:99", '"Asia/../x"', '"\\U00110000"',
)  # fmt: skip
_TOML_VALUE = re.compile(rb"(?m)(?<= = )[^#\n]+")


def _retyped_toml(content: bytes, chance: random.Random) -> bytes:
    for _ in range(chance.choice((1, 1, 2, 6))):
        at = chance.choice([value.span() for value in _TOML_VALUE.finditer(content)] or [(0, 0)])
        content = content[: at[0]] + chance.choice(_TOML).encode() + content[at[1] :]
    return content


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Yield each place in a value of JSON: what holds it, and its key there."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inner in list(pairs):
        yield value, key
        if isinstance(inner, dict | list):
            yield from _places(inner)


# -- what reads


def fuzz(parser: Parser, store: Store, chance: random.Random, count: int) -> Result:
    """Read `count` damaged contents of a parser into a store and return what came of it."""
    result = Result(parser.name)
    collector = Collector(Keeper(store, parser.name, store.runs.start("crawl", parser.name)))
    for _ in range(count):
        content = chance.choice(parser.seeds)
        if chance.random() < 0.7 or parser.pack is bytes:
            content = parser.pack(damaged(content, chance))
        else:
            content = damaged(parser.pack(content), chance)
        _read_into(collector, parser, content, result)
    try:
        collector.end()
        for _ in store.posts.unread():  # what was written can be read
            pass
        store.posts.list_set_aside()
        store.examine()
    except Exception as error:
        result.store.append(_where(error))
    return result


def _read_into(collector: Collector, parser: Parser, content: bytes, result: Result) -> None:
    result.inputs += 1
    start = time.thread_time()
    try:
        items = list(parser.read(content))
    except Exception as error:
        result.uncaught.append(_where(error) + f" of {content[:300]!r}")
        return
    result.slowest = max(result.slowest, time.thread_time() - start)
    result.posts += sum(isinstance(item, Post) for item in items)
    result.stumbles |= {
        one.message[:200] for one in items if isinstance(one, Trouble) and _STUMBLE in one.message
    }
    try:
        for item in items:
            if isinstance(item, _KEPT):
                collector.add(item)
        collector.write()
    except Exception as error:
        result.store.append(_where(error) + f" of {content[:300]!r}")


def _where(error: Exception) -> str:
    frames = traceback.extract_tb(error.__traceback__)[-3:]
    places = " < ".join(
        f"{Path(one.filename).name}:{one.lineno} {one.name}" for one in reversed(frames)
    )
    return f"{type(error).__name__}: {str(error)[:200]} at {places}"


def measure_growth(parser: Parser, result: Result, chance: random.Random, count: int) -> None:
    """Note in a result by how much the time grows at worst where the length grows fourfold."""
    for _ in range(count):
        seed = chance.choice(parser.seeds)
        at = chance.randrange(len(seed))
        piece = chance.choice(
            (
                seed[at : at + chance.choice((1, 2, 8, 40, 400))],
                seed,
                chance.choice(_PIECES)[:40],
                chance.choice(_PIECES)[:8] + seed[at : at + 3],
            )
        )
        growth = _growth(parser, [seed[:at], piece, seed[at:]])
        if growth > result.growth:
            result.growth, result.grower = growth, seed[max(0, at - 40) : at] + piece[:80]


def _growth(parser: Parser, parts: Sequence[bytes]) -> float:
    """Return how many times longer four times the length takes.

    parts: beginning, what is repeated, and end. The length is the least at which it can be told.
    """
    first, piece, last = parts

    def seconds(length: int) -> float:
        return _seconds(parser, parser.pack(first + piece * (length // len(piece) + 1) + last))

    length = next((one for one in _LENGTHS if seconds(4 * one) >= _NOTICEABLE), None)
    if length is None:
        return 0.0

    def times_longer(length: int) -> float:
        quickest, longer = (min(seconds(n * length) for _ in range(_TURNS)) for n in (1, 4))
        return longer / max(quickest, 1e-6)

    growth = times_longer(length)
    # A step, such as a second way of reading what is nested deeply, does not go on; a square does.
    return growth if growth <= GROWTH else min(growth, times_longer(4 * length))


def _seconds(parser: Parser, content: bytes) -> float:
    start = time.thread_time()
    try:
        list(parser.read(content))
    except Exception:
        return 0.0  # counted where it is fuzzed
    return time.thread_time() - start


# -- parsers


def _items(yielded: AsyncIterator[Any]) -> list[Any]:
    """Return what a spider yields that awaits no one but us."""

    async def everything() -> list[Any]:
        return [item async for item in yielded]

    try:
        everything().send(None)
    except StopIteration as end:
        items: list[Any] = end.value
        return items
    raise AssertionError("it awaits something that nobody brings")


def _paged(name: str, *samples: str, title: str = "", **options: Any) -> Parser:
    """Return the parser of a spider of the web; what it asks for besides is an answer damaged too.

    How the answer calls itself changes with its bytes, so that every case comes again.
    """
    kind = spider_named(name)
    spider: Any = kind(source=name, options=kind.Options(**(options or OPTIONS[name])))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WEIBO_COOKIE", "SUB=1")
        asked = next(one for one in _items(spider.start()) if isinstance(one, Request))
    walk = asked.cb_kwargs["walk"]
    url = "https://t.me/s/qingwen" if name == "telegram" else asked.url
    own = b"text/html" if samples[0].endswith("html") else b"application/json"
    types = (own, own, own, own, b"", b"text/html; charset=gbk", b"text/plain", b"image/png")

    def answer(content: bytes, request: Request) -> Response:
        headers = {"Content-Type": random.Random(content).choice(types)}
        kind = responsetypes.from_args(headers=Headers(headers), url=request.url, body=content)
        return kind(request.url, body=content, headers=headers, request=request)

    def read(content: bytes) -> list[Any]:
        async def fetch(request: Request) -> Response:
            chance = random.Random(content)
            if chance.random() < 0.2:
                raise AnswerError("unreachable", "nobody answers")
            whole = json.dumps({"ok": 1, "data": {"longTextContent": PLEA * 20}}).encode()
            return answer(damaged(whole, chance), request)

        spider.fetch = fetch
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("WEIBO_COOKIE", "SUB=1")
            return _items(spider.parse(answer(content, asked.replace(url=url)), walk=walk))

    seeds = [data.read_bytes(f"samples/{sample}") for sample in samples]
    if not options:
        seeds.append(answer_of(name, [row(name, 1), row(name, 2)]))
    return Parser(title or name, tuple(seeds), read)


def _archive(name: str, folder: Path, *seeds: bytes, **more: Any) -> Parser:
    file = folder / f"posts.{name}"
    options = ArchiveOptions(path=str(file))

    def read(content: bytes) -> list[Any]:
        file.write_bytes(content)
        return _items(ArchiveSpider(source="archive", options=options).start())

    return Parser(f"archive {name}", seeds, read, **more)


def _archives(folder: Path) -> Iterator[Parser]:
    header = ("id", "text", "author", "time")
    rows = (("1", PLEA, "某护士", "11/02/2020"), ('="2"', "缺\n手套", "'小禾", "13/02/2020"))
    text = table(header, *rows)
    tables = (
        text.encode(),
        text.encode("gb18030"),
        f"id,text\n1,{TRADITIONAL}\n".encode("big5"),
        text.encode("utf-16"),
        text.encode("utf-16-le"),
        text.replace("\n手套", "手套").replace("\r\n", "\r").encode(),
        f"sep=,\r\n{text}".encode(),
    )
    notes = [note for note, _, _ in PLATFORMS.values()]
    lines = "".join(json.dumps(note, ensure_ascii=False) + "\n" for note in notes).encode()
    yield _archive("csv", folder, *tables)
    yield _archive("tsv", folder, table(header, *rows, delimiter="\t").encode())
    yield _archive("jsonl", folder, lines, *(json.dumps(note).encode() for note in notes[:3]))
    yield _archive(
        "json",
        folder,
        json.dumps(CHAT, ensure_ascii=False, indent=1).encode(),
        json.dumps({"data": notes}).encode(),
        json.dumps(notes, ensure_ascii=False).encode("gb18030"),
    )
    yield _archive("jsonl.gz", folder, lines, pack=_gzipped)
    workbook = book(
        folder / "whole.xlsx",
        登记=[
            ["登记"],
            list(header),
            [1, PLEA, None, datetime(2020, 2, 1)],
            [2, "x", "a", 43871],
        ],
        表=[list(header), [True, PLEA, "=A1", "12/02/2020"]],
    )
    yield _archive("xlsx", folder, _unzipped(workbook.read_bytes()), pack=_zipped)


def _gzipped(content: bytes) -> bytes:
    return gzip.compress(content, 1)


def _unzipped(content: bytes) -> bytes:
    """Return the members of a workbook one after another, each behind its name."""
    with zipfile.ZipFile(io.BytesIO(content)) as whole:
        names = whole.namelist()
        return b"".join(_MEMBER + name.encode() + b"\n" + whole.read(name) for name in names)


def _zipped(content: bytes) -> bytes:
    """Return members as the workbook that they were, whatever happened to them since."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as whole:
        for name, inside in dict(
            member.partition(b"\n")[::2] for member in content.split(_MEMBER)[1:]
        ).items():
            whole.writestr(name.decode("latin-1").replace("\0", "") or "x", inside)
    return packed.getvalue()


def _feed(name: str, *seeds: str) -> Parser:
    spider = FeedSpider(source="feed", options=FeedOptions(urls=(URL,)))

    def read(content: bytes) -> Iterable[Any]:
        request = Request(URL, meta={"feed": URL})
        return spider.parse(Response(URL, body=content, request=request))

    return Parser(f"feed {name}", tuple(seed.encode() for seed in seeds), read)


def _feeds() -> Iterator[Parser]:
    when = "<pubDate>Wed, 12 Feb 2020 06:30:00 GMT</pubDate>"
    markup = f"&lt;p&gt;{PLEA}&lt;/p&gt;"
    yield _feed(
        "rss",
        rss(f"<guid>g</guid>{when}<description>{markup}</description>", "<title>a</title>"),
        rss("<description><![CDATA[a<blockquote> - 转发 @b: c</blockquote>…全文]]></description>"),
    )
    yield _feed(
        "atom",
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>t</title><entry><id>urn:1</id>'
        '<link href="https://e.org/1"/><author><name>某护士</name></author>'
        f'<updated>2020-02-10T08:00:00Z</updated><content type="html">{markup}</content>'
        "</entry></feed>",
    )
    item = {"id": "a", "url": "https://e.org/1", "content_html": f"<p>{PLEA}</p>"}
    item["date_published"] = "2020-02-10T08:00:00Z"
    kept = {"version": "https://jsonfeed.org/version/1.1", "items": [item, {**item, "id": 2}]}
    yield _feed("json", json.dumps(kept), json.dumps(kept, ensure_ascii=False))


def _outcomes(folder: Path, store: Store) -> Parser:
    """Return the parser of the files that agents hand in, for the store's own cases."""
    add_open(store, 3)
    file = folder / "outcomes.json"
    rows = [
        outcome("fuzz0001"),
        outcome("fuzz0002", disposition="need_confirmed", items=[{"name": "口罩", "quantity": 4}]),
        outcome("fuzz0003", case=2, contact={"value": "13800130001", "kind": "mobile"}, note="忙"),
        outcome("fuzz0004", case=3, disposition="wrong_number", contact={"value": "13800130002"},
                new_contact={"value": "王老师 13800138222"}, barred_until="2020-03-01T00:00:00Z"),
    ]  # fmt: skip
    seed = {"format": "distress-outcomes", "version": 2, "outcomes": rows}

    def read(content: bytes) -> Iterable[Any]:
        file.write_bytes(content)
        callback.import_outcomes(store, [file])
        return ()

    seeds = (json.dumps(seed).encode(), json.dumps(seed, ensure_ascii=False, indent=1).encode())
    return Parser("outcomes", seeds, read)


def _settings(folder: Path) -> Parser:
    file = folder / "distress.toml"
    bundled = data.read_text("samples/distress.toml")
    full = re.sub(r"(?m)^# (?=\[|\w+ = )", "", bundled)  # with all that it shows in comments

    def read(content: bytes) -> Iterable[Any]:
        file.write_bytes(content)
        try:
            settings.load(file)
        except SettingsError as error:
            str(error)
        return ()

    seeds = (bundled.encode(), full.encode(), data.read_text("samples/demo.toml").encode())
    return Parser("settings", seeds, read)


def _lines() -> Parser:
    whole = data.read_text("samples/demo.jsonl").encode().splitlines(keepends=True)

    def read(content: bytes) -> Iterable[Any]:
        for fields in classify(bounded_lines(io.BytesIO(content))):
            json.dumps(fields)
            if "error" in fields and _is_post(content, fields["line"]):
                raise AssertionError(f"a reader's defect: {fields['error']}")
        return ()

    return Parser("classify", tuple(b"".join(whole[at : at + 2]) for at in range(0, 40, 2)), read)


def _is_post(content: bytes, number: int) -> bool:
    try:
        line = list(bounded_lines(io.BytesIO(content)))[number - 1]
        post = json.loads(line.decode("utf-8-sig"))
        json.dumps(post, allow_nan=False)
    except (ValueError, RecursionError):
        return False
    return isinstance(post, dict) and isinstance(post.get("text"), str)


def parsers(folder: Path, store: Store) -> Iterator[Parser]:
    """Yield every parser of foreign bytes; folder: for their files. The store gets cases."""
    yield _paged("mastodon", "mastodon_tag.json")
    yield _paged("bluesky", "bluesky_search.json")
    yield _paged("bluesky", "bluesky_feed.json", title="bluesky authors", authors="xiaohe.test")
    yield _paged("weibo", "weibo.json")
    yield _paged("weibo_html", "weibo_html.html")
    yield _paged("toutiao", "toutiao.json")
    yield _paged("telegram", "telegram.html")
    yield from _archives(folder)
    yield from _feeds()
    yield _outcomes(folder, store)
    yield _settings(folder)
    yield _lines()


NAMES = (
    "mastodon", "bluesky", "bluesky authors", "weibo", "weibo_html", "toutiao", "telegram",
    "archive csv", "archive tsv", "archive jsonl", "archive json", "archive jsonl.gz",
    "archive xlsx", "feed rss", "feed atom", "feed json", "outcomes", "settings", "classify",
)  # fmt: skip
