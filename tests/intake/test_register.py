"""The register: what is told by a door is a need; an import is taken back or forgotten whole."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from classifiers.need import Reading
from monitor import flag, intake, merge
from monitor.callback import noted_now, record
from monitor.errors import DistressError, UnknownNameError
from monitor.flag import posts as flagging
from monitor.intake import CheckedGoods, Telling, checked_goods, checked_line
from monitor.merge import reread
from monitor.settings import RetentionSettings
from monitor.store import Store, times
from monitor.types import Case, KnownContact
from monitor.upkeep.retention import forget
from spiders.base.post import Post

NOW = datetime(2020, 2, 12, 6, 0, tzinfo=UTC)
WINDOW = timedelta(days=7)
WARD = "晴川市紫荆医院"


def told(text: str, name: str = "1", **others: object) -> Telling:
    return Telling(source_id=name, text=text, author="李护士", at=NOW, **others)  # type: ignore[arg-type]


def bring(store: Store, kind: str, *entries: Telling, name: str = "", **others: object) -> int:
    """Take in what was told, read it and put it into cases; return the import's number."""
    with times.at(NOW):
        brought = intake.bring_in(
            store, kind, entries, purpose="捐助", actor="青岚", name=name, **others
        )  # type: ignore[arg-type]
        flag.flag(store)
        merge.merge(store, window=WINDOW)
    return brought.run_id


def open_cases(store: Store) -> list[Case]:
    return store.cases.get(store.cases.open_ids())


@pytest.mark.parametrize("kind", intake.DOORS)
def test_what_is_told_by_a_door_opens_a_case_whatever_its_words_are(
    store: Store, kind: str
) -> None:
    bring(store, kind, told("您好，我是紫荆医院的，请回电话13800138000"))
    [case] = open_cases(store)
    [need] = case.needs
    assert (need.post.source, need.post.author, need.reading.label) == (kind, "李护士", "request")
    assert [contact.value for contact in need.reading.contacts] == ["13800138000"]


def test_a_ward_itself_calls_and_others_pass_on(store: Store) -> None:
    bring(store, "hotline", told(f"{WARD}缺口罩"))
    bring(store, "relay", told("青禾县人民医院缺护目镜"))
    assert [case.needs[0].reading.voice for case in open_cases(store)] == ["firsthand", "passed on"]


