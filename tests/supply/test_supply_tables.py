"""Supply lines as CSV, as a workbook and in the terminal: whole, and inert whatever the words."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import pytest
from confirmed import FACILITY, line_with
from rich.console import Console

from monitor.cli import tables_supplies
from monitor.language import language
from monitor.supply.spreadsheet import LINE_COLUMNS, as_csv, as_xlsx
from monitor.supply.totals import by_facility, by_goods, by_team
from monitor.types import SupplyLine

ZONE = ZoneInfo("Asia/Shanghai")
AT = datetime(2020, 2, 12, 6, 30, tzinfo=UTC)
PART = (("committed", "40"), ("in transit", "25"), ("received", "20"))
SIGNS = ["=", "+", "-", "@", "|", "%", "＝", "＋", "－", "＠"]
_NS = {"x": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}


def parsed(text: str) -> list[dict[str, str]]:
    """Return the rows of a CSV text."""
    return list(csv.DictReader(io.StringIO(text)))


class Book:
    """A workbook as a spreadsheet finds it: the XML in its zip."""

    def __init__(self, content: bytes) -> None:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            self.files = {name: archive.read(name).decode() for name in archive.namelist()}
        shared = ElementTree.fromstring(self.files["xl/sharedStrings.xml"])
        self._strings = ["".join(entry.itertext()) for entry in shared.findall("x:si", _NS)]
        self._quoted = [
            style.get("quotePrefix") == "1"
            for style in ElementTree.fromstring(self.files["xl/styles.xml"]).findall(
                "x:cellXfs/x:xf", _NS
            )
        ]

    def cells(self, sheet: int = 1) -> dict[str, tuple[str, bool]]:
        """Return by place ("A2") what a cell holds and whether it is kept as text for good."""
        found = {}
        for cell in ElementTree.fromstring(self.files[f"xl/worksheets/sheet{sheet}.xml"]).iter(
            f"{{{_NS['x']}}}c"
        ):
            value = cell.findtext("x:v", "", _NS)
            words = self._strings[int(value)] if cell.get("t") == "s" else f"#{value}"
            found[cell.get("r", "")] = (words, self._quoted[int(cell.get("s", 0))])
        return found

    def row(self, number: int) -> dict[str, str]:
        """Return a row of the first sheet by the names of its columns; numbers begin with #."""
        cells = self.cells()
        letters = [place[:-1] for place in cells if re.fullmatch(r"[A-Z]+1", place)]
        return {
            cells[f"{letter}1"][0]: cells.get(f"{letter}{number}", ("", False))[0]
            for letter in letters
        }


def test_the_csv_has_a_header_and_a_row_a_line() -> None:
    found = parsed(as_csv([line_with(at=AT, further=PART), line_with(quantity=None)], ZONE))
    assert tuple(found[0]) == LINE_COLUMNS
    assert [found[0][column] for column in ("goods", "unit", "requested", "committed")] == [
        "护手霜", "支", "40", "40",
    ]  # fmt: skip
    assert [found[0][column] for column in ("in transit", "received", "missing", "status")] == [
        "25", "20", "20", "received (partly)",
    ]  # fmt: skip
    assert found[0]["changed"] == "2020-02-12T14:30:00+08:00"
    assert (found[1]["requested"], found[1]["missing"]) == ("", "")


def test_the_csv_of_no_lines_is_its_header() -> None:
    assert as_csv([], ZONE) == ",".join(LINE_COLUMNS) + "\n"


@pytest.mark.parametrize("sign", SIGNS)
def test_no_cell_can_be_taken_for_a_formula(sign: str) -> None:
    formula = f'{sign}HYPERLINK("http://x","1")'
    leads = ["", " ", "\t", "\r", "\n", "\u3000", "\x00", "\u200b", "\ufeff", "\x00 \t"]
    for text in [lead + formula for lead in leads]:
        line = line_with(name=text, facility=text, unit=text, quantity=text, team=text)
        [row] = parsed(as_csv([line], ZONE))
        for column in ("goods", "facility", "team", "unit", "requested", "missing"):
            assert row[column].lstrip("' ") == formula
            assert row[column].startswith("'")


def test_commas_quotes_and_line_breaks_stay_in_their_cell() -> None:
    line = line_with(name='护手霜, "大支"', facility="紫荆医院\n急诊科\r\t西门")
    [row] = parsed(as_csv([line], ZONE))
    assert row["goods"] == '护手霜, "大支"'
    assert row["facility"] == "紫荆医院 急诊科 西门"


def test_ordinary_words_are_left_as_they_are() -> None:
    [row] = parsed(as_csv([line_with(name="3M 1860 口罩（成人-大号）", quantity="10-20")], ZONE))
    assert (row["goods"], row["requested"]) == ("3M 1860 口罩（成人-大号）", "10-20")


def test_the_csv_survives_being_written_to_a_file(tmp_path: Path) -> None:
    path = tmp_path / "supplies.csv"
    path.write_text(as_csv([line_with(name="\u202egnirts😷")], ZONE), encoding="utf-8")
    assert "\u202e" not in path.read_text(encoding="utf-8")
    assert parsed(path.read_text(encoding="utf-8"))[0]["goods"].endswith("😷")


