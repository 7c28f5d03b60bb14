"""Flagging: a post is read once, an edited one again, and one that fails stops no other."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from classifiers import pipeline
from classifiers.need import Reading
from monitor.flag import FlagCounts, flag
from monitor.store import Store
from spiders.base.post import Post

PLEA = "求助！晴川市紫荆医院急需N95口罩500个、防护服200套，库存只够一天，联系李护士13800138000"
OTHER_PLEA = "我们科室在青禾县人民医院，医护人员急缺护目镜、隔离衣，请大家帮帮我们，13800138001"
NOISE = "今天的晚霞真好看"


def save(store: Store, **texts: str) -> None:
    """Save posts, the text of each under its id."""
    posts = [Post(source_id=name, text=text) for name, text in texts.items()]
    store.posts.save("day", posts, run_id=None)


def needs_of(store: Store) -> list[tuple[str, str]]:
    """Return the ids of the posts that have a need, with the words that were read."""
    return [(need.post.source_id, need.words) for need in store.needs.without_case()]


def readings_in(store: Store) -> list[tuple[str, str, str | None]]:
    """Return post, reader and error of every reading that was noted."""
    with closing(sqlite3.connect(store.path)) as db:
        return db.execute(
            "SELECT source_id, reader, error FROM readings JOIN posts ON posts.id = post_id "
            "ORDER BY read_at, source_id"
        ).fetchall()


def test_a_plea_becomes_a_need_and_small_talk_does_not(store: Store) -> None:
    save(store, plea=PLEA, noise=NOISE)
    assert flag(store) == FlagCounts(read=2, needs=1, set_aside=0)
    assert needs_of(store) == [("plea", PLEA)]


def test_what_was_read_is_kept_with_the_need(store: Store) -> None:
    save(store, plea=PLEA)
    flag(store)
    [need] = store.needs.without_case()
    assert {item.name for item in need.reading.items} == {"N95口罩", "防护服"}
    assert [contact.value for contact in need.reading.contacts] == ["13800138000"]
    assert need.reading.facilities[0].text == "晴川市紫荆医院"
    assert need.reading.score > 0.5


def test_a_post_is_read_only_once(store: Store) -> None:
    save(store, plea=PLEA, noise=NOISE)
    flag(store)
    assert flag(store) == FlagCounts()
    save(store, other=OTHER_PLEA)
    assert flag(store) == FlagCounts(read=1, needs=1)


def test_an_edited_post_is_read_again_and_its_new_words_are_a_need(store: Store) -> None:
    save(store, post=NOISE)
    assert flag(store).needs == 0
    save(store, post=PLEA)
    assert flag(store) == FlagCounts(read=1, needs=1)
    assert needs_of(store) == [("post", PLEA)]


def test_the_need_of_an_edited_post_keeps_the_words_it_was_read_from(store: Store) -> None:
    save(store, post=PLEA)
    flag(store)
    save(store, post=NOISE)
    flag(store)
    [need] = store.needs.without_case()
    assert need.words == PLEA
    for item in need.reading.items:
        assert need.words[item.start : item.end] == item.text


def test_an_edit_that_is_taken_back_is_not_read_again(store: Store) -> None:
    for text in (PLEA, OTHER_PLEA):
        save(store, post=text)
        flag(store)
    save(store, post=PLEA)
    assert flag(store) == FlagCounts()


def test_reposted_words_are_read_too(store: Store) -> None:
    post = Post(source_id="1", text="帮转", reposted_text=PLEA, reposted_author="半盏孤灯")
    store.posts.save("day", [post], run_id=None)
    assert flag(store).needs == 1
    [(_, words)] = needs_of(store)
    assert words == f"帮转//@半盏孤灯:{PLEA}"


def test_a_post_that_a_reader_fails_on_is_set_aside_and_the_rest_goes_on(
    store: Store, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    read = pipeline.read

    def stumbling(texts: list[str], *, author: str | None) -> object:
        if "摔" in texts[0]:
            raise RuntimeError("the reader stumbled")
        return read(texts, author=author)

    monkeypatch.setattr(pipeline, "read", stumbling)
    save(store, a=PLEA, b=PLEA + "摔", c=OTHER_PLEA)
    assert flag(store) == FlagCounts(read=3, needs=2, set_aside=1)
    assert [name for name, _ in needs_of(store)] == ["a", "c"]
    errors = {name: error for name, _, error in readings_in(store)}
    assert errors == {"a": None, "b": "RuntimeError: the reader stumbled", "c": None}
    assert "post b of day could not be read" in caplog.text


def test_a_post_that_was_set_aside_does_not_come_up_at_every_run(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(texts: list[str], *, author: str | None) -> object:
        raise RuntimeError(texts)

    with monkeypatch.context() as broken:
        broken.setattr(pipeline, "read", failing)
        save(store, plea=PLEA)
        assert flag(store).set_aside == 1
    assert flag(store) == FlagCounts()


def test_again_reads_what_only_an_earlier_version_has_read(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as earlier:
        earlier.setattr(pipeline, "version", lambda: "0-earlier")
        earlier.setattr(pipeline, "read", lambda texts, author: iter([Reading()] * len(texts)))
        save(store, plea=PLEA, noise=NOISE)
        assert flag(store) == FlagCounts(read=2)
    assert flag(store) == FlagCounts()
    assert flag(store, again=True) == FlagCounts(read=2, needs=1)
    assert flag(store, again=True) == FlagCounts()


def test_again_makes_no_second_need_of_the_same_words(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(store, plea=PLEA)
    flag(store)
    monkeypatch.setattr(pipeline, "version", lambda: "9-later")
    assert flag(store, again=True) == FlagCounts(read=1, needs=0)
    assert len(needs_of(store)) == 1


def test_progress_is_told_up_to_the_last_post(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("monitor.flag.posts.BATCH", 2)
    save(store, **{f"p{number}": f"{NOISE}{number}" for number in range(5)})
    told: list[int] = []
    flag(store, on_progress=told.append)
    assert told == [2, 4, 5]


def test_the_run_is_noted_with_how_it_ended(store: Store) -> None:
    save(store, plea=PLEA, noise=NOISE)
    flag(store)
    run = store.runs.latest("flag")[""]
    assert (run.outcome, run.message) == ("ok", "2 posts read, 1 needs, 0 set aside")


def test_a_run_that_is_stopped_keeps_its_batches_and_is_noted_as_cut_short(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("monitor.flag.posts.BATCH", 1)

    def stop_after_first(read: int) -> None:
        raise KeyboardInterrupt

    save(store, a=PLEA, b=OTHER_PLEA)
    with pytest.raises(KeyboardInterrupt):
        flag(store, on_progress=stop_after_first)
    assert store.runs.latest("flag")[""].outcome == "cut short"
    assert flag(store) == FlagCounts(read=1, needs=1)
    assert [name for name, _ in needs_of(store)] == ["a", "b"]
