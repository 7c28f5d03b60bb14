"""One post of an odd shape is set aside; it takes none of its neighbours along."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from crawls import crawled
from replay import replaying, services
from replayed import logins, told
from served import Request, some_posts
from web import Answer, listening

from monitor.store import Store
from spiders.base.post import Post

pytestmark = pytest.mark.usefixtures("quick_crawls")

Broken = Callable[[Any], None]
FEW = some_posts(6)


def of_weibo(answer: Any) -> None:
    answer["data"]["cards"][-1]["mblog"]["user"]["screen_name"] = {"a": 1}
    answer["data"]["cards"].append({"card_type": 11, "card_group": 5})


def of_mastodon(answer: Any) -> None:
    answer[-1]["account"]["display_name"] = ["小禾"]


def of_bluesky(answer: Any) -> None:
    answer["posts"][-1]["record"]["text"] = 5


@pytest.mark.parametrize(
    ("name", "odd"), [("weibo", of_weibo), ("mastodon", of_mastodon), ("bluesky", of_bluesky)]
)
def test_a_post_of_which_a_word_is_none_is_set_aside_alone(
    name: str, odd: Broken, tmp_path: Path
) -> None:
    def answer(method: str, target: str, headers: dict[str, str], body: bytes) -> Answer:
        asked = Request.of(target, headers, method, body)
        whole: Answer = services()[name].answer(asked, FEW, None)
        found = json.loads(whole.body)
        try:
            odd(found)
        except (KeyError, IndexError, TypeError):
            return whole  # a login, a long text, the page behind the last
        return Answer(json.dumps(found).encode(), headers=whole.headers)

    with logins(), replaying({}) as replay, listening(answer) as replay.address:
        source = told(replay, name).replace(f"{replay.address}/{name}", replay.address)
        [run] = crawled(tmp_path, source)
    assert (run.outcome, run.posts_new, run.posts_set_aside) == ("ok", len(FEW) - 1, 1), run
    with Store(tmp_path / "distress.db") as store:
        [(_, row)] = store.posts.list_set_aside()
    assert "is not text but" in row.reason


@pytest.mark.parametrize("name", ["source_id", "text", "url", "author", "author_id"])
def test_a_post_is_of_words(name: str) -> None:
    with pytest.raises(ValueError, match=f"the {name} of a post is not text but int"):
        Post(**{"source_id": "1", "text": "缺口罩", name: 5})  # type: ignore[arg-type]
