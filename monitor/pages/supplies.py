"""What the pages of the supply group show; no number that could be dialled gets through."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from monitor.pages.supplies_lines import STATUS_WORDS, LineView, line_view, named
from monitor.store.supplies import LineOfCase
from monitor.supply_amounts import shown
from monitor.supply_checks import checks
from monitor.supply_repeats import receiver_key, repeats
from monitor.supply_totals import Total, by_facility, by_goods, by_team
from monitor.types import SUPPLY_STATUSES, SupplyLine


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


def supplies_view(lines: Sequence[LineOfCase], *, now: datetime) -> SuppliesView:
    """Return supply lines by facility and goods, with totals; now: for what counts as lately."""
    again = repeats(lines, now=now)
    to_check = checks(lines)
    by_receiver: dict[tuple[str, int | None], list[tuple[SupplyLine, LineView]]] = defaultdict(list)
    for line in lines:
        view = line_view(line, tuple(again.get(line.id, ())), to_check.get(line.id, ()))
        by_receiver[_receiver(line)].append((line, view))
    views = [view for found in by_receiver.values() for _, view in found]
    return SuppliesView(
        receivers=tuple(
            ReceiverView(
                name=name,
                case_id=case_id,
                teams=tuple(
                    dict.fromkeys(named(line.team) for line, _ in found if line.team)
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
    return named(name), None if receiver_key(line) else line.case_id


def _totals(
    totals: Callable[[Sequence[SupplyLine]], list[Total]], lines: Sequence[SupplyLine]
) -> tuple[TotalView, ...]:
    return tuple(
        TotalView(
            name=named(total.name),
            unit=named(total.unit),
            amounts=tuple(_sum(total, amount) for amount in total.amounts or ()),
            words=tuple(named(words) for words in total.words),
            counts=total.counts,
            lines_open=total.lines_open,
        )
        for total in totals(lines)
    )


def _sum(total: Total, amount: Decimal) -> str:
    """Return a sum as people write it, a dash where no line of it has a number."""
    return shown(amount) if any(total.amounts or ()) else "–"
