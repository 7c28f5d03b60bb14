"""How far the goods of a line are: its steps go in, amounts a stage come out."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal

from monitor.types import SUPPLY_STATUSES, SupplyLine, SupplyStep

STAGES = SUPPLY_STATUSES[1:]
_NUMBER = re.compile(r"(?:\d{1,12}|\d{1,3}(?:,\d{3}){1,3})(?:\.\d{1,6})?", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """What has reached one stage, or a later one.

    words: amounts that are no number, such as 若干.
    whole: whether all was said to be there where nobody knows how much that is.
    missing: how much has not reached it; None where that is not known in numbers.
    full: whether nothing is missing.
    """

    status: str
    amount: Decimal
    words: tuple[str, ...]
    whole: bool
    missing: Decimal | None
    full: bool

    @property
    def is_empty(self) -> bool:
        """Whether nothing has reached it."""
        return not (self.amount or self.words or self.whole)


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a line is; asked: None where `asked_words` is no number, or empty."""

    asked: Decimal | None
    asked_words: str
    unit: str
    stages: tuple[Stage, ...]

    def at(self, status: str) -> Stage:
        """Return the stage of a status behind `requested`."""
        return self.stages[STAGES.index(status)]

    @property
    def furthest(self) -> Stage | None:
        """The last stage that anything has reached, None where all is only asked for."""
        return next((stage for stage in self.stages[::-1] if not stage.is_empty), None)

    @property
    def is_done(self) -> bool:
        """Whether all has been received."""
        return self.stages[-1].full


def number(words: str | None) -> Decimal | None:
    """Return the number that an amount is, None for other words such as 若干 or 40-60."""
    written = unicodedata.normalize("NFKC", words or "").strip()
    return Decimal(written.replace(",", "")) if _NUMBER.fullmatch(written) else None


def shown(amount: Decimal) -> str:
    """Return an amount as people write it: 40, 2.5."""
    text = f"{amount:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def progress(line: SupplyLine) -> Progress:
    """Return how far a line is.

    Steps are increments of their stage in the order they were noted; what has reached a stage has
    passed the earlier ones.
    """
    amounts = [Decimal(0)] * len(STAGES)
    words: list[list[str]] = [[] for _ in STAGES]
    whole = [0] * len(STAGES)
    asked_then: str | None = None
    for step in line.standing:
        if step.status == SUPPLY_STATUSES[0]:
            asked_then = step.quantity or asked_then
            continue
        at = STAGES.index(step.status)
        much = number(step.quantity)
        if step.quantity is None and (all_then := number(asked_then)) is not None:
            much = max(all_then - amounts[at], Decimal(0))
        for earlier in range(at + 1):
            if step.quantity is None and much is None:
                whole[earlier] = step.id
            elif much is None and step.quantity not in words[earlier]:
                words[earlier].append(step.quantity or "")
        amounts[at] += much or 0
        for earlier in range(at):
            amounts[earlier] = max(amounts[earlier], amounts[at])
    asked = number(line.quantity)
    since = _asked_in(line).id
    return Progress(
        asked=asked,
        asked_words=line.quantity or "",
        unit=line.unit or "",
        stages=tuple(
            _stage(*reached, asked=asked, since=since)
            for reached in zip(STAGES, amounts, words, whole, strict=True)
        ),
    )


def _asked_in(line: SupplyLine) -> SupplyStep:
    """Return the step that says how much is asked for by now."""
    said = [step for step in line.requests if step.quantity]
    return said[-1] if said else line.steps[0]


def _stage(
    status: str,
    amount: Decimal,
    words: list[str],
    whole: int,
    *,
    asked: Decimal | None,
    since: int,
) -> Stage:
    is_whole = whole > since
    return Stage(
        status=status,
        amount=amount,
        words=tuple(words),
        whole=is_whole,
        missing=max(asked - amount, Decimal(0)) if asked is not None else None,
        full=amount >= asked if asked is not None else is_whole,
    )
