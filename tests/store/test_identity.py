"""An id that several posts bear: each is kept, and an edit stays an edit."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from monitor.store import Store
from monitor.store.posts import Saved
from spiders.base.post import Post

NOON = datetime(2020, 2, 12, 4, tzinfo=UTC)
POST = Post(
    source_id="4467080000000000",
    text="梧桐医院急需口罩100个，联系13800138001",
    author="小禾",
    author_id="900001",
    url="https://weibo.com/900001/Itest1",
    posted_at=NOON,
)
OTHER = replace(
    POST,
    text="海棠医院急需防护服50套，联系13800138002",
    author="小穆",
    author_id="900002",
    url="https://weibo.com/900002/Itest2",
    posted_at=NOON + timedelta(minutes=7),
)
RUN_ONE, RUN_TWO = 1, 2


@pytest.fixture(autouse=True)
def runs(store: Store) -> None:
    for _ in range(2):
        store.runs.start("crawl", "day")


def save(store: Store, *posts: Post, run: int = RUN_ONE) -> Saved:
    return store.posts.save("day", posts, run_id=run)


def texts(store: Store) -> list[str]:
    return [post.text for batch in store.posts.unread() for post in batch]


def test_posts_of_one_id_that_differ_in_all_else_are_several(store: Store) -> None:
    third = replace(OTHER, text="木兰医院求护目镜", author="小夏", author_id="900003")
    saved = save(store, POST, OTHER, third)
    assert (saved.new, saved.known, saved.edited, saved.shared) == (3, 0, 0, 2)
    assert texts(store) == [POST.text, OTHER.text, third.text]


def test_read_again_in_another_order_they_are_known(store: Store) -> None:
    save(store, POST, OTHER)
    for run in (RUN_ONE, RUN_TWO):
        saved = save(store, OTHER, POST, run=run)
        assert (saved.new, saved.known, saved.edited, saved.shared) == (0, 2, 0, 1)


def test_one_that_has_no_more_than_words_and_an_id_is_another_within_a_run(store: Store) -> None:
    bare = Post(source_id="1", text="急需口罩")
    rest = replace(bare, text="急需手套")
    assert save(store, bare, rest).new == 2
    assert save(store, rest, bare, run=RUN_TWO).known == 2
    assert save(store, replace(bare, text="急需纱布"), run=RUN_TWO).new == 1


@pytest.mark.parametrize(
    "edit",
    [
        {"text": POST.text + "，已收到一半"},
        {"text": "已经够了，谢谢大家"},
        {"text": POST.text + "！", "author": "小禾有了新名字"},
        {"text": POST.text.replace("100", "300"), "posted_at": NOON + timedelta(seconds=40)},
        {"text": POST.text.replace("100", "300"), "author": None, "author_id": None},
        {"text": POST.text.replace("100", "300"), "url": None, "posted_at": None},
    ],
)
def test_an_edit_stays_an_edit(store: Store, edit: dict[str, object]) -> None:
    save(store, POST)
    saved = save(store, replace(POST, **edit), run=RUN_TWO)  # type: ignore[arg-type]
    assert (saved.new, saved.edited, saved.shared) == (0, 1, 0)
    assert texts(store) == [edit["text"]]


def test_an_edit_of_an_entry_that_only_tells_when_it_was_changed_is_one(store: Store) -> None:
    entry = Post(source_id="tag:e.org,1", text="急需口罩一百个，请联系门诊", posted_at=NOON)
    save(store, entry)
    later = replace(entry, text=entry.text + "（已更新）", posted_at=NOON + timedelta(hours=3))
    assert save(store, later, run=RUN_TWO).edited == 1


def test_an_edit_of_a_post_beside_another_of_its_id_is_one(store: Store) -> None:
    save(store, POST, OTHER)
    edited = replace(OTHER, text="海棠医院的防护服已到")
    assert save(store, POST, edited, run=RUN_TWO) == Saved(known=1, edited=1, shared=1)
    assert texts(store) == [POST.text, edited.text]


@pytest.mark.parametrize(
    "change",
    [{"author": "改了名字"}, {"url": "https://m.weibo.cn/detail/1"}, {"posted_at": None}],
)
def test_the_same_words_of_a_renamed_author_are_known(store: Store, change: dict[str, str]) -> None:
    plain = replace(POST, author_id=None)
    save(store, plain)
    again = replace(plain, **change)  # type: ignore[arg-type]
    assert save(store, again, run=RUN_TWO) == Saved(known=1)


def test_the_same_words_of_somebody_else_elsewhere_are_another_post(store: Store) -> None:
    assert save(store, POST, replace(OTHER, text=POST.text)).new == 2


def test_a_link_made_of_the_id_says_no_more_than_the_id(store: Store) -> None:
    """A rounded id makes one link for all."""
    link = f"https://m.weibo.cn/detail/{POST.source_id}"
    first = replace(POST, url=link, author=None, author_id=None)
    second = replace(OTHER, url=link, author=None, author_id=None)
    save(store, first)
    assert save(store, second, run=RUN_TWO) == Saved(new=1, shared=1)


def test_the_beginning_of_a_text_is_of_its_post_also_within_a_run(store: Store) -> None:
    cut = replace(POST, text=POST.text[:14] + "…", cut=True, posted_at=NOON - timedelta(hours=1))
    assert save(store, POST, cut) == Saved(new=1, known=1)