def test_amounts_of_the_workbook_are_numbers_and_times_those_of_the_zone() -> None:
    lines = [line_with(at=AT, further=PART), line_with(name="面膜", quantity="若干")]
    book = Book(as_xlsx(lines, ZONE))
    row = book.row(2)
    assert [row[column] for column in ("requested", "in transit", "received", "missing")] == [
        "#40", "#25", "#20", "#20",
    ]  # fmt: skip
    changed = float(row["changed (Asia/Shanghai)"].removeprefix("#"))
    there = datetime(1899, 12, 30) + timedelta(days=changed)
    assert abs(there - datetime(2020, 2, 12, 14, 30)) < timedelta(seconds=1)
    assert book.row(3)["requested"] == "若干"


@pytest.mark.parametrize("lead", ["", " ", "\t", "\x00", "\u200b", "'", "{"])
@pytest.mark.parametrize("sign", [*SIGNS, "https://example.org/", "mailto:", "internal:"])
def test_the_workbook_has_no_formula_and_no_link(lead: str, sign: str) -> None:
    text = f'{lead}{sign}cmd|"/c calc"!A1}}'
    line = line_with(name=text, facility=text, unit=text, quantity=text, team=text,
                     note=text, actor=text)  # fmt: skip
    book = Book(as_xlsx([line], ZONE))
    for name, content in book.files.items():
        if name.startswith("xl/worksheets/"):
            assert not re.search(r"<f\b|<hyperlink|t=\"str\"", content), name
    if sign in SIGNS and lead != "{":
        held = [cell for sheet in (1, 2, 3) for cell in book.cells(sheet).values()]
        hostile = [quoted for words, quoted in held if "calc" in words]
        assert len(hostile) > 8
        assert all(hostile)


def test_the_workbook_has_a_header_that_stays_in_sight() -> None:
    book = Book(as_xlsx([line_with()], ZONE))
    for number in (1, 2, 3):
        content = book.files[f"xl/worksheets/sheet{number}.xml"]
        assert re.search(r'<pane ySplit="1"[^>]*state="frozen"', content)
        assert "<col " in content
    assert re.findall(r'sheet name="(\w+)"', book.files["xl/workbook.xml"]) == [
        "lines", "totals", "history",
    ]  # fmt: skip


def test_signs_that_xml_cannot_hold_do_not_break_the_workbook() -> None:
    name = "护手霜\x00\x0b\ufffe\uffff\u202e_x0041_<&>"
    book = Book(as_xlsx([line_with(name=name, facility="长" * 40_000)], ZONE))
    for content in book.files.values():
        ElementTree.fromstring(content)
    assert book.row(2)["goods"].startswith("护手霜")
    assert book.row(2)["facility"] == "长" * 1000


def test_a_workbook_of_no_lines_can_be_opened() -> None:
    assert Book(as_xlsx([], ZONE)).row(1)["line"] == "line"


def lines_of_a_day() -> list[SupplyLine]:
    """Return lines of two facilities and a team."""
    team = "支援湖北医疗队"
    return [
        line_with(further=PART),
        line_with(quantity="2.5", facility=None, team=team),
        line_with(quantity="若干"),
        line_with(quantity=None, facility="白鹭市中医院"),
        line_with(quantity="3", unit="箱", team=team, further=[("received", "3")]),
    ]


def test_totals_by_goods_sum_what_is_a_number_unit_by_unit() -> None:
    tubes, boxes = sorted(by_goods(lines_of_a_day()), key=lambda total: total.unit)
    assert (tubes.unit, boxes.unit) == ("支", "箱")
    assert [str(amount) for amount in tubes.amounts or ()] == ["42.5", "40", "25", "20", "22.5"]
    assert (tubes.words, tubes.counts[0]) == (("若干", ""), 4)
    assert [str(amount) for amount in boxes.amounts or ()] == ["3", "3", "3", "3", "0"]


def test_totals_by_facility_and_team_count_lines() -> None:
    assert {total.name: total.counts for total in by_facility(lines_of_a_day())} == {
        "": (1, 0, 0, 0),
        "白鹭市中医院": (1, 0, 0, 0),
        FACILITY: (3, 2, 1, 1),
    }
    [team] = by_team(lines_of_a_day())
    assert (team.counts, team.lines_open) == ((2, 1, 1, 1), 1)


def test_the_terminal_shows_each_stage_and_no_number_that_could_be_dialled() -> None:
    console = Console(file=io.StringIO(), width=140, record=True)
    hostile = "[bold]\x1b[2J\u202e 13800138000"
    console.print(tables_supplies.supplies([line_with(further=PART)], ZONE, language()))
    line = line_with(name=hostile, facility=hostile, note=hostile, actor=hostile)
    console.print(tables_supplies.supplies([line], ZONE, language()))
    console.print(tables_supplies.history(line, ZONE, language()))
    for table in tables_supplies.totals([line], language()):
        console.print(table)
    shown = console.export_text()
    assert re.search(r"40支 +40 +25 +20 +20 ", shown)
    assert "[bold]" in shown
    assert not set(shown) & {"\x1b", "\u202e"}
    assert "13800138000" not in shown
