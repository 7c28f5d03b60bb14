"""Report: two days go in, one page with charts and tables of what happened between comes out.

It compares with as many days before. Shares stand beside what they are of; waits have their median
and their tails; agents are told by name, in the order of the alphabet: a load, not a league.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from statistics import quantiles
from typing import Any

import xlsxwriter

from classifiers.measure.shares import wilson
from monitor.analysis.export import masked_cell
from monitor.analysis.svg import svg_chart
from monitor.errors import DistressError
from monitor.files import make_folder, write_file
from monitor.language import N_, PageLanguage
from monitor.masking import like_formula
from monitor.pages import Rendering, environment
from monitor.settings import Settings
from monitor.store import Store
from monitor.supply.spreadsheet import NO_FORMULAS, cell_formats, one_line

_CHARTED = 12  # bars of a chart
_STEPS = (
    (N_("首帖到首拨"), "first_post_at", "first_call_at"),
    (N_("首拨到确认"), "first_call_at", "confirmed_at"),
    (N_("确认到收到"), "confirmed_at", "received_at"),
)
Cell = str | int | float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportTable:
    """A table of the report.

    name: for files, in English. title, columns: msgids. note: what to know of it, a msgid.
    chart: its picture as SVG, "" for none.
    """

    name: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""
    chart: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What happened from `since` to `until`, both in, and the same so many days before."""

    since: date
    until: date
    before: date
    tables: tuple[ReportTable, ...]


def report(store: Store, since: date, until: date, spoken: PageLanguage) -> Report:
    """Return the report of days of the store's zone; raises DistressError for no day at all."""
    if until < since:
        raise DistressError(f"--to {until} is before --from {since}; give the earlier day first")
    before = since - (until - since) - timedelta(days=1)
    yesterday = since - timedelta(days=1)
    with store.read():

        def rows(name: str) -> list[dict[str, Any]]:
            return [_clean(row) for row in store.reports.rows(name, since, until)]

        def earlier(name: str) -> list[dict[str, Any]]:
            return store.reports.rows(name, before, yesterday)

        cases, cases_before = rows("cases"), earlier("cases")
        tables = (
            _funnel(cases, cases_before, spoken),
            _days(rows("days"), spoken),
            _goods(rows("goods"), earlier("goods"), spoken),
            _places(rows("places"), earlier("places"), spoken),
            _waits(cases, cases_before, spoken),
            _sources(rows("sources"), earlier("sources")),
            _precision(rows("precision"), spoken),
            _agents(rows("agents")),
            _unreached(cases),
        )
    return Report(since=since, until=until, before=before, tables=tables)


def _clean(row: dict[str, Any]) -> dict[str, Any]:
    return {name: masked_cell(name, cell) for name, cell in row.items()}


def _funnel(
    cases: Sequence[dict[str, Any]], before: Sequence[dict[str, Any]], spoken: PageLanguage
) -> ReportTable:
    steps = (
        (N_("新求助"), "case_id"),
        (N_("拨过"), "first_call_at"),
        (N_("接通"), "reached_at"),
        (N_("确认了物资"), "confirmed_at"),
        (N_("收到了物资"), "received_at"),
    )
    rows: list[tuple[Cell, ...]] = []
    for words, column in steps:
        now, then = (sum(case[column] is not None for case in some) for some in (cases, before))
        shares = _share(now, len(cases)), _share(then, len(before))
        rows.append((spoken.say(words), now, shares[0], then, shares[1]))
    return ReportTable(
        name="funnel",
        title=N_("从求助到收到"),
        columns=(N_("一步"), N_("求助"), N_("占新求助"), N_("前一期"), N_("前一期占比")),
        rows=tuple(rows),
        note=N_("以本期开始的求助为准，后来才拨通、收到的也算在内"),
    )


def _days(rows: Sequence[dict[str, Any]], spoken: PageLanguage) -> ReportTable:
    names = ("posts", "needs", "cases", "called", "reached", "confirmed", "closed", "supplied")
    columns = (
        N_("日期"), N_("帖子"), N_("求助帖"), N_("新求助"), N_("拨过"), N_("接通"),
        N_("确认了物资"), N_("办结"), N_("收到物资的行"),
    )  # fmt: skip
    days = [row["day"] for row in rows]
    lines = {_capital(spoken.say(words)): [row[name] for row in rows] for words, name in (
        (columns[3], "cases"), (columns[4], "called"), (columns[5], "reached"),
        (columns[6], "confirmed"))}  # fmt: skip
    return ReportTable(
        name="days",
        title=N_("每一天"),
        columns=columns,
        rows=tuple((row["day"], *(row[name] for name in names)) for row in rows),
        note=N_("通话算在拨打的那一天，其余算在记下的那一天"),
        chart=svg_chart("Line", lines, days),
    )


