"""A case's posts are one thread; what later ones say stands on the card, own words and others'."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from staged_day import AGENT, NOW, settings_in

from monitor import digest, flag, route
from monitor.digest.case_view import CaseView
from monitor.digest.day import read_day
from monitor.digest.lead import lead_view
from monitor.merge import merge
from monitor.settings import Settings
from monitor.store import Store
from spiders.base.post import Post

NURSE = "紫荆小李护士"
PLEA = "晴川紫荆医院急需橡皮筋40盒、面膜20盒、护手霜60支，联系李医生13800138001"
STOP = "都收到啦，不用再寄"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_in(tmp_path)


def told(store: Store, settings: Settings, *posts: tuple[str, str]) -> CaseView:
    """Return the first case after these posts, an hour apart."""
    first = NOW - timedelta(hours=len(posts) + 1)
    store.posts.save(
        "day",
        [
            Post(
                source_id=str(at),
                text=text,
                author=author,
                posted_at=first + timedelta(hours=at),
                url=f"https://example.org/{at}",
            )
            for at, (author, text) in enumerate(posts)
        ],
        run_id=None,
    )
    flag.flag(store)
    merge(store, window=settings.merge.window)
    return read_day(store, settings, now=NOW).views[1]


def test_the_opening_line_follows_the_newest_statement(store: Store, settings: Settings) -> None:
    view = told(store, settings, (NURSE, PLEA), (NURSE, "橡皮筋和面膜够了，不要再寄"))
    assert [(goods.name, goods.state, goods.struck) for goods in view.goods] == [
        ("护手霜", "wanted", False),
        ("橡皮筋", "enough", True),
        ("面膜", "enough", True),
    ]
    [wanted] = view.meant
    assert (view.goods_words, wanted.amount, wanted.unit) == ("护手霜", "60", "支")
    assert view.stop is None


def test_what_is_left_is_what_a_message_asks_for(store: Store, settings: Settings) -> None:
    view = told(store, settings, (NURSE, PLEA), (NURSE, "收到40支护手霜，还差20支"))
    [goods] = [goods for goods in view.goods if goods.name == "护手霜"]
    assert (goods.state, goods.arrived, goods.left) == ("part", "40支", "20支")
    assert (view.meant[-1].name, view.meant[-1].amount) == ("护手霜", "20")


def test_newest_first_with_who_says_it(store: Store, settings: Settings) -> None:
    view = told(store, settings, (NURSE, PLEA), ("路人", "紫荆医院物资够了"), (NURSE, STOP))
    assert [(post.number, post.author, post.same_voice) for post in view.posts] == [
        (3, NURSE, 1),
        (2, "路人", None),
        (1, NURSE, None),
    ]
    assert view.stop is not None
    assert (view.stop.statement, view.stop.url) == (STOP, "https://example.org/2")
    assert [said.own for said in view.said] == [True, False]


def test_the_stop_stands_on_the_card_and_a_strangers_word_beside_it(
    store: Store, settings: Settings
) -> None:
    told(store, settings, (NURSE, PLEA), ("路人<b>", "紫荆医院物资够了，不要再寄"), (NURSE, STOP))
    store.cases.assign(1, AGENT, "test")
    page = (digest.write(store, settings, now=NOW) / f"{AGENT}.html").read_text(encoding="utf-8")
    assert "先别打" in page
    assert page.index(STOP) < page.index("紫荆医院物资够了") < page.index('class="goods"')
    assert "路人<b>" not in page


def test_a_case_whose_own_voice_says_stop_is_given_to_nobody(
    store: Store, settings: Settings
) -> None:
    told(store, settings, (NURSE, PLEA), (NURSE, STOP))
    assert route.route(store, settings).assigned == 0
    told(store, settings, ("别人", "白鹭医院急需监护仪5台，联系王护士13800138002"))
    routed = route.route(store, settings)
    assert (routed.assigned, routed.unassigned) == (1, 1)


def test_what_others_say_and_every_stop_go_to_the_lead_with_numbers_hidden(
    store: Store, settings: Settings
) -> None:
    words = "别再打李医生13800138001了，物资够了"
    told(store, settings, (NURSE, PLEA), ("路人", words), (NURSE, STOP))
    said = lead_view(read_day(store, settings, now=NOW)).said
    assert [(one.case.id, one.own, one.statement[:4]) for one in said] == [
        (1, True, "都收到啦"),
        (1, False, "别再打李"),
    ]
    assert "13800138001" not in said[1].statement


def test_a_number_asked_not_to_be_called_is_for_a_person_to_confirm(
    store: Store, settings: Settings
) -> None:
    view = told(store, settings, (NURSE, PLEA), (NURSE, "别再打李医生电话，转医务科"))
    [rung] = [rung for rung in view.rungs if rung.value == "13800138001"]
    assert (rung.barred, rung.asked_by) == ("barred", view.said[0].id)
    assert store.marks.standing(NOW) == {}
