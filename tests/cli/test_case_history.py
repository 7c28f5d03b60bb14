"""`distress case show`: all that happened to a case, in order of time; nothing is edited away."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

import pytest
from desk_folder import Folder, lines, outcome
from staged_day import add_need, reading_of

from spiders.base.post import Post

NUMBER = "13800138000"


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """Settings and a case of 云落."""
    made = Folder(tmp_path)
    made.add(NUMBER)
    return made


def shown(folder: Folder, *options: str, case: int = 1) -> str:
    return folder.run("case", "show", case, *options).output


def line_of(text: str, word: str) -> str:
    """Return the one line that holds a word."""
    [line] = [line for line in text.splitlines() if word in line]
    return line


def join(folder: Folder, text: str) -> int:
    """Put another need into the case and return its id."""
    with folder.store() as store:
        need = add_need(store, text, reading_of(text, goods=[("面膜", None, None)]))
        store.cases.join(1, need, reason="same contact", matched_need_id=1)
    return need


def test_posts_that_joined_are_told_with_the_reason(folder: Folder) -> None:
    join(folder, "转发：面膜也急需")
    text = shown(folder)
    assert "need 1 joined: first" in text
    assert "need 2 joined: same contact as need 1" in text
    assert "转发：面膜也急需" in text


def test_a_need_that_was_split_off_is_still_told(folder: Folder) -> None:
    need = join(folder, "另一家医院急需面膜")
    folder.run("case", "split", 1, need)
    assert "need 2 left: split into another case" in shown(folder)
    assert "另一家医院急需面膜" in shown(folder)
    assert "need 2 joined: split" in shown(folder, case=2)
    assert "left" not in shown(folder, case=2)


def test_who_had_the_case_by_whom_and_why(folder: Folder) -> None:
    with folder.store() as store:
        store.cases.assign(1, "望舒", "会说方言", actor="青岚")
        store.cases.unassign(1, "no such agent in the settings")
    text = shown(folder)
    assert "given to 云落: test" in text
    assert "given to 望舒 by 青岚: 会说方言" in text
    assert "taken from 望舒: no such agent in the settings" in text
    assert re.search(r"now +open, unassigned", text)


def test_a_callback_is_told_with_all_that_was_noted(folder: Folder) -> None:
    entry = outcome(
        "aaaaaaaa",
        disposition="passed_on",
        note=f"王老师管物资，{NUMBER} 是护士站",
        contact={"kind": "mobile", "value": NUMBER},
        new_contact={"value": "13800138222", "person": "王老师"},
        call_again_at="2020-02-13T09:00:00+08:00",
    )
    folder.run("callback", "import", folder.save(entry, name="outcomes-云落-02-12.json"))
    line = line_of(shown(folder), "passed on")
    assert line.startswith("2020-02-12 14:30")
    for words in (
        "云落: passed on",
        "mobile 138****8000",
        "to call: 王老师 mobile 138****8222",
        "agreed for 2020-02-13 09:00",
        "王老师管物资",
    ):
        assert words in line
    assert re.search(r"\[outcomes-云落-02-12.json, \d{4}-\d\d-\d\d \d\d:\d\d, aaaaaaaa-", line)
    assert NUMBER not in shown(folder) and "13800138222" not in shown(folder)


def test_numbers_are_told_in_full_where_asked_for(folder: Folder) -> None:
    folder.run("callback", "record", 1, "no_answer", "--note", f"又打了 {NUMBER}")
    assert shown(folder, "--numbers").count(NUMBER) == 4
    assert NUMBER not in shown(folder)


def test_an_account_is_masked_in_the_post_as_a_number_is(folder: Folder) -> None:
    case_id = folder.add("ziheng_8000", kind="wechat")
    assert "联系〔号码〕" in shown(folder, case=case_id)
    assert "ziheng_8000" not in shown(folder, case=case_id)
    assert "联系ziheng_8000" in shown(folder, "--numbers", case=case_id)


def test_goods_and_their_way_to_the_ward_are_told(folder: Folder) -> None:
    folder.run("callback", "record", 1, "need_confirmed", "--goods", "护手霜=40支")
    with folder.store() as store:
        [line] = store.supplies.lines()
        store.supplies.step(line.id, "committed", quantity="30", actor="青岚", note="顺丰")
        store.supplies.step(line.id, "requested", quantity="0", actor="青岚", note="够用了")
    text = shown(folder)
    assert "hand cream (40 pcs)" in line_of(text, "need confirmed")
    assert "supply line 1 hand cream" in line_of(text, "requested")
    assert "by 青岚 · 顺丰" in line_of(text, "committed")
    assert "by 青岚 · 够用了" in line_of(text, "withdrawn")


def test_marks_of_its_contacts_are_told_whichever_case_made_them(folder: Folder) -> None:
    other = folder.add(NUMBER)
    folder.run("callback", "record", other, "wrong_number", "--note", "打到别人家")
    folder.run("contact", "lift", NUMBER, "--reason", "少了一位", "--by", "青岚")
    text = shown(folder)
    assert "mobile 138****8000 marked wrong by 云落: 打到别人家" in text
    assert "marked lifted by 青岚: 少了一位" in text


def test_a_case_opened_again_keeps_what_ended_it(folder: Folder) -> None:
    folder.run("callback", "record", 1, "no_need")
    assert re.search(r"now +closed", shown(folder))
    with folder.store() as store:
        store.cases.reopen(1, actor="青岚", reason="说的是另一家医院")
    text = shown(folder)
    assert "云落: no need" in text
    assert "opened again by 青岚: 说的是另一家医院" in text
    assert re.search(r"now +open, 云落", text)


def test_a_clash_is_told_with_both_outcomes(folder: Folder) -> None:
    files = [
        folder.save(outcome("aaaaaaaa", disposition="no_need"), name="a.json"),
        folder.save(outcome("bbbbbbbb", disposition="in_distress", agent="望舒"), name="b.json"),
    ]
    folder.run("callback", "import", *files)
    line = line_of(shown(folder), "clash")
    assert "contradict each other: 云落: no need / 望舒: in distress" in line
    assert "nobody settled it yet" in line


def test_a_post_that_was_edited_is_told_with_what_it_said_before(folder: Folder) -> None:
    with folder.store() as store:
        store.posts.save("day", [Post(source_id="p0", text="已收到，谢谢大家")], run_id=None)
    assert "第0病区急需护手霜40支" in line_of(shown(folder), "day/p0 was edited; before:")


def test_all_is_told_in_order_of_time(folder: Folder) -> None:
    early = outcome("aaaaaaaa", attempted_at="2020-02-12T09:00:00+08:00")
    late = outcome("bbbbbbbb", disposition="busy", after_id=early["id"])
    folder.run("callback", "import", folder.save(late, early))
    folder.run("callback", "record", 1, "need_confirmed", "--goods", "护手霜=40支")
    moments = re.findall(r"^(\d{4}-\d\d-\d\d \d\d:\d\d) ", shown(folder), re.M)
    assert moments == sorted(moments, key=datetime.fromisoformat)
    assert len(moments) >= 8


def test_what_strangers_wrote_steers_no_terminal(folder: Folder) -> None:
    hostile = "\x1b[2J\u202e\x07[bold red]"
    entry = outcome("aaaaaaaa", note=hostile,
                    new_contact={"value": NUMBER, "person": hostile})  # fmt: skip
    folder.run("callback", "import", folder.save(entry))
    for options in ((), ("--numbers",)):
        text = shown(folder, *options)
        assert not set(text) & set("\x1b\u202e\x07")
        assert "[bold red]" in text


def test_a_case_that_is_not_there_is_told_with_those_there_are(folder: Folder) -> None:
    done = folder.run("case", "show", 9, exit_code=1)
    assert lines(done, "no case '9'; there are: 1. See: distress case list")
