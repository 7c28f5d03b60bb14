"""What the pages of the supply group show; no number that could be dialled gets through."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from monitor.pages.language import N_
from monitor.pages.plain import masked
from monitor.supply_amounts import Progress, Stage, progress, shown
from monitor.supply_repeats import receiver_key, repeats
from monitor.supply_totals import Total, by_facility, by_goods, by_team
from monitor.types import SUPPLY_STATUSES, UNDONE, SupplyLine

STATUS_WORDS = {
    "requested": N_("已提出"),
    "committed": N_("已落实"),
    "in transit": N_("已发出"),
    "received": N_("已收到"),
    UNDONE: N_("撤回上一步"),
}
_SENT = "in transit"
_LONGEST_NAME = 80
_LONGEST_NOTE = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class StageView:
    """What has reached a stage: `words` as people write it, `part` of 100 of what is asked for."""

    status: str
    words: str
    part: int
    full: bool
    empty: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StepView:
    """One step of a line's history; undone: whether it was taken back later."""

    at: datetime
    status: str
    words: str
    actor: str
    note: str
    undone: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LineView:
    """A supply line.

    asked, missing, to_send: amounts as people write them, "" where none was told. missing: not
        received yet, "0" for nothing. to_send: not sent yet, None for nothing.
    status: the furthest that anything has reached; partly: whether not all has.
    repeats: other lines on which the same goods went to the same receiver lately.
    """

    id: int
    case_id: int
    agent: str
    name: str
    asked: str
    unit: str
    stages: tuple[StageView, ...]
    missing: str
    to_send: str | None
    status: str
    partly: bool
    done: bool
    changed_at: datetime
    actor: str
    steps: tuple[StepView, ...]
    repeats: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiverView:
    """The lines of one facility, or team where none was named, and the teams that help there.

    name: "" where neither was named. case_id: of the lines where the name alone does not tell who
        is meant, such as "" or 人民医院.
    """

    name: str
    case_id: int | None
    teams: tuple[str, ...]
    lines: tuple[LineView, ...]

    @property
    def to_pack(self) -> tuple[LineView, ...]:
        """The lines of which something is still to be sent."""
        return tuple(line for line in self.lines if line.to_send is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class TotalView:
    """A total; amounts and counts in the order of the statuses, amounts with what is missing."""

    name: str
    unit: str
    amounts: tuple[str, ...]
    words: tuple[str, ...]
    counts: tuple[int, ...]
    lines_open: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SuppliesView:
    """All that the two pages show; counts: how many lines the filter would show, by its name."""

    receivers: tuple[ReceiverView, ...]
    goods: tuple[TotalView, ...]
    facilities: tuple[TotalView, ...]
    teams: tuple[TotalView, ...]
    counts: dict[str, int]

    @property
    def statuses(self) -> tuple[str, ...]:
        """The statuses in their order."""
        return SUPPLY_STATUSES

    @property
    def status_words(self) -> dict[str, str]:
        """The Chinese words of each status."""
        return STATUS_WORDS

    @property
    def to_pack(self) -> tuple[ReceiverView, ...]:
        """The receivers for whom something is still to be packed."""
        return tuple(receiver for receiver in self.receivers if receiver.to_pack)


def supplies_view(lines: Sequence[SupplyLine], *, now: datetime) -> SuppliesView:
    """Return supply lines by facility and goods, with totals; now: for what counts as lately."""
    again = repeats(lines, now=now)
    by_receiver: dict[tuple[str, int | None], list[tuple[SupplyLine, LineView]]] = defaultdict(list)
    for line in lines:
        view = _line_view(line, tuple(again.get(line.id, ())))
        by_receiver[_receiver(line)].append((line, view))
    views = [view for found in by_receiver.values() for _, view in found]
    return SuppliesView(
        receivers=tuple(
            ReceiverView(
                name=name,
                case_id=case_id,
                teams=tuple(
                    dict.fromkeys(_name(line.team) for line, _ in found if line.team)
                    if any(line.facility for line, _ in found)
                    else ()
                ),
                lines=tuple(sorted((v for _, v in found), key=lambda v: (v.name, v.id))),
            )
            # Goods of nobody that was named come last.
            for (name, case_id), found in sorted(
                by_receiver.items(), key=lambda pair: (not pair[0][0], pair[0][0], pair[0][1] or 0)
            )
        ),
        goods=_totals(by_goods, lines),
        facilities=_totals(by_facility, lines),
        teams=_totals(by_team, lines),
        counts={
            "all": len(views),
            "missing": sum(not view.done for view in views),
            **{
                status: sum(view.status == status and not view.done for view in views)
                for status in SUPPLY_STATUSES[:-1]
            },
            "done": sum(view.done for view in views),
        },
    )


def _name(words: str | None) -> str:
    return masked(words or "")[:_LONGEST_NAME].strip()


def _receiver(line: SupplyLine) -> tuple[str, int | None]:
    """Return who a line is for, with the case where the name alone does not tell who is meant."""
    name = line.facility or line.team or ""
    return _name(name), None if receiver_key(line) else line.case_id


def _line_view(line: SupplyLine, others: tuple[int, ...]) -> LineView:
    done = progress(line)
    furthest = done.furthest
    last = line.steps[-1]
    sent = done.at(_SENT)
    return LineView(
        id=line.id,
        case_id=line.case_id,
        agent=line.agent,
        name=_name(line.name),
        asked=_asked(done),
        unit=_name(done.unit),
        stages=tuple(_stage_view(stage, done) for stage in done.stages),
        missing=_missing(done.stages[-1], done),
        to_send=None if sent.full else _missing(sent, done),
        status=furthest.status if furthest else SUPPLY_STATUSES[0],
        partly=bool(furthest and not furthest.full),
        done=done.is_done,
        changed_at=line.changed_at,
        actor=_name(last.actor),
        steps=_steps(line),
        repeats=others,
    )


def _asked(done: Progress) -> str:
    return shown(done.asked) if done.asked is not None else _name(done.asked_words)


def _missing(stage: Stage, done: Progress) -> str:
    """Return how much has not reached a stage; "" where all of an amount nobody told has not."""
    if stage.full:
        return "0"
    return shown(stage.missing) if stage.missing is not None else _name(done.asked_words)


def _stage_view(stage: Stage, done: Progress) -> StageView:
    words = [shown(stage.amount)] if stage.amount else []
    words += [_name(entry) for entry in stage.words]
    if stage.whole and not words:
        words = [_name(done.asked_words) or "✓"]
    part = 100 if stage.full else 0
    if done.asked and not stage.full:
        part = int(min(stage.amount / done.asked, Decimal(1)) * 100)
    return StageView(
        status=stage.status,
        words="＋".join(words) or "0",
        part=part,
        full=stage.full,
        empty=stage.is_empty,
    )


def _steps(line: SupplyLine) -> tuple[StepView, ...]:
    standing = {step.id for step in line.standing}
    return tuple(
        StepView(
            at=step.at,
            status=step.status,
            words=f"{_name(step.quantity)} {_name(step.unit)}".strip(),
            actor=_name(step.actor),
            note=masked(step.note)[:_LONGEST_NOTE],
            undone=step.id not in standing and step.status != UNDONE,
        )
        for step in line.steps
    )


def _totals(
    totals: Callable[[Sequence[SupplyLine]], list[Total]], lines: Sequence[SupplyLine]
) -> tuple[TotalView, ...]:
    return tuple(
        TotalView(
            name=_name(total.name),
            unit=_name(total.unit),
            amounts=tuple(_sum(total, amount) for amount in total.amounts or ()),
            words=tuple(_name(words) for words in total.words),
            counts=total.counts,
            lines_open=total.lines_open,
        )
        for total in totals(lines)
    )


def _sum(total: Total, amount: Decimal) -> str:
    """Return a sum as people write it, a dash where no line of it has a number."""
    return shown(amount) if any(total.amounts or ()) else "–"
