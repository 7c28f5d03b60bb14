"""Search: both scripts, words of two characters, words apart; nothing removed is found."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from desk_folder import Folder
from staged_day import NOW, add_case, add_need, call, reading_of

from monitor import line
from monitor.analysis.search import place_prefix, search
from monitor.desk.others import matches
from monitor.errors import DistressError
from monitor.masking import HIDDEN
from monitor.store import Store
from monitor.store.search import Wanted
from spiders.base.post import Post

NUMBER = "13800138042"


def made(store: Store, text: str, **more: Any) -> int:
    """Open a case of a post; more: as reading_of has it."""
    return add_case(store, text, reading_of(text, **more))


def found(store: Store, *words: str, **more: Any) -> list[int | None]:
    """Return the cases of what is found, best first."""
    line.take_in(store)
    return [one.case_id for one in search(store, Wanted(words=words, **more))]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("随州急需口罩", ["口罩"]),
        ("隨州急需口罩與護目鏡", ["护目镜", "随州"]),
        ("随州急需护目镜", ["護目鏡"]),
        ("急需Ｎ９５口罩", ["n95"]),
        ("急需KN95", ["N95"]),
        ("口罩，随州", ["随州", "口罩"]),
        ("等口\n罩来", ["口罩"]),
    ],
)
def test_words_are_found_in_either_script_wherever_they_stand(
    store: Store, text: str, words: Sequence[str]
) -> None:
    other, wanted = made(store, "另一个病区要手套"), made(store, text)
    assert found(store, *words) == [wanted]
    assert found(store, "手套") == [other]


def test_all_words_have_to_be_there_and_in_their_order(store: Store) -> None:
    made(store, "随州要手套")
    assert not found(store, "随州", "口罩")
    assert not found(store, "套手")


def test_a_case_is_found_by_the_full_name_of_its_place_and_goods(store: Store) -> None:
    case_id = made(
        store, "曾都区急需N95", goods=[("N95", None, None)], place=("曾都区", "湖北省", "随州市")
    )
    assert found(store, "湖北省") == [case_id]


@pytest.mark.parametrize("words", ['" OR "', "NEAR(", "*", "口罩 OR", "'; DROP TABLE posts", "^"])
def test_words_of_the_search_language_are_only_words(store: Store, words: str) -> None:
    made(store, "随州要手套")
    line.take_in(store)
    try:
        assert search(store, Wanted(words=tuple(words.split()))) == []
    except DistressError as error:
        assert "distress search 口罩 随州" in str(error)


def test_an_edited_post_is_found_by_its_new_words_alone(store: Store) -> None:
    made(store, "随州要手套")
    line.take_in(store)
    post = Post(source_id="p0", text="随州改要口罩", posted_at=NOW - timedelta(hours=2),
                url="https://example.org/post/0", author="护士小禾")  # fmt: skip
    store.posts.save("day", [post], run_id=None)
    assert len(found(store, "口罩")) == 1 and not found(store, "手套")


def test_what_is_removed_is_found_no_longer_and_nothing_of_it_is_kept(store: Store) -> None:
    store.posts.save("day", [Post(source_id="x", text=f"手套找我{NUMBER}")], run_id=None)
    assert found(store, "手套") == [None]
    store.posts.drop_unneeded(NOW + timedelta(days=400))
    assert not found(store, "手套")
    kept = store.connection.db.execute("SELECT count(*) FROM post_words_content").fetchone()[0]
    assert (kept, store.search.waiting()) == (0, 0)


def test_a_note_is_found_with_the_case_that_its_own_was_put_into(store: Store) -> None:
    one, other = made(store, "随州要手套"), made(store, "宜昌要口罩")
    call(store, other, "call_later", again_in=1, note=f"門衛代收，找{NUMBER}")
    assert found(store, "门卫") == [other]
    store.cases.absorb(one, other)
    line.take_in(store)
    [note] = search(store, Wanted(words=("代收",)))
    assert (note.kind, note.case_id) == ("note", one)
    assert HIDDEN in note.snippet and NUMBER[-4:] not in note.snippet


def test_numbers_are_masked_also_where_they_are_what_is_found(store: Store) -> None:
    made(store, f"随州要手套，打{NUMBER[:3]} {NUMBER[3:7]} {NUMBER[7:]}")
    line.take_in(store)
    [one] = search(store, Wanted(words=(NUMBER,)))
    assert "0013" not in str(one) and HIDDEN in one.snippet


def test_the_desk_finds_open_cases_in_either_script_by_words_apart(store: Store) -> None:
    one, done = made(store, "随州第三医院急需防护服"), made(store, "随州第四医院急需防护服")
    call(store, one, "call_later", again_in=1, note="門衛代收")
    call(store, done, "no_need")
    line.take_in(store)
    for words in ("防護服 隨州", "門衛", "门卫代收", "第三医院"):
        assert matches(store, words) == {"cases": [one]}, words
    assert matches(store, "  ") == {"cases": []}


def test_open_cases_come_first_then_closed_then_posts_of_none(store: Store) -> None:
    store.posts.save("day", [Post(source_id="x", text="口罩口罩口罩")], run_id=None)
    closed, open_one = made(store, "口罩甲口罩"), made(store, "口罩乙")
    call(store, closed, "no_need")
    assert found(store, "口罩") == [open_one, closed, None]


def test_filters_hold_matches_to_day_place_goods_source_and_state(store: Store) -> None:
    near = made(store, "曾都区口罩", goods=[("口罩", None, None)],
                place=("曾都区", "湖北省", "随州市"))  # fmt: skip
    far = add_case(store, "宜昌口罩", reading_of("宜昌口罩", place=("宜昌", "湖北省", "宜昌市")),
                   hours_ago=100)  # fmt: skip
    call(store, far, "no_need")
    assert found(store, "口罩", place=place_prefix("随州")) == [near]
    assert set(found(store, "口罩", place=place_prefix("湖北"))) == {near, far}
    assert found(store, "口罩", goods="口罩") == [near]
    assert found(store, "口罩", status="closed") == [far]
    assert found(store, "口罩", since=NOW - timedelta(days=2)) == [near]
    assert found(store, "口罩", until=NOW - timedelta(days=2)) == [far]
    assert not found(store, "口罩", source="elsewhere")


def test_a_place_that_is_none_or_several_is_told() -> None:
    with pytest.raises(DistressError, match="no place '虚无'"):
        place_prefix("虚无")
    with pytest.raises(DistressError, match="北京市朝阳区"):
        place_prefix("朝阳区")
    assert place_prefix("荆州") == "4210", "the town, which holds a district of its name"


EDIT = "UPDATE posts SET text = '改了', digest = 'x' WHERE id = 1"


def test_a_crawl_writes_while_posts_are_read_for_the_search(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Words are worked out before the lock is taken: what changes meanwhile is read once more."""
    from monitor.store import search as of_store

    made(store, "随州要手套")
    apart, written = of_store.apart, []

    def slowly(text: str) -> str:
        if not written:
            written.append(text)
            with Store(store.path, write_wait=0) as crawl:
                add_need(crawl, "又一条口罩", reading_of("又一条口罩"))
                crawl.connection.db.execute(EDIT)
        return apart(text)

    monkeypatch.setattr(of_store, "apart", slowly)
    assert found(store, "口罩") == [None]
    assert len(found(store, "改了")) == 1 and not found(store, "手套")


def test_the_command_shows_where_the_words_stand(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    folder.add(NUMBER)
    shown = folder.run("search", "護手霜", "病区").output
    assert "Case 1" in shown and "护手霜40支" in shown and NUMBER not in shown
    told = json.loads(folder.run("search", "护手霜", "--json").output)
    [one] = told["found"]
    assert one["case"] == 1 and one["closed"] is False and HIDDEN in one["snippet"]
    assert folder.run("search", "没有的词").output == "nothing found\n"
    assert "no place" in folder.run("search", "a", "--place", "虚无", exit_code=1).output
