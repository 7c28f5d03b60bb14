"""The supply group's pages: a day in, a page out; no number that could be dialled gets through."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from monitor.digest.day import Day
from monitor.digest.page_data import to_json
from monitor.digest.templates import day_templates
from monitor.digest.thread import UpdateView, update_view
from monitor.masking import masked
from monitor.pages import Rendering
from monitor.store.supplies import LineOfCase
from monitor.supply.checks import Check, checks
from monitor.supply.progress import (
    STATUS_WORDS,
    WITHDRAWN,
    Progress,
    Stage,
    is_withdrawal,
    number,
    progress,
    shown,
    withdrawal,
)
from monitor.supply.repeats import receiver_key, repeats
from monitor.supply.totals import Total, by_facility, by_goods, by_team
from monitor.types import SUPPLY_STATUSES, UNDONE, Callback, SupplyLine, SupplyStep

SUPPLY_PAGES = ("supplies.html", "packing.html")
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
class SaidView:
    """How a callback ended, who noted it and when."""

    agent: str
    disposition: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckView:
    """What to look at before goods of a line go on.

    kind: "underway" though the line is withdrawn, with the amounts by stage; "ended" otherwise
        than by confirming goods, "clash" of two outcomes, both with what was said; "update": the
        case's own voice said later that they are not needed.
    update: what it said.
    """

    kind: str
    underway: tuple[StageView, ...]
    said: tuple[SaidView, ...]
    update: UpdateView | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferView:
    """Goods that were offered instead, why, and what the ward said; accepted: None for nothing."""

    name: str
    reason: str
    accepted: bool | None
    answered_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LineView:
    """A supply line.

    asked, missing, to_send: amounts as people write them, "" where none was told. missing: not
        received yet, "0" for nothing. to_send: not sent yet, None for nothing.
    status: the furthest that anything has reached; partly: whether not all has.
    repeats: other lines on which the same goods went to the same receiver lately.
    withdrawn: the step that said that it is no longer wanted, None while it is; `asked` is then
        what was asked for until that.
    checks: what to look at before its goods go on.
    substitute: what goes instead of it, "" for nothing. offers: all that were offered.
    expected_at: for when the rest is promised, None for no promise; late: whether that is past.
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
    withdrawn: StepView | None
    checks: tuple[CheckView, ...]
    substitute: str
    offers: tuple[OfferView, ...]
    expected_at: datetime | None
    expected_note: str
    late: bool

    @property
    def kind(self) -> str:
        """The filter that shows the line: its status, or "done" or "withdrawn"."""
        return "withdrawn" if self.withdrawn else "done" if self.done else self.status


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

    @property
    def to_stop(self) -> tuple[LineView, ...]:
        """The withdrawn lines of which something is underway."""
        return tuple(line for line in self.lines if line.withdrawn and line.checks)


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

    @property
    def to_check(self) -> int:
        """How many of the lines to pack somebody has to look at first."""
        lines = (line for receiver in self.receivers for line in receiver.to_pack)
        return sum(bool(line.checks or line.repeats) for line in lines)

    @property
    def to_stop(self) -> tuple[ReceiverView, ...]:
        """The receivers with withdrawn lines of which something is underway."""
        return tuple(receiver for receiver in self.receivers if receiver.to_stop)


def supply_page(day: Day, name: str) -> Rendering:
    """Return the page of supply lines, or the packing list; name: one of SUPPLY_PAGES."""
    return Rendering(
        templates=day_templates(day.settings, day.since, day.settings.language),
        template=name,
        script="supplies.js",
        styles=("supplies.css",),
        generated=to_json(day.generated()),
        view={"supplies": supplies_view(day.lines, now=day.since)},
    )


def supplies_view(lines: Sequence[LineOfCase], *, now: datetime) -> SuppliesView:
    """Return supply lines by facility and goods, with totals; now: for what counts as lately."""
    again = repeats(lines, now=now)
    to_check = checks(lines)
    by_receiver: dict[tuple[str, int | None], list[tuple[SupplyLine, LineView]]] = defaultdict(list)
    for line in lines:
        others = tuple(again.get(line.id, ()))
        view = _line_view(line, others, to_check.get(line.id, ()), now=now)
        by_receiver[_receiver(line)].append((line, view))
    views = [view for pairs in by_receiver.values() for _, view in pairs]
    return SuppliesView(
        receivers=tuple(
            ReceiverView(
                name=name,
                case_id=case_id,
                teams=tuple(
                    dict.fromkeys(_page_words(line.team) for line, _ in pairs if line.team)
                    if any(line.facility for line, _ in pairs)
                    else ()
                ),
                lines=tuple(sorted((v for _, v in pairs), key=lambda v: (v.name, v.id))),
            )
            # Goods of nobody that was named come last.
            for (name, case_id), pairs in sorted(
                by_receiver.items(), key=lambda pair: (not pair[0][0], pair[0][0], pair[0][1] or 0)
            )
        ),
        goods=_totals(by_goods, lines),
        facilities=_totals(by_facility, lines),
        teams=_totals(by_team, lines),
        counts={
            "all": len(views),
            "check": sum(bool(view.checks or view.repeats) for view in views),
            "missing": sum(view.kind not in ("done", "withdrawn") for view in views),
            **{
                kind: sum(view.kind == kind for view in views)
                for kind in (*SUPPLY_STATUSES[:-1], "done", "withdrawn")
            },
        },
    )


