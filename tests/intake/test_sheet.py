"""A sheet of needs: its columns are guessed, its rows are cases, a second time it changes."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path

import pytest
from sheets import HEADER, ROWS, desk, everything, open_cases, run, take_in, workbook

from monitor.intake.columns import guess
from monitor.store import Store


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    return desk(tmp_path)


def test_a_sheet_goes_in_with_the_map_that_was_guessed(settings: Path, tmp_path: Path) -> None:
    done = take_in(settings, workbook(tmp_path / "需求.xlsx", ROWS))
    assert done.exit_code == 0, done.output
    assert 'guessed: --map facility="医院名称" --map text="{所需物资} {备注}"' in done.output
    assert "3 rows new, 0 changed, 0 as before, 0 gone" in done.output
    first, second, third = open_cases(settings)
    [need] = first.needs
    assert need.post.text == (
        "晴川市紫荆医院\tN95口罩500个、防护服200套\t急，只够一天\t库存：防护服8\t晴川市东湖路2号\t"
        "李护士13800138000/王主任 13800138001"
    )
    assert {(i.name, i.quantity) for i in need.reading.items} == {("N95口罩", 500), ("防护服", 200)}
    assert [c.value for c in need.reading.contacts] == ["13800138000", "13800138001"]
    assert (need.post.author, need.reading.voice) == ("青岚", "passed on")
    assert third.needs[0].reading.contacts[0].value == "0712-8857200"
    assert second.needs[0].reading.facilities[0].text == "青禾县人民医院"


def test_a_guessed_map_is_taken_only_once_somebody_says_yes(settings: Path, tmp_path: Path) -> None:
    done = take_in(settings, workbook(tmp_path / "需求.xlsx", ROWS), answers="n\n")
    assert done.exit_code == 1
    assert everything(settings) == []


def test_imported_twice_changes_nothing(settings: Path, tmp_path: Path) -> None:
    file = workbook(tmp_path / "需求.xlsx", ROWS)
    take_in(settings, file)
    before = everything(settings)
    again = take_in(settings, file, answers="")
    assert "0 rows new, 0 changed, 3 as before, 0 gone" in again.output
    assert "guessed" not in again.output
    assert everything(settings) == before


def test_a_changed_row_is_an_update_and_a_vanished_one_is_told(
    settings: Path, tmp_path: Path
) -> None:
    file = workbook(tmp_path / "需求.xlsx", ROWS)
    take_in(settings, file)
    first, second, _ = ROWS
    changed = ("1", first[1], "N95口罩900个、防护服200套", *first[3:])
    added = ("2", "绿水市第二医院", "护目镜50个", "", "", "13800138005", "")
    moved = ("3", *second[1:])  # the numbers of its rows move when one is put in between
    again = take_in(settings, workbook(file, (changed, added, moved)), answers="")
    assert "1 rows new, 1 changed, 1 as before, 1 gone" in again.output
    assert "gone: 白鹭市中心医院" in again.output
    assert "changed row 2: 晴川市紫荆医院" in again.output
    cases = open_cases(settings)
    assert len(cases) == 4
    amounts = [i.quantity for n in cases[0].needs for i in n.reading.items if "N95" in i.name]
    assert sorted(amounts) == [500, 900]
    assert cases[2].needs[0].post.gone_at is not None
    run_id = 3
    undone = run(settings, "intake", "undo", str(run_id), "--by", "青岚")
    assert "1 posts left their cases, 1 are again as they were before" in undone.output
    assert len(open_cases(settings)) == 3
    assert open_cases(settings)[2].needs[0].post.gone_at is None


def test_two_teams_of_one_hospital_are_two_rows_however_they_change(
    settings: Path, tmp_path: Path
) -> None:
    def rows(first: str, second: str) -> list[tuple[str, ...]]:
        return [
            ("", "晴川市紫荆医院", first, "", "", "13800138000", ""),
            ("", "晴川市紫荆医院", second, "", "", "13800138009", ""),
        ]

    file = workbook(tmp_path / "需求.xlsx", rows("N95口罩", "呼吸机3台"))
    take_in(settings, file)
    again = take_in(settings, workbook(file, rows("N95口罩100个", "呼吸机5台")[::-1]), answers="")
    assert "0 rows new, 2 changed, 0 as before, 0 gone" in again.output
    with Store(settings.parent / "distress.db") as store:
        texts = {post.text for post in store.posts.get([1, 2])}
        edits = dict(store.connection.db.execute("SELECT post_id, text FROM post_edits").fetchall())
    assert {"N95" in text for text in texts} == {True, False}
    assert "N95" in edits[1] and "呼吸机" in edits[2]
    assert "13800138000" in next(text for text in texts if "N95" in text)


def test_rows_that_say_the_same_are_one(settings: Path, tmp_path: Path) -> None:
    repeated = (*ROWS, ("9", *ROWS[0][1:]))
    done = take_in(settings, workbook(tmp_path / "需求.xlsx", repeated))
    assert "row 5: the same as row 2, left out" in done.output
    assert len(open_cases(settings)) == 3


def test_columns_that_a_person_names_go_before_the_guess(settings: Path, tmp_path: Path) -> None:
    file = workbook(tmp_path / "需求.xlsx", ROWS)
    done = take_in(
        settings, file, "--map", "facility=医院名称", "--map", "text={所需物资} {备注}", answers=""
    )
    assert done.exit_code == 0, done.output
    assert open_cases(settings)[1].needs[0].post.text == "青禾县人民医院\t护目镜300个，隔离衣"


@pytest.mark.parametrize(
    ("option", "words"),
    [
        ("facility=医院名", "no column '医院名' for facility; did you mean '医院名称'?"),
        ("hospital=医院名称", "no field 'hospital' to map; there are: facility, text"),
        ("医院名称", "'医院名称' is not FIELD=COLUMN, such as facility=医院名称"),
    ],
)
def test_a_map_that_does_not_fit_is_told(
    settings: Path, tmp_path: Path, option: str, words: str
) -> None:
    done = take_in(settings, workbook(tmp_path / "需求.xlsx", ROWS), "--map", option)
    assert done.exit_code != 0
    assert words in " ".join(done.output.split())


DRAGGED = [("", f"晴川市第{n}医院", f"N{95 + n}口罩{n}00个", "", "", "", "") for n in range(1, 20)]


def test_n95_dragged_down_is_asked_about_once_for_its_column(
    settings: Path, tmp_path: Path
) -> None:
    file = workbook(tmp_path / "需求.xlsx", DRAGGED)
    done = take_in(settings, file)
    question = "column '所需物资' has N96…N114 in 19 places, as where N95 is dragged down"
    assert done.output.count(question) == 1
    goods = {item.name for case in open_cases(settings) for item in case.needs[0].reading.items}
    assert goods == {"N95口罩"}
    assert open_cases(settings)[4].needs[0].reading.items[0].quantity == 500
    again = take_in(settings, file, answers="")
    assert question not in again.output
    assert "19 as before" in again.output


def test_a_column_is_left_as_it_stands_where_a_person_says_so(
    settings: Path, tmp_path: Path
) -> None:
    done = take_in(settings, workbook(tmp_path / "需求.xlsx", DRAGGED), answers="n\ny\n")
    assert done.exit_code == 0
    assert "N96口罩" in open_cases(settings)[0].needs[0].post.text


@pytest.mark.parametrize(
    ("header", "row", "said"),
    [
        ("单位|物资名称|数量|单位#2", "紫荆医院ICU|护目镜|30|副", "紫荆医院ICU|护目镜30副"),
        (
            "医院|N95口罩（个）|防护服|护目镜",
            "紫荆医院|500|20套|0",
            "紫荆医院|N95口罩：500个|防护服：20套",
        ),
        (
            "Hospital|Needs|Contact|Updated",
            "紫荆医院|口罩|13800138000|2020-02-03",
            "紫荆医院|口罩|13800138000",
        ),
        ("甲|乙|丙", "紫荆医院缺口罩100个|13800138000|张三", "紫荆医院缺口罩100个|13800138000"),
        ("受捐单位全称|急需物资（必填）|收货人及电话", "紫荆医院|口罩|李某", "紫荆医院|口罩|李某"),
    ],
)
def test_columns_are_guessed_by_their_heads_and_what_they_hold(
    header: str, row: str, said: str
) -> None:
    columns = header.split("|")
    values = dict(zip(columns, row.split("|"), strict=True))
    assert guess(columns, [values] * 3).said(values) == said.replace("|", "\t")


def test_json_lines_and_csv_go_in_as_workbooks_do(settings: Path, tmp_path: Path) -> None:
    lines = tmp_path / "表.jsonl"
    rows = [dict(zip(HEADER, row, strict=True)) for row in ROWS]
    lines.write_text(
        "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8"
    )
    table = tmp_path / "另表.csv"
    with table.open("w", encoding="gb18030", newline="") as out:
        csv.writer(out).writerows([HEADER, *ROWS])
    for file in (lines, table):
        done = take_in(settings, file)
        assert "3 rows new" in done.output, done.output
    cases = open_cases(settings)
    assert [len(case.needs) for case in cases] == [2, 2, 2]


def test_each_sheet_of_a_workbook_has_a_map_of_its_own(settings: Path, tmp_path: Path) -> None:
    from openpyxl import load_workbook

    file = workbook(tmp_path / "需求.xlsx", ROWS)
    book = load_workbook(file)
    other = book.create_sheet("二")
    other.append(["医院", "需求"])
    other.append(["绿水市第二医院", "口罩100个"])
    note = book.create_sheet("说明")
    note.append(["填表人须知", "版本"])
    note.append(["请勿改动", "2"])
    book.save(file)
    done = take_in(settings, file)
    assert "4 rows new" in done.output, done.output
    assert "left out: sheet 说明: no column tells what is needed" in done.output


def test_a_number_that_a_spreadsheet_rounded_is_told_by_row_and_column_and_never_guessed(
    settings: Path, tmp_path: Path
) -> None:
    rows = [("1", "晴川市紫荆医院", "口罩", "", "", "1.38001E+10", "")]
    done = take_in(settings, workbook(tmp_path / "需求.xlsx", rows))
    assert "row 2, column '联系方式': a spreadsheet rounded a number to 1.38001E+10" in done.output
    [case] = open_cases(settings)
    assert case.needs[0].reading.contacts == ()


def test_a_dry_run_writes_nothing_and_prints_readings_in_the_shape_of_classify(
    settings: Path, tmp_path: Path
) -> None:
    file = workbook(tmp_path / "需求.xlsx", ROWS)
    done = run(settings, "intake", "sheet", str(file), "--dry-run", "--json")
    readings = [json.loads(line) for line in done.stdout.splitlines()]
    assert [one["id"] for one in readings] == ["1", "2", "3"]
    assert readings[0]["items"][0]["text"] == "N95口罩"
    assert not (tmp_path / "distress.db").exists()


def test_real_sheets_are_read_as_well_as_is_promised(
    settings: Path, tmp_path: Path, shared: Path
) -> None:
    labelled = (shared / "eval/sheets_dev.jsonl").read_text(encoding="utf-8")
    gold = [json.loads(line) for line in labelled.splitlines()]
    rows = []
    for one in gold:
        cells = one["text"].split("\t")
        if len(cells) == 1:  # kept in one cell by whoever joined the columns
            [facility] = one["facilities"][:1] or [""]
            cells = [facility, "", *cells, "", one["address"] or "", " ".join(one["contacts"]), ""]
        rows.append([one["id"], *cells])
    header = ["编号", "医院名称", "目前状态", "所需物资", "物资标准", "地址", "联系方式", "备注"]
    file = workbook(tmp_path / "需求.xlsx", rows, header)
    done = run(settings, "intake", "sheet", str(file), "--dry-run", "--json")
    (tmp_path / "read.jsonl").write_text(done.stdout, encoding="utf-8")
    scored = subprocess.run(
        [
            sys.executable,
            str(shared / "eval/score_sheets.py"),
            str(shared / "eval/sheets_dev.jsonl"),
            str(tmp_path / "read.jsonl"),
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    score = json.loads(scored.stdout)
    assert score["goods"]["f1"] >= 0.97
    assert score["amount"]["share"] >= 0.95
    assert score["contacts"]["f1"] >= 0.99
    take_in(settings, file)
    before = everything(settings)
    assert "53 as before" in take_in(settings, file).output
    assert everything(settings) == before
