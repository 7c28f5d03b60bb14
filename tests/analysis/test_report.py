"""The report: one page that needs nothing else, whose figures are those of the store."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from analysts_store import NUMBER, fill
from desk_folder import Folder
from staged_day import AGENT, NOW, add_case, call, reading_of, settings_in

from monitor.analysis.report import Report, page, report
from monitor.errors import DistressError
from monitor.language import language
from monitor.store import Store
from monitor.types import Case

SHANGHAI = ZoneInfo("Asia/Shanghai")
SINCE, UNTIL = date(2020, 2, 12), date(2020, 2, 17)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with Store(tmp_path_factory.mktemp("report") / "distress.db") as store:
        fill(store, seed=5, cases=60)
        yield store


@pytest.fixture(scope="module")
def told(filled: Store) -> Report:
    return report(filled, SINCE, UNTIL, language())


def table(told: Report, name: str) -> list[dict[str, Any]]:
    [one] = [one for one in told.tables if one.name == name]
    return [dict(zip(one.columns, row, strict=True)) for row in one.rows]


def opened(store: Store, since: date, until: date) -> list[Case]:
    put = {r[0] for r in store.connection.db.execute(
        "SELECT id FROM cases WHERE merged_into IS NOT NULL")}  # fmt: skip
    return [
        case
        for case in store.cases.get(store.cases.all_ids())
        if case.id not in put and since <= case.opened_at.astimezone(SHANGHAI).date() <= until
    ]


def test_the_funnel_counts_both_periods(filled: Store, told: Report) -> None:
    rows = {row["一步"]: row for row in table(told, "funnel")}
    now = opened(filled, SINCE, UNTIL)
    before = opened(filled, SINCE - timedelta(days=6), SINCE - timedelta(days=1))
    assert told.before == SINCE - timedelta(days=6)
    for words, holds in (
        ("新求助", lambda case: True),
        ("确认了物资", lambda case: any(one.items for one in case.callbacks)),
    ):
        assert rows[words]["求助"] == sum(map(holds, now)) > 0
        assert rows[words]["前一期"] == sum(map(holds, before)) > 0
    confirmed = rows["确认了物资"]
    assert confirmed["占新求助"] == f"{confirmed['求助'] / len(now):.0%}"


def test_waits_have_the_median_of_their_cases(filled: Store, told: Report) -> None:
    hours = []
    for case in opened(filled, SINCE, UNTIL):
        called = [c.counted_at for c in case.callbacks]
        if called and case.joined:
            hours.append((min(called) - case.first_at).total_seconds() / 3600)
    [row] = [row for row in table(told, "waits") if row["一步"] == "首帖到首拨"]
    assert (row["求助"], row["中位"]) == (len(hours), round(median(hours), 1))
    assert row["中位"] <= row["75 %"] <= row["90 %"] <= row["95 %"]


def test_the_load_of_agents_is_told_by_name(filled: Store, told: Report) -> None:
    calls: Counter[str] = Counter()
    seen = set()
    for case in filled.cases.get(filled.cases.all_ids()):
        for one in case.callbacks:
            day = one.counted_at.astimezone(SHANGHAI).date()
            if one.id not in seen and SINCE <= day <= UNTIL:
                calls[one.agent] += 1
            seen.add(one.id)
    rows = table(told, "agents")
    assert {row["同事"]: row["拨打"] for row in rows} == calls
    assert [row["同事"] for row in rows] == sorted(calls)


def test_who_was_never_reached_is_listed(filled: Store, told: Report) -> None:
    listed = {row["求助编号"] for row in table(told, "unreached")}
    assert listed
    for case in opened(filled, SINCE, UNTIL):
        reached = {"call_later", "no_need", "need_confirmed", "already_supplied", "do_not_call",
                   "bereaved"} & {one.disposition for one in case.callbacks}  # fmt: skip
        assert (case.id in listed) == (not reached and bool(case.joined))


@pytest.mark.parametrize("code", ["zh-CN", "en"])
def test_the_page_needs_nothing_else_and_tells_no_number(
    filled: Store, tmp_path: Path, code: str
) -> None:
    spoken = language(code)
    html = page(report(filled, SINCE, UNTIL, spoken), settings_in(tmp_path), spoken, now=NOW)
    assert f'<html lang="{code}">' in html and html.count("<svg") >= 4
    assert "<script" not in html and "default-src 'none'" in html
    outside = re.findall(r"(?:src|href)\s*=\s*\"?(?!#|http://www.w3.org)[^\s>]*//", html)
    assert not outside and "@import" not in html and "url(" not in html
    assert NUMBER[-4:] not in html
    if code == "en":
        assert "Never got through" in html and "一步" not in html


def test_names_of_strangers_are_text(store: Store, tmp_path: Path) -> None:
    evil = "<img src=x onerror=alert(1)>医院"
    case = add_case(store, f"{evil}急需<b>口罩", reading_of(
        f"{evil}急需<b>口罩", goods=[("<b>口罩", None, None)], facility=evil))  # fmt: skip
    call(store, case, "no_answer")
    today = NOW.date()
    told = report(store, today - timedelta(days=1), today, language())
    html = page(told, settings_in(tmp_path), language(), now=NOW)
    assert "<img" not in html and "<b>口罩" not in html and "&lt;b&gt;口罩" in html
    assert AGENT in html


def test_days_the_wrong_way_round_are_refused(filled: Store) -> None:
    with pytest.raises(DistressError, match="give the earlier day first"):
        report(filled, UNTIL, SINCE, language())


def test_the_command_writes_page_and_tables(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    folder.add("13800138000")
    with folder.store() as store:
        fill(store, cases=20)
    done = folder.run("report", tmp_path / "r.html", "--from", SINCE, "--to", UNTIL,
                      "--csv", tmp_path / "csv", "--xlsx", tmp_path / "r.xlsx",
                      "--json", tmp_path / "r.json")  # fmt: skip
    assert "2020-02-12 to 2020-02-17" in done.output
    told = json.loads((tmp_path / "r.json").read_text("utf-8"))
    names = list(told["tables"])
    book = openpyxl.load_workbook(tmp_path / "r.xlsx")
    assert book.sheetnames == names and "funnel" in names
    assert {path.stem for path in (tmp_path / "csv").iterdir()} == set(names)
    first = told["tables"]["funnel"]["rows"][0]
    assert [cell.value for cell in book["funnel"][2]][:2] == first[:2]
