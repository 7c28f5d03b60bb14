"""Explore: Datasette over a masked copy: every query answers, and nothing can be written."""

from __future__ import annotations

import json
import re
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from analysts_store import NUMBER, call_list, fill
from desk_folder import Folder
from markupsafe import escape

from monitor.analysis import explore
from monitor.analysis.canned_charts import CHARTS, chart_of
from monitor.store import Store
from monitor.store.snapshot import CANNED
from monitor.store.views import LOOKUPS, VIEWS

HERE = Path(__file__).resolve().parents[2]
TAIL = NUMBER[-8:]  # points have many digits, too


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    made = Folder(tmp_path_factory.mktemp("explore"))
    made.add(NUMBER)
    with made.store() as store:
        fill(store, seed=2)
        call_list(store, made.path)
    return made


@pytest.fixture(scope="module")
def address(folder: Folder) -> Iterator[str]:
    """The command at work, as an analyst starts it."""
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "monitor.cli", "--config", str(folder.path / "distress.toml"),
               "explore", "--port", str(port), "--by", "青岚"]  # fmt: skip
    said = folder.path / "said.txt"  # Datasette tells a lot of each query that it refuses
    base = f"http://127.0.0.1:{port}/{explore.NAME}"
    with (
        said.open("w", encoding="utf-8") as out,
        subprocess.Popen(command, cwd=HERE, stdout=out, stderr=out) as running,
    ):
        try:
            while running.poll() is None:
                try:
                    asked(f"{base}.json")
                    break
                except urllib.error.URLError:
                    time.sleep(0.1)
            assert running.poll() is None and "Ctrl+C" in said.read_text("utf-8")
            yield base
        finally:
            running.terminate()
            running.wait()


def asked(url: str) -> str:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(url, timeout=60) as answer:
        text: str = answer.read().decode("utf-8")
        return text


def rows(url: str) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = json.loads(asked(url))
    return told


@pytest.mark.parametrize("name", CANNED)
def test_every_query_answers_over_http_as_the_store_does(
    address: str, folder: Folder, name: str
) -> None:
    told = rows(f"{address}/{name}.json?_shape=array&goods=")
    with folder.store() as store:
        expected = store.connection.db.execute(CANNED[name][1], {"goods": ""}).fetchall()
    assert told == [dict(row) for row in expected] and told
    page = asked(f"{address}/{name}?goods=")
    assert CANNED[name][0].split(",")[0] in page
    assert TAIL not in page + json.dumps(told)
    assert ("<svg" in page) == (name in CHARTS)


def test_a_chart_shows_the_figures_of_its_table_without_scripts(address: str) -> None:
    for name, most in (("waits", 3), ("unanswered", 24), ("asked_twice", 12)):
        told = rows(f"{address}/{name}.json?_shape=array&_size=max")[:most]
        [drawn] = re.findall(r"<svg.*?</svg>", asked(f"{address}/{name}"), flags=re.DOTALL)
        shown = [float(value) for value in re.findall(r'<desc class="value">([\d.]+)<', drawn)]
        figures = [float(row[column]) for row in told for column in CHARTS[name].figures]
        assert sorted(shown) == sorted(figures), name
        assert "<script" not in drawn and "http://www.w3.org" in drawn


def test_lines_of_goods_are_those_asked_for_most_on_every_day(address: str) -> None:
    told = rows(f"{address}/goods_by_day.json?_shape=array&_size=max")
    [drawn] = re.findall(r"<svg.*?</svg>", asked(f"{address}/goods_by_day"), flags=re.DOTALL)
    days = {row["day"] for row in told}
    goods = {row["goods"] for row in told}
    values = re.findall(r'<desc class="value">(\d+)<', drawn)
    assert len(values) == len(days) * min(len(goods), 5)
    assert sum(map(int, values)) == sum(row["cases"] for row in told) and len(goods) <= 5
    assert all(name in drawn for name in goods)


def test_what_is_in_a_cell_is_no_markup_in_a_chart() -> None:
    told = [("<script>alert(1)</script>\x0b\x00", "x", 3, "", ""), ("院" * 999, "x", 2, "", "")]
    columns = ("facility_key", "facility", "cases", "first", "last")
    drawn = chart_of("asked_twice", columns, told)
    assert "<script" not in drawn and "&lt;script" in drawn
    assert "院" * 39 in drawn and "院" * 40 not in drawn
    assert chart_of("asked_twice", columns, []) == chart_of(None, columns, told) == ""


@pytest.mark.parametrize("table", [v.name for v in VIEWS] + [v.name for v in LOOKUPS])
def test_every_table_is_told_of_and_holds_no_number(address: str, table: str) -> None:
    page = asked(f"{address}/{table}")
    told = json.dumps(rows(f"{address}/{table}.json?_shape=array&_size=max"))
    assert TAIL not in page + told
    about = {one.name: one.about for one in (*VIEWS, *LOOKUPS)}[table]
    assert escape(about[:20]) in page


def test_tables_of_the_store_are_not_there_and_nothing_is_written(address: str) -> None:
    names = {table["name"] for table in json.loads(asked(f"{address}.json"))["tables"]}
    assert not names & {"posts", "contacts", "callbacks", "sessions", "sign_in_links"}
    for sql in ("SELECT * FROM posts", "DELETE FROM v_cases", "ATTACH 'x' AS x"):
        with pytest.raises(urllib.error.HTTPError) as refused:
            asked(f"{address}.json?sql={quote(sql)}")
        assert refused.value.code in (400, 403)
        refused.value.close()
    with pytest.raises(urllib.error.HTTPError) as refused:
        asked(f"{address}.db")
    refused.value.close()


def test_who_looks_is_noted_and_numbers_come_only_when_asked_for(
    store: Store, tmp_path: Path
) -> None:
    fill(store, cases=10)
    for numbers in (False, True):
        with explore.copy_of(store, by="青岚", numbers=numbers) as copy:
            with closing(sqlite3.connect(copy.file)) as opened:
                held = "\n".join(opened.iterdump())
            assert (NUMBER in held) == numbers
        assert not copy.file.exists()
    noted = store.connection.db.execute("SELECT actor, what FROM audit").fetchall()
    assert [tuple(row) for row in noted] == [
        ("青岚", "a copy to explore, people's numbers masked"),
        ("青岚", "a copy to explore, people's numbers in full"),
    ]
