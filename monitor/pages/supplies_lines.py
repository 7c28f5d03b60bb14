"""What a page shows of one supply line: the line and what to look at go in, a view comes out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from monitor.pages.language import N_
from monitor.pages.plain import masked
from monitor.store.supplies import LineOfCase
from monitor.supply_amounts import Progress, Stage, number, progress, shown, withdrawal
from monitor.supply_checks import Check
from monitor.types import SUPPLY_STATUSES, UNDONE, Callback, SupplyLine, SupplyStep

WITHDRAWN = "withdrawn"
STATUS_WORDS = {
    "requested": N_("已提出"),
    "committed": N_("已落实"),
    "in transit": N_("已发出"),
    "received": N_("已收到"),
    WITHDRAWN: N_("不再需要"),
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
class SaidView:
    """How a callback ended, who noted it and when."""

    agent: str
    disposition: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckView:
    """What to look at before goods of a line go on.

    kind: "underway" though the line is withdrawn, with the amounts by stage; "ended" otherwise
        than by confirming goods, "clash" of two outcomes, both with what was said.
    """

    kind: str
    underway: tuple[StageView, ...]
    said: tuple[SaidView, ...]


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

    @property
    def kind(self) -> str:
        """The filter that shows the line: its status, or "done" or "withdrawn"."""
        return "withdrawn" if self.withdrawn else "done" if self.done else self.status


def named(words: str | None) -> str:
    """Return words of strangers as a page shows them, "" for none."""
    return masked(words or "")[:_LONGEST_NAME].strip()


def line_view(line: LineOfCase, others: tuple[int, ...], to_check: tuple[Check, ...]) -> LineView:
    """Return what a page shows of a line; others: as `LineView.repeats`."""
    done = progress(line)
    furthest = done.furthest
    said = withdrawal(line)
    last = line.steps[-1]
    sent = done.at(_SENT)
    return LineView(
        id=line.id,
        case_id=line.case_id,
        agent=line.agent,
        name=named(line.name),
        asked=_asked(done),
        unit=named(done.unit),
        stages=tuple(_stage_view(stage, done) for stage in done.stages),
        missing=_missing(done.stages[-1], done),
        to_send=None if sent.full else _missing(sent, done),
        status=furthest.status if furthest else SUPPLY_STATUSES[0],
        partly=bool(furthest and not furthest.full),
        done=done.is_done,
        changed_at=line.changed_at,
        actor=named(last.actor),
        steps=_steps(line),
        repeats=others,
        withdrawn=_step(said) if said else None,
        checks=tuple(_check(found, done) for found in to_check),
    )


def _asked(done: Progress) -> str:
    """Return what is asked for; of a withdrawn line what was until then."""
    asked = number(done.asked_before)
    return shown(asked) if asked is not None else named(done.asked_before)


def _check(found: Check, done: Progress) -> CheckView:
    said = (found.clash.first, found.clash.second) if found.clash else (found.ended_by,)
    return CheckView(
        kind="clash" if found.clash else "ended" if found.ended_by else "underway",
        underway=tuple(_stage_view(stage, done) for stage in found.underway),
        said=tuple(_said(one) for one in said if one),
    )


def _said(callback: Callback) -> SaidView:
    return SaidView(
        agent=named(callback.agent),
        disposition=callback.disposition,
        at=callback.attempted_at,
    )


def _missing(stage: Stage, done: Progress) -> str:
    """Return how much has not reached a stage; "" where all of an amount nobody told has not."""
    if stage.full:
        return "0"
    return shown(stage.missing) if stage.missing is not None else named(done.asked_words)


def _stage_view(stage: Stage, done: Progress) -> StageView:
    words = [shown(stage.amount)] if stage.amount else []
    words += [named(entry) for entry in stage.words]
    if stage.whole and not words:
        words = [named(done.asked_before) or "✓"]
    full = stage.full and not done.is_withdrawn
    asked = number(done.asked_before)
    part = 100 if full else 0
    if asked and not full:
        part = int(min(stage.amount / asked, Decimal(1)) * 100)
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
    withdraws = step.status == SUPPLY_STATUSES[0] and number(step.quantity) == 0
    return StepView(
        at=step.at,
        status=WITHDRAWN if withdraws else step.status,
        words="" if withdraws else f"{named(step.quantity)} {named(step.unit)}".strip(),
        actor=named(step.actor),
        note=masked(step.note)[:_LONGEST_NOTE],
        undone=undone,
    )
