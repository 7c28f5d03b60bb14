"""A service that gives the same page for ever ends the walk, and what it gave is kept."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
from crawls import source
from forked_crawls import Start
from replayed import crawled_at_once, logins
from web import Answer, listening

pytestmark = pytest.mark.usefixtures("quick_crawls")

NOW = datetime.now(UTC)
CARD = {
    "card_type": 9,
    "mblog": {
        "id": "1",
        "text": "缺口罩",
        "created_at": NOW.strftime("%a %b %d %H:%M:%S +0000 %Y"),
        "user": {"id": 1, "screen_name": "小禾"},
    },
}
MESSAGE = f"""<html><body class="tgme_page"><section class="tgme_channel_history">
<a class="tme_messages_more" data-before="9"></a>
<div class="tgme_widget_message" data-post="qingwen/9"><div class="tgme_widget_message_text">缺口罩
</div><a class="tgme_widget_message_date"><time datetime="{NOW.isoformat()}"></time></a></div>
</section></body></html>"""
FOUND = {"cell_type": 32, "id": "1", "content": "缺口罩", "create_time": int(NOW.timestamp())}
SAME = {
    "weibo": json.dumps({"ok": 1, "data": {"cardlistInfo": {"since_id": 5}, "cards": [CARD]}}),
    "telegram": MESSAGE,
    "toutiao": json.dumps({"data": [FOUND], "has_more": 1}),
}


def test_the_same_page_again_and_again_cuts_the_walk_short(
    tmp_path: Path, forked_crawl: Start
) -> None:
    asked: Counter[str] = Counter()

    def answer(_: str, target: str, __: dict[str, str], ___: bytes) -> Answer:
        name = target.split("/")[1]
        asked[name] += 1
        assert asked[name] < 20, "it asks for ever"
        return Answer(SAME[name].encode(), headers={"Content-Type": "text/html"})

    keys: dict[str, dict[str, object]] = {
        "weibo": {"users": ["1"]},
        "telegram": {"channels": ["qingwen"]},
        "toutiao": {"keywords": ["口罩"]},
    }
    with logins(), listening(answer) as address:
        tables = [
            source(name, name, base_url=f"{address}/{name}", obey_robots=False, **keys[name])
            for name in SAME
        ]
        runs = crawled_at_once(forked_crawl, tmp_path, *tables)
    assert {name: (run.outcome, run.posts_new) for name, run in runs.items()} == dict.fromkeys(
        SAME, ("cut short", 1)
    )
    assert all("same 1 posts again" in (run.message or "") for run in runs.values())
    assert asked == dict.fromkeys(SAME, 3)
