"""Every parser of foreign bytes: damaged contents raise nothing, are stored, and cost no square."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest
from fuzzing import GROWTH, NAMES, Parser, fuzz, measure_growth, parsers

from monitor.store import Store
from spiders.base import available
from spiders.base.post import Bookmark, Post

SHORT, LONG = 50, 20_000  # damaged contents of each parser
_WITHOUT_POSTS = {"outcomes", "settings", "classify"}


def parser_of(name: str, folder: Path, store: Store) -> Parser:
    return next(parser for parser in parsers(folder, store) if parser.name == name)


def run(
    name: str, store: Store, count: int, record: Callable[[str, object], None] | None = None
) -> None:
    seed = f"{name} of {count}"
    parser = parser_of(name, store.path.parent, store)
    result = fuzz(parser, store, random.Random(seed), count)
    measure_growth(parser, result, random.Random(seed), max(1, count // 500))
    if record:
        record("finding", str(result))
    assert result.inputs == count
    assert not result.uncaught, result.uncaught[0]
    assert not result.store, result.store[0]
    assert not result.stumbles, result.stumbles
    assert result.growth <= GROWTH, (result.growth, result.grower)


@pytest.mark.parametrize("name", NAMES)
def test_no_damaged_content_raises_or_breaks_the_store(name: str, store: Store) -> None:
    run(name, store, SHORT)


@pytest.mark.long
@pytest.mark.parametrize("name", NAMES)
def test_thousands_of_damaged_contents_raise_nothing(
    name: str, store: Store, record_property: Callable[[str, object], None]
) -> None:
    run(name, store, LONG, record_property)


def test_every_parser_is_fuzzed_from_what_it_can_read(store: Store) -> None:
    fuzzed = list(parsers(store.path.parent, store))
    assert [parser.name for parser in fuzzed] == list(NAMES)
    assert {name.split()[0] for name in NAMES} == {*available(), *_WITHOUT_POSTS}
    for parser in fuzzed:
        for seed in parser.seeds:
            items = list(parser.read(parser.pack(seed)))
            posts = [item for item in items if isinstance(item, Post)]
            assert posts or parser.name in _WITHOUT_POSTS, (parser.name, seed[:80], items)


def test_an_error_a_row_that_cannot_be_stored_and_a_square_are_noticed(store: Store) -> None:
    def breaks(content: bytes) -> list[object]:
        content.decode()
        return [Bookmark(name="a", value={"no": "text"})]  # type: ignore[arg-type]

    def square(content: bytes) -> list[object]:
        return [content.count(bytes([byte]) * 3) for byte in content[: len(content) // 8]]

    faulty = fuzz(Parser("mine", ("缺口罩".encode(),), breaks), store, random.Random(1), 40)
    assert faulty.uncaught and faulty.store
    result = fuzz(Parser("slow", (b"abcdefgh" * 20,), square), store, random.Random(1), 0)
    measure_growth(Parser("slow", (b"abcdefgh" * 20,), square), result, random.Random(1), 1)
    assert result.growth > GROWTH
