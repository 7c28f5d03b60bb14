"""Inputs that went wrong once, kept outside of the project: each is read as it should be."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from crawls import crawled, source
from web import Answer, Web

from monitor.flag.classify import classify
from monitor.store import Store
from monitor.types import Run, StoredPost

pytestmark = pytest.mark.usefixtures("quick_crawls")


@pytest.fixture
def cases(shared: Path) -> Path:
    if not (shared / "cases").exists():
        pytest.skip("no shared cases")
    return shared / "cases"


def archived(folder: Path, case: Path, more: str = "") -> tuple[Run, list[StoredPost]]:
    """Crawl a case's files; return the run and what is then in the store."""
    [run] = crawled(folder, source("case", path=str(case)) + more)
    return run, stored(folder)


def stored(folder: Path) -> list[StoredPost]:
    with Store(folder / "distress.db") as store:
        return [post for batch in store.posts.unread() for post in batch]


def phones(posts: list[StoredPost]) -> list[str]:
    lines = [json.dumps({"id": post.source_id, "text": post.text}).encode() for post in posts]
    readings: list[dict[str, Any]] = list(classify(lines))
    return [contact["value"] for reading in readings for contact in reading["contacts"]]


def test_excel_rounded_ids(cases: Path, tmp_path: Path) -> None:
    run, posts = archived(tmp_path, cases / "excel-rounded-ids")
    assert (run.posts_new, run.posts_known) == (3, 0)
    assert phones(posts) == ["13800138001", "13800138002", "13800138003"]
    assert "cannot be trusted" in (run.message or "")


def test_excel_formula_ids(cases: Path, tmp_path: Path) -> None:
    _, posts = archived(tmp_path, cases / "excel-formula-ids")
    assert [(post.source_id, post.url) for post in posts] == [
        ("4610089283227058", "https://weibo.com/5990000001/Aa11"),
        ("4610089283227059", "https://weibo.com/5990000002/Aa12"),
    ]


def test_need_sheet_same_list(cases: Path, tmp_path: Path) -> None:
    run, _ = archived(tmp_path, cases / "need-sheet-same-list", 'map = { text = "所需物资" }')
    assert (run.posts_new, run.posts_known) == (3, 0)
    (tmp_path / "distress.db").unlink()
    pattern = 'map = { text = "{医院名称}急需{所需物资}，联系{联系方式}" }'
    run, posts = archived(tmp_path, cases / "need-sheet-same-list", pattern)
    assert run.posts_new == 3
    assert phones(posts) == ["13800138001", "13800138002", "13800138003"]


def test_big5_archive(cases: Path, tmp_path: Path) -> None:
    run, posts = archived(tmp_path, cases / "big5-archive")
    assert posts[0].text.startswith("我們醫院急需N95口罩兩百個")
    assert "Big5" in (run.message or "")


def test_day_month_order(cases: Path, tmp_path: Path) -> None:
    _, posts = archived(tmp_path, cases / "day-month-order")
    days = [post.posted_at.strftime("%m-%d") if post.posted_at else None for post in posts]
    assert days == ["02-11", "02-12", "02-13"]


def test_xhs_comments(cases: Path, tmp_path: Path) -> None:
    _, [post] = archived(tmp_path, cases / "xhs-comments")
    assert post.url in (None, "https://www.xiaohongshu.com/explore/65c7374000000000")


def test_telegram_desktop_export(cases: Path, tmp_path: Path) -> None:
    run, posts = archived(tmp_path, cases / "telegram-desktop-export")
    assert [post.text for post in posts] == [
        "某县医院急需N95口罩300个",
        "联系 13800138001 王主任，急需防护服50套",
    ]
    assert run.posts_set_aside == 0


def test_sep_line(cases: Path, tmp_path: Path) -> None:
    run, [post] = archived(tmp_path, cases / "sep-line")
    assert (run.outcome, post.text, post.author) == ("ok", "医院急需口罩", "甲")


def test_mediacrawler_other_platforms(cases: Path, tmp_path: Path) -> None:
    run, posts = archived(tmp_path, cases / "mediacrawler-other-platforms")
    assert (run.outcome, run.posts_set_aside) == ("ok", 0)
    assert phones(posts) == ["13800138003", "13800138001"]
    assert all(post.url and post.posted_at and post.author for post in posts)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (
            "feed-empty-content",
            "急需物资\n武汉梧桐医院感染科急需N95口罩300个，联系王主任13800138001",
        ),
        ("feed-double-escaped", "求助\n武汉梧桐医院急需防护服 50套\n电话13800138002"),
    ],
)
def test_feeds(cases: Path, tmp_path: Path, web: Web, name: str, text: str) -> None:
    url = web.serve("/feed", Answer((cases / name / "feed.xml").read_bytes()))
    crawled(tmp_path, source("case", "feed", urls=[url]))
    assert [post.text for post in stored(tmp_path)] == [text]