def _capital(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}"


def _goods(
    rows: Sequence[dict[str, Any]], before: Sequence[dict[str, Any]], spoken: PageLanguage
) -> ReportTable:
    earlier = {row["goods"]: row["cases"] for row in before}
    shown = [{**row, "goods": spoken.named(row["goods"])} for row in rows]
    names = [row["goods"] for row in shown[:_CHARTED]]
    bars = {spoken.say("求助"): [row["cases"] for row in shown[:_CHARTED]]}
    return ReportTable(
        name="goods",
        title=N_("要的物资"),
        columns=(N_("物资"), N_("求助"), N_("前一期"), N_("确认了物资"), N_("收到了物资")),
        rows=tuple(
            (row["goods"], row["cases"], earlier.get(raw["goods"], 0), row["confirmed"],
             row["received"])
            for row, raw in zip(shown, rows, strict=True)
        ),
        note=N_("一个求助里的一种物资只算一次"),
        chart=svg_chart("HorizontalBar", bars, names),
    )  # fmt: skip


def _places(
    rows: Sequence[dict[str, Any]], before: Sequence[dict[str, Any]], spoken: PageLanguage
) -> ReportTable:
    earlier = {row["place_code"]: row["cases"] for row in before}

    def name(row: dict[str, Any]) -> str:
        parts = (row["province"], row["city"], row["county"])
        return "".join(dict.fromkeys(filter(None, parts))) or spoken.say("没写地点")

    names = [name(row) for row in rows[:_CHARTED]]
    bars = {spoken.say("求助"): [row["cases"] for row in rows[:_CHARTED]]}
    return ReportTable(
        name="places",
        title=N_("在哪里"),
        columns=(N_("地点"), N_("求助"), N_("前一期"), N_("拨过"), N_("接通"), N_("收到了物资")),
        rows=tuple(
            (name(row), row["cases"], earlier.get(row["place_code"], 0), row["called"],
             row["reached"], row["received"])
            for row in rows
        ),
        chart=svg_chart("HorizontalBar", bars, names),
    )  # fmt: skip


def _waits(
    cases: Sequence[dict[str, Any]], before: Sequence[dict[str, Any]], spoken: PageLanguage
) -> ReportTable:
    rows: list[tuple[Cell, ...]] = []
    for words, since, until in _STEPS:
        hours, earlier = (_hours(some, since, until) for some in (cases, before))
        waited = [_quantile(hours, percent) for percent in (50, 75, 90, 95)]
        rows.append((spoken.say(words), len(hours), *waited, _quantile(earlier, 50)))
    return ReportTable(
        name="waits",
        title=N_("等了多久（小时）"),
        columns=(N_("一步"), N_("求助"), N_("中位"), "75 %", "90 %", "95 %", N_("前一期中位")),
        rows=tuple(rows),
        note=N_("只算走到这一步的求助；还没走到的在最后一张表"),
    )


def _hours(cases: Sequence[dict[str, Any]], since: str, until: str) -> list[float]:
    return [
        (datetime.fromisoformat(case[until]) - datetime.fromisoformat(case[since])).total_seconds()
        / 3600
        for case in cases
        if case[since] and case[until]
    ]


def _quantile(values: Sequence[float], percent: int) -> float | None:
    """Return below which value so many per cent lie; None for no values at all."""
    if len(values) < 2:
        return round(values[0], 1) if values else None
    return round(quantiles(values, n=100, method="inclusive")[percent - 1], 1)


def _sources(rows: Sequence[dict[str, Any]], before: Sequence[dict[str, Any]]) -> ReportTable:
    earlier = {row["source"]: row["cases"] for row in before}
    return ReportTable(
        name="sources",
        title=N_("各来源"),
        columns=(N_("来源名"), N_("求助"), N_("前一期"), N_("帖子"), N_("接通"), N_("确认了物资")),
        rows=tuple(
            (row["source"] or "", row["cases"], earlier.get(row["source"], 0), row["posts"],
             row["reached"], row["confirmed"])
            for row in rows
        ),
    )  # fmt: skip


