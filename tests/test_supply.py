"""Supplies: every confirmed item has one line that only steps forward, and its CSV is inert."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from pathlib import Path

import pytest
from staged_day import add_case, add_need, call, reading_of

from monitor.errors import DistressError, UnknownNameError
from monitor.store import Store
from monitor.supply import STATUSES, as_csv, open_lines, step
from monitor.types import ConfirmedItem, SupplyLine

HANDS = ConfirmedItem(name="护手霜", quantity="40", unit="支")
MASKS = ConfirmedItem(name="面膜", quantity="若干")


def confirmed(store: Store, *items: ConfirmedItem, facility: str | None = "紫荆医院") -> int:
    """Open a case whose goods an agent confirmed and return its id."""
    text = f"{facility or ''}急需护手霜"
    case_id = add_case(store, text, reading_of(text, facility=facility))
    call(store, case_id, "need_confirmed", items=items)
    return case_id


def line(**fields: str | None) -> SupplyLine:
    """Return a supply line with these fields."""
    given: dict[str, str | None] = {
        "callback_id": "7f2c",
        "facility": "紫荆医院",
        "name": "护手霜",
        "quantity": "40",
        "unit": "支",
        "status": "requested",
    }
    changed_at = datetime(2020, 2, 12, 6, 30, tzinfo=UTC)
    return SupplyLine(id=1, case_id=2, changed_at=changed_at, **{**given, **fields})  # type: ignore[arg-type]


def parsed(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_every_confirmed_item_has_one_line(store: Store) -> None:
    case_id = confirmed(store, HANDS, MASKS)
    assert open_lines(store) == 2
    found = store.supplies.lines()
    assert [(line.name, line.quantity, line.unit) for line in found] == [
        ("护手霜", "40", "支"),
        ("面膜", "若干", None),
    ]
    assert {(line.case_id, line.facility, line.status) for line in found} == {
        (case_id, "紫荆医院", "requested")
    }


def test_lines_are_opened_once(store: Store) -> None:
    confirmed(store, HANDS)
    assert open_lines(store) == 1
    assert open_lines(store) == 0
    confirmed(store, MASKS)
    assert open_lines(store) == 1
    assert len(store.supplies.lines()) == 2


def test_a_callback_without_goods_opens_no_line(store: Store) -> None:
    confirmed(store)
    assert open_lines(store) == 0


def test_a_line_of_a_case_without_a_facility_has_none(store: Store) -> None:
    confirmed(store, HANDS, facility=None)
    open_lines(store)
    assert store.supplies.lines()[0].facility is None


def test_a_line_has_the_fullest_name_of_its_facility(store: Store) -> None:
    case_id = confirmed(store, HANDS, facility="紫荆医院")
    text = "晴川市紫荆医院急诊科缺面膜"
    need_id = add_need(store, text, reading_of(text, facility="晴川市紫荆医院急诊科"))
    store.cases.join(case_id, need_id, reason="same facility", matched_need_id=None)
    open_lines(store)
    assert store.supplies.lines()[0].facility == "晴川市紫荆医院急诊科"


def test_a_line_goes_step_by_step_to_the_ward(store: Store) -> None:
    confirmed(store, HANDS)
    open_lines(store)
    for status in STATUSES[1:]:
        assert step(store, 1, status, "顺丰").status == status
    assert store.supplies.lines()[0].status == "received"


def test_a_step_may_be_left_out(store: Store) -> None:
    confirmed(store, HANDS)
    open_lines(store)
    assert step(store, 1, "received").status == "received"


@pytest.mark.parametrize("status", ["requested", "committed", "in transit"])
def test_no_step_goes_back_or_stays(store: Store, status: str) -> None:
    confirmed(store, HANDS)
    open_lines(store)
    step(store, 1, "in transit")
    with pytest.raises(DistressError, match="is in transit already; it can only go on to: receiv"):
        step(store, 1, status)
    assert store.supplies.lines()[0].status == "in transit"


def test_behind_the_last_step_there_is_nothing(store: Store) -> None:
    confirmed(store, HANDS)
    open_lines(store)
    step(store, 1, "received")
    with pytest.raises(DistressError, match="it can only go on to: nothing further"):
        step(store, 1, "received")


def test_an_unknown_line_is_told_with_those_there_are(store: Store) -> None:
    confirmed(store, HANDS)
    open_lines(store)
    with pytest.raises(UnknownNameError, match="no supply line '99'; there are: 1. See: distress"):
        step(store, 99, "received")


def test_an_unknown_status_is_told_with_those_there_are(store: Store) -> None:
    confirmed(store, HANDS)
    open_lines(store)
    with pytest.raises(UnknownNameError, match="no status 'lost'; there are: requested, committed"):
        step(store, 1, "lost")


def test_the_csv_has_a_header_and_a_row_a_line(store: Store) -> None:
    confirmed(store, HANDS, MASKS)
    open_lines(store)
    found = parsed(as_csv(store.supplies.lines()))
    assert [(row["id"], row["name"], row["quantity"], row["unit"]) for row in found] == [
        ("1", "护手霜", "40", "支"),
        ("2", "面膜", "若干", ""),
    ]
    assert datetime.fromisoformat(found[0]["changed_at"]).tzinfo is not None


def test_the_csv_of_no_lines_is_its_header() -> None:
    assert as_csv([]).startswith("id,case_id,callback_id,facility,name,quantity,unit,status")
    assert parsed(as_csv([])) == []


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "|", "%", "＝", "＋", "－", "＠"])
def test_no_cell_can_be_taken_for_a_formula(sign: str) -> None:
    formula = f'{sign}HYPERLINK("http://x","1")'
    leads = ["", " ", "\t", "\r", "\n", "\u3000", "\x00", "\u200b", "\ufeff", "\x00 \t"]
    for text in [lead + formula for lead in leads]:
        [row] = parsed(as_csv([line(name=text, facility=text, unit=text, quantity=text)]))
        for column in ("name", "facility", "unit", "quantity"):
            assert row[column].lstrip("' ") == formula
            assert row[column].startswith("'")


def test_commas_quotes_and_line_breaks_stay_in_their_cell() -> None:
    found = parsed(as_csv([line(name='护手霜, "大支"', facility="紫荆医院\n急诊科\r\t西门")]))
    assert len(found) == 1
    assert found[0]["name"] == '护手霜, "大支"'
    assert found[0]["facility"] == "紫荆医院 急诊科 西门"


def test_ordinary_words_are_left_as_they_are() -> None:
    [row] = parsed(as_csv([line(name="3M 1860 口罩（成人-大号）", quantity="10-20")]))
    assert (row["name"], row["quantity"]) == ("3M 1860 口罩（成人-大号）", "10-20")


def test_the_csv_survives_being_written_to_a_file(tmp_path: Path) -> None:
    path = tmp_path / "supplies.csv"
    path.write_text(as_csv([line(name="\u202egnirts😷")]), encoding="utf-8")
    assert "\u202e" not in path.read_text(encoding="utf-8")
    assert parsed(path.read_text(encoding="utf-8"))[0]["name"].endswith("😷")