def _receiver(line: SupplyLine) -> tuple[str, int | None]:
    """Return who a line is for, with the case where the name alone does not tell who is meant."""
    name = line.facility or line.team or ""
    return _page_words(name), None if receiver_key(line) else line.case_id


def _totals(
    totals: Callable[[Sequence[SupplyLine]], list[Total]], lines: Sequence[SupplyLine]
) -> tuple[TotalView, ...]:
    return tuple(
        TotalView(
            name=_page_words(total.name),
            unit=_page_words(total.unit),
            amounts=tuple(_sum(total, amount) for amount in total.amounts or ()),
            words=tuple(_page_words(words) for words in total.words),
            counts=total.counts,
            lines_open=total.lines_open,
        )
        for total in totals(lines)
    )


def _sum(total: Total, amount: Decimal) -> str:
    """Return a sum as people write it, a dash where no line of it has a number."""
    return shown(amount) if any(total.amounts or ()) else "–"


def _page_words(words: str | None) -> str:
    """Return words of strangers as a page shows them, "" for none."""
    return masked(words or "")[:_LONGEST_NAME].strip()


def _line_view(
    line: LineOfCase, others: tuple[int, ...], to_check: tuple[Check, ...], *, now: datetime
) -> LineView:
    """Return what a page shows of a line; others: as `LineView.repeats`; now: for what is late."""
    state = progress(line)
    furthest = state.furthest
    withdrawal_step = withdrawal(line)
    last = line.steps[-1]
    sent_stage = state.at(_SENT)
    promised = line.back_order if state.is_open else None
    return LineView(
        id=line.id,
        case_id=line.case_id,
        agent=line.agent,
        name=_page_words(line.name),
        asked=_amount_asked(state),
        unit=_page_words(state.unit),
        stages=tuple(_stage_view(stage, state) for stage in state.stages),
        missing=_missing(state.stages[-1], state),
        to_send=None if sent_stage.full else _missing(sent_stage, state),
        status=furthest.status if furthest else SUPPLY_STATUSES[0],
        partly=bool(furthest and not furthest.full),
        done=state.is_done,
        changed_at=line.changed_at,
        actor=_page_words(last.actor),
        steps=_steps(line),
        repeats=others,
        withdrawn=_step(withdrawal_step) if withdrawal_step else None,
        checks=tuple(_check(check, state) for check in to_check),
        substitute=_page_words(line.substitute.name) if line.substitute else "",
        offers=tuple(
            OfferView(
                name=_page_words(one.name),
                reason=masked(one.reason)[:_LONGEST_NOTE],
                accepted=one.accepted,
                answered_by=_page_words(one.answered_by),
            )
            for one in line.substitutes
        ),
        expected_at=promised.expected_at if promised else None,
        expected_note=masked(promised.note)[:_LONGEST_NOTE] if promised else "",
        late=promised is not None and promised.expected_at < now,
    )


def _amount_asked(state: Progress) -> str:
    """Return what is asked for; of a withdrawn line what was until then."""
    amount = number(state.asked_before)
    return shown(amount) if amount is not None else _page_words(state.asked_before)


def _check(check: Check, state: Progress) -> CheckView:
    callbacks = (check.clash.first, check.clash.second) if check.clash else (check.ended_by,)
    return CheckView(
        kind=_kind(check),
        underway=tuple(_stage_view(stage, state) for stage in check.underway),
        said=tuple(_callback_view(one) for one in callbacks if one),
        update=update_view(check.update) if check.update else None,
    )


def _kind(check: Check) -> str:
    if check.clash:
        return "clash"
    if check.ended_by:
        return "ended"
    return "update" if check.update else "underway"


def _callback_view(callback: Callback) -> SaidView:
    return SaidView(
        agent=_page_words(callback.agent),
        disposition=callback.disposition,
        at=callback.attempted_at,
    )


def _missing(stage: Stage, state: Progress) -> str:
    """Return how much has not reached a stage; "" where all of an amount nobody told has not."""
    if stage.full:
        return "0"
    return shown(stage.missing) if stage.missing is not None else _page_words(state.asked_words)


def _stage_view(stage: Stage, state: Progress) -> StageView:
    words = [shown(stage.amount)] if stage.amount else []
    words += [_page_words(entry) for entry in stage.words]
    if stage.whole and not words:
        words = [_page_words(state.asked_before) or "✓"]
    full = stage.full and not state.is_withdrawn
    amount_asked = number(state.asked_before)
    part = 100 if full else 0
    if amount_asked and not full:
        part = int(min(stage.amount / amount_asked, Decimal(1)) * 100)
    return StageView(
        status=stage.status,
        words="＋".join(words) or "0",
        part=part,
        full=full,
        empty=stage.is_empty,
    )


def _steps(line: SupplyLine) -> tuple[StepView, ...]:
    standing = {step.id for step in line.standing}
    return tuple(
        _step(step, undone=step.id not in standing and step.status != UNDONE) for step in line.steps
    )


def _step(step: SupplyStep, *, undone: bool = False) -> StepView:
    withdraws = is_withdrawal(step)
    return StepView(
        at=step.at,
        status=WITHDRAWN if withdraws else step.status,
        words="" if withdraws else f"{_page_words(step.quantity)} {_page_words(step.unit)}".strip(),
        actor=_page_words(step.actor),
        note=masked(step.note)[:_LONGEST_NOTE],
        undone=undone,
    )
