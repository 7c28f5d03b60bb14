"""Goods under way that a later post says are there already are told where they are packed."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from confirmed import HANDS, MASKS, confirm
from staged_day import NOW, settings_in

from monitor import digest, flag
from monitor.merge import merge
from monitor.store import Store
from monitor.supply.checks import Check, checks
from spiders.base.post import Post


def later(
    store: Store, text: str, *, hours_ago: float = 0.5, author: str = "晴川市紫荆医院"
) -> None:
    """Save, flag and merge a post."""
    at = NOW - timedelta(hours=hours_ago)
    post = Post(source_id=text, text=text, author=author, posted_at=at)
    store.posts.save("day", [post], run_id=None)
    flag.flag(store)
    merge(store, window=timedelta(days=3))


def told(store: Store) -> dict[str, Check]:
    names = {line.id: line.name for line in store.supplies.lines()}
    return {names[line]: check for line, [check] in checks(store.supplies.lines()).items()}


def test_only_the_goods_of_which_there_is_enough_are_told(store: Store, tmp_path: Path) -> None:
    confirm(store, HANDS, MASKS)
    later(store, "护手霜够了，不要再寄")
    assert [name for name, check in told(store).items() if check.update] == ["护手霜"]
    settings = settings_in(tmp_path)
    folder = digest.write(store, settings, now=NOW)
    for page in ("supplies.html", "packing.html"):
        assert "护手霜够了，不要再寄" in (folder / page).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "author", "hours_ago"),
    [
        ("护手霜够了，不要再寄", "路人", 0.5),
        ("护手霜够了，不要再寄", "晴川市紫荆医院", 3),
        ("护手霜又用完了", "晴川市紫荆医院", 0.5),
        ("白鹭医院护手霜够了，不要再寄", "晴川市紫荆医院", 0.5),
    ],
)
def test_what_others_say_or_what_was_said_before_marks_nothing(
    store: Store, text: str, author: str, hours_ago: float
) -> None:
    confirm(store, HANDS)
    later(store, text, author=author, hours_ago=hours_ago)
    assert told(store) == {}