def _precision(rows: Sequence[dict[str, Any]], spoken: PageLanguage) -> ReportTable:
    told = []
    for row in rows:
        count = row["confirmed"] + row["no_need"]
        low, high = wilson(row["confirmed"], count)
        between = f"{low:.0%}–{high:.0%}" if count else ""
        told.append((row["week"], row["source"], row["confirmed"], count,
                     _share(row["confirmed"], count), between, row["unreachable"]))  # fmt: skip
    weeks = sorted({row["week"] for row in rows})
    shares = {
        (row["week"], row["source"]): 100 * row["confirmed"] / count
        for row in rows
        if (count := row["confirmed"] + row["no_need"])
    }
    lines = {
        source: [shares.get((week, source)) for week in weeks]
        for source in sorted({row["source"] for row in rows})
    }
    return ReportTable(
        name="precision",
        title=N_("看得准不准"),
        columns=(N_("周"), N_("来源名"), N_("确认"), N_("问到结果的"), N_("准确率"),
                 N_("95 % 区间"), N_("没人接")),
        rows=tuple(told),
        note=N_("准确率是问到结果的求助里真有需求的比例；人少时区间宽，别下结论"),
        chart=svg_chart("Line", lines, weeks) if len(weeks) > 1 else "",
    )  # fmt: skip


def _agents(rows: Sequence[dict[str, Any]]) -> ReportTable:
    return ReportTable(
        name="agents",
        title=N_("各位同事的担子"),
        columns=(N_("同事"), N_("天数"), N_("求助"), N_("拨打"), N_("接通"), N_("通话分钟")),
        rows=tuple(
            (row["agent"], row["days"], row["cases"], row["attempts"], row["reached"],
             row["minutes"])
            for row in rows
        ),
        note=N_("这是担子，不是名次：难的求助要打更多次。谁太重，请帮忙分一分"),
    )  # fmt: skip


def _unreached(cases: Sequence[dict[str, Any]]) -> ReportTable:
    rows = [
        (case["case_id"], case["opened_local"], case["facility"] or "", case["goods"] or "",
         case["calls"], case["why"] or "")
        for case in cases
        if case["reached_at"] is None and case["why"] != "withdrawn"
    ]  # fmt: skip
    return ReportTable(
        name="unreached",
        title=N_("一直没接通的"),
        columns=(
            N_("求助编号"),
            N_("开始"),
            N_("求助单位"),
            N_("物资"),
            N_("拨打"),
            N_("怎么结束的"),
        ),
        rows=tuple(rows),
        note=N_("没有人被问到过的求助，也许还在等"),
    )  # fmt: skip


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.0%}" if whole else ""


def page(told: Report, settings: Settings, spoken: PageLanguage, *, now: datetime) -> str:
    """Return the report as one page that needs nothing else and prints well."""
    rendering = Rendering(
        templates=environment(settings.zone, now.astimezone(settings.zone), spoken.code),
        template="report.html",
        script="",
        styles=("report.css",),
        generated=None,
        view={"report": told, "zone": settings.zone.key, "made": now},
    )
    return str(rendering)


def write(told: Report, path: Path, spoken: PageLanguage, form: str) -> None:
    """Write the tables to a workbook ("xlsx"), a file ("json") or a folder of files ("csv")."""
    if form == "csv":
        make_folder(path)
        for table in told.tables:
            text = _csv(table, spoken)
            write_file(path / f"{table.name}.csv", text.encode("utf-8-sig"))
    elif form == "json":
        write_file(path, _json(told, spoken).encode())
    else:
        _xlsx(told, path, spoken)


def _csv(table: ReportTable, spoken: PageLanguage) -> str:
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow([spoken.say(column) for column in table.columns])
    for row in table.rows:
        writer.writerow([_text(cell) for cell in row])
    return file.getvalue()


def _text(cell: Cell) -> Cell:
    if not isinstance(cell, str):
        return cell
    text = one_line(cell)
    return f"'{text}" if like_formula(text) else text


def _json(told: Report, spoken: PageLanguage) -> str:
    return json.dumps(
        {
            "version": 1,
            "from": str(told.since),
            "to": str(told.until),
            "before_from": str(told.before),
            "tables": {
                table.name: {
                    "columns": [spoken.say(column) for column in table.columns],
                    "rows": table.rows,
                }
                for table in told.tables
            },
        },
        ensure_ascii=False,
        indent=1,
    )


def _xlsx(told: Report, path: Path, spoken: PageLanguage) -> None:
    write_file(path, b"")
    with xlsxwriter.Workbook(str(path), {**NO_FORMULAS}) as book:
        formats = cell_formats(book)
        for table in told.tables:
            sheet = book.add_worksheet(table.name)
            for at, column in enumerate(table.columns):
                sheet.write_string(0, at, spoken.say(column), formats["head"])
            for down, row in enumerate(table.rows, 1):
                for at, cell in enumerate(row):
                    if isinstance(cell, (int, float)):
                        sheet.write_number(down, at, cell, formats["number"])
                    elif cell:
                        sheet.write_string(down, at, one_line(cell), formats["quoted"])
            sheet.freeze_panes(1, 0)
            sheet.set_column(0, len(table.columns), 16)
