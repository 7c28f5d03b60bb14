"""Two teams at one host hospital are two cases: one that is served does not hide the other."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from staged_day import call

from monitor.flag import flag
from monitor.merge import merge
from monitor.store import Store
from spiders.base.post import Post

AT = datetime(2026, 2, 10, tzinfo=UTC)
TEAMS = [
    "我们是岚州沙棘医疗队，驻晴川紫荆医院，急需暖宝宝、雨靴，联系郑护士13800130101",
    "我们是汀州白桦医疗队，驻晴川紫荆医院，急需暖宝宝、雨靴，联系曹护士13800130102",
]
HOST_AND_TEAM = [
    "晴川紫荆医院急需护目镜、面屏，联系设备科孟老师13800130101",
    "岚州沙棘医院医疗队支援晴川紫荆医院，急需护目镜、面屏，联系郑护士长13800130102",
]


def cases_of(store: Store, texts: list[str]) -> list[int]:
    """Let the line read posts of different authors, an hour apart; return the open cases."""
    posts = [
        Post(source_id=str(at), text=text, posted_at=AT + timedelta(hours=at), author=f"作者{at}")
        for at, text in enumerate(texts)
    ]
    store.posts.save("day", posts, run_id=None)
    flag(store)
    merge(store, window=timedelta(days=3))
    return store.cases.open_ids()


@pytest.mark.parametrize("texts", [TEAMS, HOST_AND_TEAM], ids=["two teams", "host and team"])
def test_who_is_at_one_hospital_is_not_one_case(store: Store, texts: list[str]) -> None:
    first, second = cases_of(store, texts)
    call(store, first, "already_supplied", hours_ago=0)
    assert store.cases.open_ids() == [second], "whose turn it is to be called"


@pytest.mark.parametrize("name", ["posts.jsonl", "posts_host.jsonl"])
def test_two_teams_one_host(store: Store, shared: Path, name: str) -> None:
    file = shared / "cases" / "two-teams-one-host" / name
    if not file.exists():
        pytest.skip("no shared cases")
    lines = file.read_text(encoding="utf-8").splitlines()
    assert len(cases_of(store, [json.loads(line)["text"] for line in lines])) == 2
