"""The page of a campaign's report: its figures in, a table and a chart out; the same as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from datetime import time as clock_time
from decimal import Decimal

from monitor.digest.page_data import GeneratedData, to_json
from monitor.digest.templates import day_templates
from monitor.intake.campaigns import CampaignState
from monitor.intake.funnel import STAGES, Funnel, FunnelRow, percent
from monitor.language import N_
from monitor.pages import Rendering
from monitor.settings import Settings

WIDTH = 100
HEIGHT = 8
_STEP = 12
CSV_COLUMNS = ("round", "stage", "count", "of", "of_count", "percent")
_STAGE_WORDS = {
    "screened": N_("名单行数"),
    "dialable": N_("有号可拨"),
    "people": N_("要打的人"),
    "dialled": N_("拨过"),
    "reached": N_("接通"),
    "accepted": N_("接受"),
}
REASON_WORDS = {
    "do not call": N_("号码在免打扰名单上"),
    "known as wrong": N_("早知道号码不对"),
    "known as dead": N_("早知道是空号停机"),
    "shared by many": N_("许多人共用一个号码"),
    "dead PHS": N_("停用的小灵通号段"),
    "letters": N_("号码里有字母"),
    "rounded": N_("号码被表格四舍五入"),
    "public service": N_("公共服务号码"),
    "too short": N_("号码位数不够"),
    "too long": N_("号码多了几位"),
    "no such number": N_("没有这样的号码"),
    "no area code": N_("座机没有区号，地址也看不出"),
    "name": N_("号码栏里是名字"),
    "empty": N_("没有号码"),
    "broken row": N_("这一行读不出来"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FunnelBar:
    """One stage of the chart: its words for the catalog, how many, and where its bar stands.

    part: of the stage before, in percent, None where that is nobody.
    """

    words: str
    count: int
    part: Decimal | None
    y: int
    width: float


@dataclass(frozen=True, slots=True, kw_only=True)
class FunnelCells:
    """A round of the table; rates in percent of the stage before, None of nobody."""

    row: FunnelRow
    dialled: Decimal | None
    reached: Decimal | None
    accepted: Decimal | None


def campaign_page(
    state: CampaignState, settings: Settings, code: str, *, now: datetime
) -> Rendering:
    """Return the page of a campaign's report in language `code`."""
    funnel = state.funnel
    there = now.astimezone(settings.zone)
    day = datetime.combine(there.date(), clock_time(), settings.zone)
    return Rendering(
        templates=day_templates(settings, day, code),
        template="campaign.html",
        script="",
        styles=("campaign.css",),
        generated=to_json(GeneratedData(at=now, runs={})),
        view={
            "campaign": state.campaign,
            "turn": state.round,
            "funnel": funnel,
            "dialable_part": percent(funnel.dialable, funnel.records),
            "bars": tuple(_bars(funnel)),
            "height": _STEP * len(_STAGE_WORDS),
            "reasons": [(REASON_WORDS[reason], count) for reason, count in funnel.reasons],
            "cells": tuple(map(_cells, (*funnel.rows, funnel.total))),
        },
    )


def _bars(funnel: Funnel) -> Iterator[FunnelBar]:
    total = funnel.total
    counts = {
        "screened": funnel.records,
        "dialable": funnel.dialable,
        "people": funnel.people,
        **{stage: getattr(total, stage) for stage in STAGES},
    }
    before: int | None = None
    for place, (stage, count) in enumerate(counts.items()):
        yield FunnelBar(
            words=_STAGE_WORDS[stage],
            count=count,
            part=percent(count, before) if before is not None else None,
            y=place * _STEP,
            width=round(WIDTH * count / funnel.records, 2) if funnel.records else 0.0,
        )
        before = count


def _cells(row: FunnelRow) -> FunnelCells:
    rates = {stage: row.rate(stage)[0] for stage in STAGES}
    return FunnelCells(row=row, **rates)


def as_csv(funnel: Funnel) -> str:
    """Return a funnel as CSV, a stage of a round a line, each with what it is a part of."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(CSV_COLUMNS)
    writer.writerow(["all", "screened", funnel.records, "", "", ""])
    rate = percent(funnel.dialable, funnel.records)
    writer.writerow(["all", "dialable", funnel.dialable, "screened", funnel.records, rate])
    writer.writerow(["all", "people", funnel.people, "", "", ""])
    for reason, count in funnel.reasons:
        rate = percent(count, funnel.records)
        writer.writerow(["all", f"left out: {reason}", count, "screened", funnel.records, rate])
    for row in (*funnel.rows, funnel.total):
        name = row.round or "all"
        writer.writerow([name, "to dial", row.waiting, "", "", ""])
        for stage in STAGES:
            rate, of, base = row.rate(stage)
            told = {"waiting": "to dial"}.get(of, of)
            writer.writerow([name, stage, getattr(row, stage), told, base, rate])
    return file.getvalue()
