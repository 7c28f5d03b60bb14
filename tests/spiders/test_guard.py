"""One guard reads the rows of every spider: a row of any shape is set aside alone, with why."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import pytest
from rows_read import OPTIONS, read, row

import spiders
from spiders.base import available
from spiders.base.post import Post, SetAside
from spiders.base.reading import json_from

DEEP = b"[" * 50_000 + b"]" * 50_000
LONG_ZONE = "2020-02-12T06:30:00+99999999999999"
LONG_AGO = "99999999999999999999分钟前"
ROWS: dict[str, list[Any]] = {
    "mastodon": [5, None, "x", row("mastodon", content=7), row("mastodon", visibility=["public"]),
                 row("mastodon", account={"id": "1", "acct": ["x"]}),
                 b'{"id": "3", "account": ' + DEEP + b"}"],
    "bluesky": [5, None, {}, row("bluesky", record={"text": ["x"]}), row("bluesky", author=5),
                row("bluesky", uri={"a": 1}), {"post": 5}, b'{"uri": ' + DEEP + b"}"],
    "weibo": [row("weibo", text=7), row("weibo", retweeted_status={"text": [1]}),
              row("weibo", user=["x"]), {"card_type": 9, "mblog": 5},
              b'{"card_type": 9, "mblog": {"id": 2, "text": ' + DEEP + b"}}"],
    "toutiao": [5, None, row("toutiao", cell_type=[32]), row("toutiao", content={"a": 1}),
                row("toutiao", cell_type={}), b'{"cell_type": 32, "content": ' + DEEP + b"}"],
    "telegram": [row("telegram", text=""), row("telegram", "x")],
    "weibo_html": [row("weibo_html", text=""),
                   '<div class="card-wrap" action-type="feed_list_item"></div>'],
}  # fmt: skip
ODD = [(name, number) for name, rows in ROWS.items() for number in range(len(rows))]
TIMES = {
    "mastodon": {"created_at": LONG_ZONE},
    "bluesky": {"record": {"createdAt": LONG_ZONE}, "indexedAt": "0000-00-00"},
    "weibo": {"created_at": LONG_AGO},
    "toutiao": {"publish_time": LONG_ZONE},
    "telegram": {"at": LONG_ZONE},
    "weibo_html": {"at": LONG_AGO},
}


@pytest.mark.parametrize(("name", "number"), ODD)
def test_a_row_of_any_shape_takes_no_other_along(name: str, number: int) -> None:
    entries = list(read(name, ROWS[name][number], row(name, 9)).entries)
    posts = [entry for entry in entries if isinstance(entry, Post)]
    [aside] = [entry for entry in entries if isinstance(entry, SetAside)]
    assert [post.text for post in posts] == ["缺口罩"]
    assert aside.place and aside.reason
    for raw in ("expected string", "object has no", "unhashable", "argument", "Traceback"):
        assert raw not in aside.reason


@pytest.mark.parametrize("name", TIMES)
def test_a_time_beyond_all_bounds_is_set_aside_and_the_plea_is_kept(name: str) -> None:
    entries = list(read(name, row(name, 1, **TIMES[name]), row(name, 9)).entries)
    posts = {entry.source_id[-1]: entry for entry in entries if isinstance(entry, Post)}
    [aside] = [entry for entry in entries if isinstance(entry, SetAside)]
    assert posts["1"].text == "缺口罩" and posts["1"].posted_at is None
    assert posts["9"].posted_at is not None
    assert "not a time" in aside.reason


@pytest.mark.parametrize("name", ["mastodon", "bluesky", "weibo", "toutiao"])
def test_a_number_of_five_thousand_digits_takes_no_page_along(name: str) -> None:
    entries = read(name, b'{"id": ' + b"9" * 5000 + b"}", row(name, 9)).entries
    assert any(isinstance(entry, Post) and entry.source_id.endswith("9") for entry in entries)


@pytest.mark.parametrize("name", ["mastodon", "bluesky", "weibo", "toutiao"])
def test_half_a_character_in_an_id_takes_no_page_along(name: str) -> None:
    """The next page is asked for by the last id, and no address can hold a half."""
    half = row(name, "\ud83d")
    entries = read(name, row(name, 9), half).entries
    assert any(isinstance(entry, Post) and entry.source_id.endswith("9") for entry in entries)


def test_half_a_character_is_a_sign_in_its_place() -> None:
    text = r'["\ud83d\ude37", "\ude37\ud83d", "a\ud83d", "\\ud83d"]'
    assert json_from(text) == ["😷", "\ufffd\ufffd", "a\ufffd", r"\ud83d"]


def test_json_keeps_what_lies_beside_what_is_nested_too_deep() -> None:
    text = '{"a": ["x]}", ' + DEEP.decode() + ', "y"], "b": {"c": 1}}'
    assert json_from(text)["b"] == {"c": 1} and json_from(text)["a"][0] == "x]}"
    with pytest.raises(ValueError, match="."):
        json_from('{"a": ' + "[" * 50_000)


@pytest.mark.parametrize("name", ["mastodon", "bluesky", "weibo", "toutiao"])
def test_who_reads_data_asks_for_data(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEIBO_COOKIE", "SUB=1")
    kind = available()[name]
    one: Any = kind(source="s", options=kind.Options.model_validate(OPTIONS[name]))
    for walk in one.walks():
        assert walk.request.headers.get("Accept") == b"application/json"


def test_no_spider_has_a_guard_of_its_own() -> None:
    folder = Path(spiders.__file__).parent
    assert set(OPTIONS) | {"archive", "feed"} == set(available())
    for file in [*folder.glob("*.py"), *folder.glob("bluesky/*.py"), *folder.glob("weibo/*.py")]:
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.ExceptHandler):
                caught = "" if node.type is None else ast.unparse(node.type)
                assert caught not in {"", "Exception", "BaseException"}, (file, node.lineno)


@pytest.mark.parametrize("name", ["telegram", "weibo_html"])
def test_an_attribute_of_an_odd_name_takes_nothing_along(name: str) -> None:
    one = row(name, 1).replace("<div ", '<div \x08="" ', 1).replace("<p ", '<p \x08="" ', 1)
    entries = list(read(name, one, row(name, 9)).entries)
    assert {entry.source_id[-1] for entry in entries if isinstance(entry, Post)} == {"1", "9"}