def test_a_reader_that_fails_leaves_what_was_told_a_need(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(source: str, words: str) -> Reading:
        raise RuntimeError("a defect")

    monkeypatch.setattr(flagging, "read_stored", fail)
    bring(store, "hotline", told("缺口罩"))
    assert len(open_cases(store)) == 1


def test_who_is_on_a_list_asks_for_no_goods_and_is_one_with_others_by_contact_only(
    store: Store,
) -> None:
    words = f"{WARD} 张先生 13800138001 口罩"
    bring(store, "campaign", told(words, "1"), told(words.replace("8001", "8002"), "2"))
    assert len(open_cases(store)) == 2
    bring(store, "warnings", told("60岁 13800138001 转账未回应", "3"))
    assert sorted(len(case.needs) for case in open_cases(store)) == [1, 2]
    assert not any(need.reading.items for case in open_cases(store) for need in case.needs)


def test_who_passes_on_two_needs_did_not_make_them_one(store: Store) -> None:
    bring(store, "relay", told("ICU缺N95口罩", "1"), told("另一家的急诊科缺N95口罩", "2"))
    assert len(open_cases(store)) == 2


GOODS = [
    CheckedGoods("护手霜", "40支"),
    CheckedGoods("秋衣", "30-40套"),
    CheckedGoods("奇怪的东西"),
]


def test_goods_that_a_person_checked_stand_for_what_the_readers_find(store: Store) -> None:
    text = f"{WARD}要N95口罩500个，不，是护手霜\n{checked_line(GOODS)}"
    bring(store, "hotline", told(text))
    [case] = open_cases(store)
    items = case.needs[0].reading.items
    assert [(i.text, i.quantity, i.quantity_max, i.unit) for i in items] == [
        ("护手霜", 40, None, "支"),
        ("秋衣", 30, 40, "套"),
        ("奇怪的东西", None, None, None),
    ]
    assert all(text[item.start : item.end] == item.text for item in items)


def test_no_goods_at_all_can_be_checked_too() -> None:
    assert checked_goods(f"缺口罩\n{checked_line([])}") == []
    assert checked_goods("缺口罩") is None


def test_a_checked_name_cannot_break_out_of_its_line() -> None:
    odd = [CheckedGoods("口罩；防护服（大）\n核对物资：车", "2（3）箱；4")]
    [kept] = checked_goods(checked_line(odd)) or []
    assert (kept.name, kept.amount) == ("口罩;防护服(大) 核对物资：车", "2(3)箱;4")


def test_reread_leaves_what_was_told_where_it_is(store: Store) -> None:
    bring(store, "hotline", told(f"{WARD}有事相求\n{checked_line(GOODS)}"))
    bring(store, "campaign", told("张先生13800138001"))
    assert reread.plan(store, window=WINDOW).differences == ()


def test_an_import_taken_back_leaves_no_case_and_the_same_import_brings_it_back(
    store: Store,
) -> None:
    run_id = bring(store, "sheet", told(f"{WARD}缺口罩"), name="表")
    intake.take_back(store, run_id, actor="青岚")
    assert open_cases(store) == []
    assert store.posts.count_unread("any") == 0
    bring(store, "sheet", told(f"{WARD}缺口罩"), name="表")
    assert len(open_cases(store)) == 1


def test_a_changed_row_is_an_update_and_taken_back_it_is_as_before(store: Store) -> None:
    bring(store, "sheet", told(f"{WARD}缺口罩100个"), name="表")
    run_id = bring(store, "sheet", told(f"{WARD}缺口罩300个"), name="表")
    [case] = open_cases(store)
    assert sorted(i.quantity or 0 for n in case.needs for i in n.reading.items) == [100, 300]
    intake.take_back(store, run_id, actor="青岚")
    [case] = open_cases(store)
    [need] = case.needs
    assert need.post.text == need.words == f"{WARD}缺口罩100个"
    flag.flag(store)
    merge.merge(store, window=WINDOW)
    assert len(open_cases(store)[0].needs) == 1


def call(store: Store, case_id: int) -> None:
    record(
        store,
        noted_now(
            case_id=case_id,
            agent="云落",
            disposition="no_answer",
            note="李护士不在",
            contact=KnownContact(kind="mobile", value="13800138000"),
        ),
        origin="terminal",
    )


def test_an_import_stays_once_somebody_called_about_it(store: Store) -> None:
    run_id = bring(store, "hotline", told(f"{WARD}缺口罩 13800138000"))
    [case] = open_cases(store)
    call(store, case.id)
    with pytest.raises(DistressError, match=f"somebody called case {case.id}"):
        intake.take_back(store, run_id, actor="青岚")
    assert len(open_cases(store)) == 1


def test_a_sheet_imported_twice_is_taken_back_from_its_end(store: Store) -> None:
    first = bring(store, "sheet", told(f"{WARD}缺口罩"), name="表")
    later = bring(store, "sheet", told(f"{WARD}缺口罩"), name="表")
    with pytest.raises(DistressError, match=f"intake undo {later}"):
        intake.take_back(store, first, actor="青岚")
    intake.take_back(store, later, actor="青岚")
    assert len(open_cases(store)) == 1
    with pytest.raises(DistressError, match="taken back before"):
        intake.take_back(store, later, actor="青岚")


def test_a_run_that_is_no_import_is_not_taken_back(store: Store) -> None:
    with pytest.raises(UnknownNameError, match="no import '1'.*distress intake list"):
        intake.take_back(store, 1, actor="青岚")


def everything_in(store: Store) -> str:
    """Return all that the store's file holds in any column."""
    tables = store.connection.db.table_names()
    return "\n".join(
        str(tuple(row))
        for table in tables
        for row in store.connection.db.execute(f'SELECT * FROM "{table}"').fetchall()
    )


def test_a_forgotten_import_leaves_no_word_and_its_outcomes_as_counts(store: Store) -> None:
    held = (KnownContact(kind="mobile", value="13800138009", person="周医生"),)
    run_id = bring(
        store, "sheet", told(f"{WARD}缺口罩，李护士13800138000", held=held, raw=b"{}"), name="表"
    )
    [case] = open_cases(store)
    call(store, case.id)
    assert "13800138009" in everything_in(store)
    assert intake.forget(store, run_id) == 1
    left = everything_in(store)
    for word in (WARD, "李护士", "13800138000", "13800138009", "周医生"):
        assert word not in left, word
    [again] = store.cases.get([case.id])
    assert [callback.disposition for callback in again.callbacks] == ["no_answer"]
    assert store.imports.get(run_id).forgotten_at is not None  # type: ignore[union-attr]


def test_a_case_with_another_source_keeps_what_that_told(store: Store) -> None:
    store.posts.save(
        "day",
        [Post(source_id="plea", text=f"急！{WARD}缺口罩，李护士13800138000", posted_at=NOW)],
        run_id=None,
    )
    run_id = bring(store, "sheet", told(f"{WARD}缺口罩，李护士13800138000"), name="表")
    [case] = open_cases(store)
    assert len(case.needs) == 2
    call(store, case.id)
    intake.forget(store, run_id)
    [case] = open_cases(store)
    assert [need.post.source for need in case.needs] == ["day"]
    assert case.callbacks[0].note == "李护士不在"


def test_an_import_is_forgotten_on_its_day(store: Store) -> None:
    bring(store, "sheet", told(f"{WARD}缺口罩"), name="表", keep_until=NOW + timedelta(days=90))
    assert forget(store, RetentionSettings(), now=NOW + timedelta(days=89)).imports == 0
    assert forget(store, RetentionSettings(), now=NOW + timedelta(days=91)).imports == 1
    assert WARD not in everything_in(store)
    assert forget(store, RetentionSettings(), now=NOW + timedelta(days=92)).imports == 0


def test_nothing_is_kept_of_an_import_that_breaks_off(store: Store) -> None:
    with pytest.raises(ValueError, match="source_id"):
        bring(store, "sheet", told("缺口罩"), told("缺口罩", ""), name="表")
    assert store.posts.count() == 0
    assert store.imports.all() == []
