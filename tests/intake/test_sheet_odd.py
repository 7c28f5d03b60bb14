"""Files that are no sheet of needs: each is told with file, row and column, and nothing goes in."""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import load_workbook
from sheets import HEADER, ROWS, desk, everything, open_cases, take_in, workbook

from monitor.intake import sheet

LINES = "医院名称,所需物资,联系方式\n晴川市紫荆医院,口罩100个,13800138000\n"


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    return desk(tmp_path)


def shift_jis(file: Path) -> None:
    file.write_bytes(
        "病院,必要な物資,連絡先\nさくら病院,マスクとてぶくろ,ください\n".encode("shift-jis") * 20
    )


def damaged_bytes(file: Path) -> None:
    file.write_bytes(LINES.encode() + b"\xff\xfe\xfa,\xe6\xe6,1\n")


def no_header(file: Path) -> None:
    file.write_text("晴川市紫荆医院,口罩100个,13800138000\n青禾医院,护目镜,13800138001\n", "utf-8")


def only_a_header(file: Path) -> None:
    file.write_text("医院名称,所需物资\n", "utf-8")


def empty(file: Path) -> None:
    file.write_bytes(b"")


def binary(file: Path) -> None:
    file.write_bytes(bytes(range(256)) * 400)


def one_cell_too_many(file: Path) -> None:
    file.write_text(LINES + "青禾医院,护目镜,13800138001,又一格\n", "utf-8")


def an_open_quote(file: Path) -> None:
    file.write_text(LINES + '青禾医院,"护目镜,13800138001\n', "utf-8")


def a_formula(file: Path) -> None:
    with file.open("w", encoding="utf-8", newline="") as out:
        row = ("2", '=HYPERLINK("http://x","y")', *ROWS[1][2:])
        csv.writer(out).writerows([HEADER, ROWS[0], row])


def nothing_that_is_needed(file: Path) -> None:
    file.write_text("姓名,年龄\n张三,40\n", "utf-8")


def picture(file: Path) -> None:
    file.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))


def deep(file: Path) -> None:
    file.write_bytes(LINES.encode() + b"x" * 6_000_000)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (shift_jis, "表.csv, row 1: the file is neither UTF-8 nor UTF-16, GB18030 or Big5"),
        (damaged_bytes, "表.csv, row 3: byte 1 is not utf-8; save the file as UTF-8"),
        (no_header, "row 1: '〔号码〕' is no heading but data; write the names of the columns"),
        (only_a_header, "表.csv: there is no row below a header"),
        (empty, "表.csv: there is no row below a header"),
        (binary, "表.csv, row 1: the file is neither UTF-8"),
        (one_cell_too_many, "表.csv, row 3: 4 columns where the header has 3"),
        (an_open_quote, "表.csv, row 3: not CSV: a quote is opened and never closed"),
        (a_formula, "表.csv, row 3, column '医院名称': it holds a formula"),
        (nothing_that_is_needed, "no column tells what is needed; there are: 姓名, 年龄. Name it"),
        (picture, "表.csv, row 1: the file is a picture"),
        (deep, "表.csv, row 3: the line is longer than 5,000,000 bytes"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_sheet_is_told_and_nothing_goes_in(
    settings: Path, tmp_path: Path, make: Callable[[Path], None], words: str
) -> None:
    make(tmp_path / "表.csv")
    done = take_in(settings, tmp_path / "表.csv")
    assert done.exit_code == 1
    assert words in done.output
    assert everything(settings) == []


def test_a_workbook_with_a_password_is_told(settings: Path, tmp_path: Path) -> None:
    (tmp_path / "表.xlsx").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000))
    done = take_in(settings, tmp_path / "表.xlsx")
    assert (
        "表.xlsx, row 1: the file is an old Excel file (.xls) or one with a password" in done.output
    )
    assert done.exit_code == 1


def test_a_formula_without_its_value_is_told_by_row_and_column(
    settings: Path, tmp_path: Path
) -> None:
    rows = [ROWS[0], ("2", "青禾县人民医院", '=A2&"口罩"', "", "", "13800138002", "")]
    done = take_in(settings, workbook(tmp_path / "表.xlsx", rows))
    assert "表.xlsx, row 3, column '所需物资': it holds a formula" in done.output
    assert everything(settings) == []


def test_a_formula_whose_value_was_saved_is_that_value(settings: Path, tmp_path: Path) -> None:
    file = workbook(tmp_path / "表.xlsx", [("1", "青禾县人民医院", "=1+1", "", "", "", "")])
    parts = {}
    with zipfile.ZipFile(file) as packed:
        for name in packed.namelist():
            parts[name] = packed.read(name)
    name = "xl/worksheets/sheet1.xml"
    before = parts[name]
    parts[name] = (
        before.replace(b"<f>1+1</f><v></v>", b"<f>1+1</f><v>2</v>")
        .replace(b"<f>1+1</f><v/>", b"<f>1+1</f><v>2</v>")
        .replace(b"<f>1+1</f><v />", b"<f>1+1</f><v>2</v>")
    )
    assert parts[name] != before
    with zipfile.ZipFile(file, "w") as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    [table] = sheet.read_sheet(file).tables
    assert table.rows[0].values["所需物资"] == "2"
    assert not sheet.read_sheet(file).problems


def test_a_damaged_workbook_is_told(settings: Path, tmp_path: Path) -> None:
    file = workbook(tmp_path / "表.xlsx", ROWS)
    file.write_bytes(file.read_bytes()[:-900])
    done = take_in(settings, file)
    assert "表.xlsx, row 1: the workbook cannot be read" in done.output
    assert everything(settings) == []


def test_a_gigabyte_is_refused_at_once(settings: Path, tmp_path: Path) -> None:
    with (tmp_path / "大.csv").open("wb") as file:
        file.write(LINES.encode())
        file.truncate(1_000_000_000)
    done = take_in(settings, tmp_path / "大.csv")
    assert "大.csv has 1,000 MB; a sheet of needs has at most 200 MB. Split it" in done.output
    assert everything(settings) == []


def test_more_rows_than_a_sheet_has_are_refused(
    settings: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sheet, "MOST_ROWS", 2)
    done = take_in(settings, workbook(tmp_path / "表.xlsx", ROWS))
    assert "表.xlsx has more than 2 rows" in done.output
    assert everything(settings) == []


def test_rows_that_cannot_be_read_are_left_out_only_where_a_person_says_so(
    settings: Path, tmp_path: Path
) -> None:
    one_cell_too_many(tmp_path / "表.csv")
    done = take_in(settings, tmp_path / "表.csv", "--without-broken")
    assert done.exit_code == 0
    assert len(open_cases(settings)) == 1


def test_words_of_a_sheet_cannot_turn_a_terminal_around(settings: Path, tmp_path: Path) -> None:
    rows = [("1", "晴川\x1b市紫荆医院\u202e", "口罩[red]100个", "", "", "13800138000", "")]
    file = tmp_path / "表.csv"
    with file.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([HEADER, *rows])
    done = take_in(settings, file)
    assert done.exit_code == 0
    assert "\x1b" not in done.output and "\u202e" not in done.output
    assert "13800138000" not in done.output
    assert "[red]" in done.output


def test_a_workbook_opened_by_us_is_not_changed(settings: Path, tmp_path: Path) -> None:
    file = workbook(tmp_path / "表.xlsx", ROWS)
    before = file.read_bytes()
    take_in(settings, file)
    assert file.read_bytes() == before
    assert load_workbook(file).active.max_row == 4
