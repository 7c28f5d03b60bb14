"""What the command line shows of supply lines: rows of the store go in, rich tables come out."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from decimal import Decimal
from zoneinfo import ZoneInfo

from rich.table import Table
from rich.text import Text

from monitor.cli.table_parts import Listing, Own, heads
from monitor.cli.table_parts import at as at_time
from monitor.cli.table_parts import shown as shown_cell
from monitor.language import N_, PageLanguage
from monitor.masking import masked, plain
from monitor.supply.checks import Check, stage_words
from monitor.supply.progress import (
    STATUS_WORDS,
    WITHDRAWN,
    Stage,
    number,
    progress,
    shown,
    withdrawal,
)
from monitor.supply.totals import Total, by_facility, by_goods, by_team
from monitor.types import SUPPLY_STATUSES, UNDONE, SupplyLine

_STEPS = {**STATUS_WORDS, "confirmed again": "再次确认", "requested, corrected": "更正为"}
_STAGES = (N_("要"), N_("落实"), N_("在路上"), N_("收到"), N_("还差"))
_NUMBERS = (*_STAGES, N_("行数"))


def _table(spoken: PageLanguage, title: str, *columns: str) -> Table:
    return Listing(*heads(spoken, *columns), title=title or None, right=heads(spoken, *_NUMBERS))


def _row(table: Table, *cells: object) -> None:
    """Add a row, each cell on one line; see `table_parts.row`."""
    table.add_row(*(Text(" ".join(shown_cell(cell).split())) for cell in cells))


def supplies(
    lines: Sequence[SupplyLine],
    zone: ZoneInfo,
    spoken: PageLanguage,
    *,
    to_check: Collection[int] = (),
) -> Table:
    """Return the supply lines with the amounts at each stage and what is not received yet.

    to_check: the ids of lines that somebody has to look at; they are marked.
    """
    table = _table(
        spoken, "", N_("行"), N_("求助编号"), N_("求助单位"), N_("物资"), *_STAGES, N_("从何时"),
    )  # fmt: skip
    for line in lines:
        done = progress(line)
        amount_asked = spoken.amount(done.asked_before or "?", done.unit)
        _row(
            table,
            f"!{line.id}" if line.id in to_check else line.id,
            line.case_id,
            masked(line.facility or line.team or "")[:40],
            masked(spoken.named(line.name))[:40],
            masked(amount_asked)[:20],
            *(stage_words(stage, spoken) for stage in done.stages),
            spoken.say("不再需要").lower()
            if done.is_withdrawn
            else _missing(done.stages[-1], done.asked_words),
            Own(f"{line.changed_at.astimezone(zone):%m-%d %H:%M}"),
        )
    return table


def _missing(stage: Stage, amount_asked: str) -> str:
    if stage.full:
        return "-"
    return shown(stage.missing) if stage.missing is not None else masked(amount_asked) or "?"


def far(line: SupplyLine, spoken: PageLanguage) -> str:
    """Return how far a line is, in one line of text."""
    done = progress(line)
    asked = spoken.amount(done.asked_before or "?", done.unit)
    parts = [spoken.say("要 %(amount)s", amount=masked(asked))]
    for stage in done.stages:
        status = spoken.of(spoken.say(STATUS_WORDS[stage.status]), stage.status)
        parts.append(f"{status} {'0' if stage.is_empty else stage_words(stage, spoken)}")
    last = done.stages[-1]
    if step := withdrawal(line):
        by = masked(step.actor)
        withdrawn = spoken.say("不再需要").lower()
        parts.append(spoken.say("%(actor)s 说不再需要", actor=by) if by else withdrawn)
    elif last.full:
        parts.append(spoken.say("齐了").lower())
    elif last.missing is not None:
        amount = masked(spoken.amount(shown(last.missing), done.unit))
        parts.append(spoken.say("还差 %(amount)s", amount=amount))
    return spoken.say("第 %(line)s 行：%(words)s", line=line.id, words=" · ".join(parts))


def check(line: SupplyLine, check: Check, zone: ZoneInfo, spoken: PageLanguage) -> str:
    """Return what somebody has to look at before goods of a line go on, and what to do."""
    step = f"distress supplies step {line.id} requested --amount"
    if check.clash:
        advice = spoken.say(
            "请看：%(look)s。看过两边再记一条，就算数。不要了：%(step)s 0",
            look=f"distress case show {check.case_id}",
            step=step,
        )
    elif check.ended_by or check.update:
        amount_asked = number(progress(line).asked_before)
        advice = spoken.say(
            "请看：%(look)s。还要：%(step)s %(total)s。不要了：%(step)s 0",
            look=f"distress case show {check.case_id}",
            step=step,
            total=shown(amount_asked) if amount_asked else "TOTAL",
        )
    else:
        advice = spoken.say("请看：%(look)s", look=f"distress supplies show {line.id}")
    told = spoken.say(
        "第 %(line)s 行，%(goods)s：%(words)s。%(advice)s",
        line=line.id,
        goods=masked(spoken.named(line.name))[:40],
        words=check.in_words(zone, spoken),
        advice=advice,
    )
    return plain(f"! {told}")


def offers(line: SupplyLine, zone: ZoneInfo, spoken: PageLanguage) -> list[str]:
    """Return what was offered instead of the goods of a line, and for when the rest is promised."""
    said = {
        None: spoken.say("还没有答复"),
        True: spoken.say("可以换"),
        False: spoken.say("不能换"),
    }
    words = [
        spoken.say(
            "替代 %(number)s：%(name)s（%(reason)s），%(said)s",
            number=one.id,
            name=spoken.named(one.name),
            reason=one.reason,
            said=said[one.accepted],
        )
        + (f" · {one.answered_by}" if one.answered_by else "")
        for one in line.substitutes
    ]
    if order := line.back_order:
        date = f"{order.expected_at.astimezone(zone):%Y-%m-%d}"
        note = f" · {order.note}" if order.note else ""
        words.append(spoken.say("其余的说好%(date)s 到", date=f" {date}") + note)
    return [masked(plain(entry)) for entry in words]


def history(line: SupplyLine, zone: ZoneInfo, spoken: PageLanguage) -> Table:
    """Return every step of a line, who noted it and when; undone ones say so."""
    receiver = masked(line.facility or line.team or spoken.say("没写单位"))
    title = spoken.say(
        "第 %(line)s 行，求助 %(case)s：%(goods)s，给 %(receiver)s",
        line=line.id,
        case=line.case_id,
        goods=masked(spoken.named(line.name)),
        receiver=receiver,
    )
    heads = (N_("时间"), N_("到哪步"), N_("数量"), N_("谁说的"), N_("备注"))
    table = _table(spoken, plain(title), *heads)
    standing = {step.id for step in line.standing}
    for at, step in enumerate(line.steps):
        code = step.status
        if step.status == SUPPLY_STATUSES[0] and number(step.quantity) == 0:
            code = WITHDRAWN
        elif step.status == SUPPLY_STATUSES[0] and at:
            code = "confirmed again" if step.callback_id else "requested, corrected"
        what = spoken.of(_STEPS.get(code, code), code)
        if step.id not in standing and step.status != UNDONE:
            what += spoken.say("（撤回了）")
        if code == WITHDRAWN:
            amount = ""
        elif step.quantity:
            amount = masked(spoken.amount(step.quantity, step.unit or ""))
        else:
            amount = "" if step.status in (SUPPLY_STATUSES[0], UNDONE) else spoken.say("全部的")
        when = at_time(step.at, zone)
        _row(table, when, what, amount, masked(step.actor), masked(step.note))
    return table


def totals(lines: Sequence[SupplyLine], spoken: PageLanguage) -> list[Table]:
    """Return totals by goods in their unit, by facility and by team."""
    goods = _table(
        spoken,
        spoken.say("按物资"),
        N_("物资"),
        *_STAGES,
        N_("单位（量）"),
        N_("数量没写明"),
        N_("行数"),
    )
    for total in by_goods(lines):
        words = ", ".join(masked(spoken.named(word)) or "?" for word in total.words)
        _row(goods, masked(spoken.named(total.name)), *map(_sum, total.amounts or ()),
             masked(spoken.named(total.unit)), words,
             total.counts[0])  # fmt: skip
    groups = [
        (spoken.say("按单位"), by_facility(lines)),
        (spoken.say("按医疗队"), by_team(lines)),
    ]
    return [goods, *(_count_table(title, group, spoken) for title, group in groups if group)]


def _sum(amount: Decimal) -> str:
    return shown(amount) if amount else "-"


def _count_table(title: str, totals: Sequence[Total], spoken: PageLanguage) -> Table:
    table = _table(
        spoken,
        title + spoken.say("：几行，其中几行齐了"),
        N_("名称"),
        N_("行数"),
        *_STAGES[1:4],
    )
    for total in totals:
        _row(table, masked(total.name) or spoken.say("没写单位"), *total.counts)
    return table
