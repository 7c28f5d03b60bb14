"""Charts of the canned queries: the rows of an answer go in, a chart comes out above them.

A plugin of Datasette; its templates call `chart_of`. Lists of cases and of goods have none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from datasette import hookimpl
from markupsafe import Markup

from monitor.analysis.svg import svg_chart

_MOST_BARS = 12
_MOST_LINES = 5
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Chart:
    """How to draw an answer: the kind of chart, what a bar or point is called, and its figures."""

    kind: str
    label: Callable[[Row], str]
    figures: tuple[str, ...]


def _of_place(row: Row) -> str:
    place = row["county"] or row["city"] or row["province"] or "-"
    return f"{row['goods']} {place} {row['unit'] or ''}".strip()


CHARTS = {
    "goods_by_place": _Chart("HorizontalBar", _of_place, ("cases",)),
    "goods_by_day": _Chart("Line", lambda row: row["day"], ("cases",)),
    "waits": _Chart("HorizontalBar", lambda row: row["step"], ("median_hours", "p90_hours")),
    "precision": _Chart(
        "HorizontalStackedBar",
        lambda row: f"{row['source']}: {row['reason']}",
        ("confirmed", "no_need", "unreachable"),
    ),
    "duplicates": _Chart("Bar", lambda row: str(row["posts"]), ("cases",)),
    "unanswered": _Chart("Bar", lambda row: f"{row['hour']:02}", ("calls", "unanswered")),
    "asked_twice": _Chart("HorizontalBar", lambda row: row["facility_key"], ("cases",)),
}


@hookimpl  # type: ignore[untyped-decorator]
def prepare_jinja2_environment(env: Any) -> None:
    """Let Datasette's templates draw charts."""
    env.globals["chart_of"] = chart_of


def chart_of(query: str | None, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> Markup:
    """Return the chart of a canned query's answer as SVG; empty for other queries and no rows."""
    drawn = CHARTS.get(query or "")
    if drawn is None or not rows:
        return Markup()
    table = [dict(zip(columns, row, strict=True)) for row in rows]
    if drawn.kind == "Line":
        series, labels = _by_goods(table)
    else:
        table = table[:_MOST_BARS] if drawn.kind == "HorizontalBar" else table
        labels = [drawn.label(row) for row in table]
        series = {name.replace("_", " "): [row[name] for row in table] for name in drawn.figures}
    return Markup(svg_chart(drawn.kind, series, labels))


def _by_goods(table: Sequence[Row]) -> tuple[dict[str, list[Any]], list[str]]:
    """Return a line for each of the goods asked for most, and the days."""
    days = sorted({row["day"] for row in table if row["day"]})
    counts: dict[str, dict[str, int]] = {}
    for row in table:
        counts.setdefault(row["goods"], {})[row["day"]] = row["cases"]
    most = sorted(counts, key=lambda goods: -sum(counts[goods].values()))[:_MOST_LINES]
    return {goods: [counts[goods].get(day, 0) for day in days] for goods in most}, days
