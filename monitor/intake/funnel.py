"""The funnel of a campaign: its people's calls in, how many got how far, and of whom, out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from monitor.intake.rounds import CallTale

STAGES = ("dialled", "reached", "accepted")


@dataclass(frozen=True, slots=True, kw_only=True)
class FunnelRow:
    """One round, or the whole.

    waiting: whom it held, in round 1 all people with a number, later those dialled in the round
        before and not reached. dialled, reached, accepted: people, not calls.
    """

    round: int | None
    waiting: int
    dialled: int
    reached: int
    accepted: int

    def rate(self, stage: str) -> tuple[Decimal | None, str, int]:
        """Return a stage in percent, of which stage, and how many these are; None of nobody."""
        of = ("waiting", *STAGES)[STAGES.index(stage)]
        base = getattr(self, of)
        return percent(getattr(self, stage), base), of, base


@dataclass(frozen=True, slots=True, kw_only=True)
class Funnel:
    """A campaign's figures.

    records: rows of the list. dialable: those with a number that may be called. people: whom these
    are of; one call each. reasons: how many records cannot be called, by reason, the most first.
    rows: the rounds. total: all of them.
    """

    records: int
    dialable: int
    people: int
    reasons: tuple[tuple[str, int], ...]
    rows: tuple[FunnelRow, ...]
    total: FunnelRow


def percent(count: int, of: int) -> Decimal | None:
    """Return a part of a whole in percent with two decimals, None of nothing."""
    if not of:
        return None
    return (Decimal(100 * count) / of).quantize(Decimal("0.01"), ROUND_HALF_UP)


def funnel_of(
    tales: Iterable[CallTale],
    *,
    rounds: int,
    records: int,
    dialable: int,
    reasons: Sequence[tuple[str, int]] = (),
) -> Funnel:
    """Return the funnel of people whose calls are told; tales: one for each with a number."""
    dialled = [0] * rounds
    reached = [0] * rounds
    accepted = [0] * rounds
    people = 0
    for tale in tales:
        people += 1
        for number in range(len(tale.windows)):
            dialled[number] += 1
        if tale.reached_in is not None:
            reached[tale.reached_in - 1] += 1
            accepted[tale.reached_in - 1] += tale.accepted
    waiting = [people, *(d - r for d, r in zip(dialled, reached, strict=True))][:rounds]
    rows = tuple(
        FunnelRow(round=number, waiting=w, dialled=d, reached=r, accepted=a)
        for number, (w, d, r, a) in enumerate(
            zip(waiting, dialled, reached, accepted, strict=True), 1
        )
    )
    total = FunnelRow(
        round=None,
        waiting=people,
        dialled=dialled[0],
        reached=sum(reached),
        accepted=sum(accepted),
    )
    return Funnel(
        records=records,
        dialable=dialable,
        people=people,
        reasons=tuple(reasons),
        rows=rows,
        total=total,
    )
