"""How far the goods of a line are: its steps go in, amounts a stage come out."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise

from monitor.language import N_
from monitor.types import SUPPLY_STATUSES, UNDONE, SupplyLine, SupplyStep

STAGES = SUPPLY_STATUSES[1:]
WITHDRAWN = "withdrawn"
# How pages and the terminal call what a step says.
STATUS_WORDS = {
    "requested": N_("已提出"),
    "committed": N_("已落实"),
    "in transit": N_("已发出"),
    "received": N_("已收到"),
    WITHDRAWN: N_("不再需要"),
    UNDONE: N_("撤回上一步"),
}
_TELEPHONE = 10**9
_NUMBER = re.compile(r"(?:\d{1,12}|\d{1,3}(?:,\d{3}){1,3})(?:\.\d{1,6})?", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """What has reached one stage, or a later one.

    words: amounts that are not numbers, such as 若干.
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

    @property
    def in_words(self) -> str:
        """What has reached it in one word or few: 25, 25+若干, all, or - for nothing."""
        words = [shown(self.amount)] * bool(self.amount) + list(self.words)
        return "+".join(words) or ("all" if self.whole else "-")


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a line is.

    asked: None where `asked_words` is not a number, or empty; 0 where the line is withdrawn.
    asked_before: as `asked_words`, but of a withdrawn line what was asked for until then.
    """

    asked: Decimal | None
    asked_words: str
    asked_before: str
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
    def is_withdrawn(self) -> bool:
        """Whether nothing is asked for any longer."""
        return self.asked == 0

    @property
    def is_done(self) -> bool:
        """Whether all has been received."""
        return self.stages[-1].full and not self.is_withdrawn

    @property
    def is_open(self) -> bool:
        """Whether something is still to be received."""
        return not self.is_done and not self.is_withdrawn

    @property
    def underway(self) -> tuple[Stage, ...]:
        """What is committed or in transit by now and went no further, stages without such left out.

        Of each stage only what has not reached the next one.
        """
        remainders = (
            replace(
                stage,
                amount=max(stage.amount - further.amount, Decimal(0)),
                words=tuple(words for words in stage.words if words not in further.words),
                whole=stage.whole and not further.whole,
            )
            for stage, further in pairwise(self.stages)
        )
        return tuple(stage for stage in remainders if not stage.is_empty)


def number(words: str | None) -> Decimal | None:
    """Return the number that an amount is, None for other words such as 若干 or 40-60.

    One of ten digits is a telephone number typed in the wrong place: words, and masked like them.
    """
    text = unicodedata.normalize("NFKC", words or "").strip()
    amount = Decimal(text.replace(",", "")) if _NUMBER.fullmatch(text) else None
    return amount if amount is None or amount < _TELEPHONE else None


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
    quantity_then: str | None = None
    for step in line.standing:
        if step.status == SUPPLY_STATUSES[0]:
            quantity_then = step.quantity if _asks_for_some(step) else quantity_then
            continue
        at = STAGES.index(step.status)
        much = number(step.quantity)
        if step.quantity is None and (amount_then := number(quantity_then)) is not None:
            much = max(amount_then - amounts[at], Decimal(0))
        for earlier in range(at + 1):
            if step.quantity is None and much is None:
                whole[earlier] = step.id
            elif much is None and step.quantity not in words[earlier]:
                words[earlier].append(step.quantity or "")
        amounts[at] += much or 0
        for earlier in range(at):
            amounts[earlier] = max(amounts[earlier], amounts[at])
    last_request = _last_request(line)
    before = last_request.quantity or ""
    asked_words = before if withdrawal(line) is None else "0"
    asked = number(asked_words)
    since = last_request.id
    return Progress(
        asked=asked,
        asked_words=asked_words,
        asked_before=before,
        unit=line.unit or "",
        stages=tuple(
            _stage(*values, asked=asked, since=since)
            for values in zip(STAGES, amounts, words, whole, strict=True)
        ),
    )


def withdrawal(line: SupplyLine) -> SupplyStep | None:
    """Return the step that says that a line is no longer wanted, None while it is."""
    last = line.requests[-1]
    return last if is_withdrawal(last) else None


def is_withdrawal(step: SupplyStep) -> bool:
    """Tell whether a step says that its line is no longer wanted."""
    return step.status == SUPPLY_STATUSES[0] and number(step.quantity) == 0


def _asks_for_some(step: SupplyStep) -> bool:
    return bool(step.quantity) and number(step.quantity) != 0


def _last_request(line: SupplyLine) -> SupplyStep:
    """Return the step that said last how much is asked for, a withdrawal left out."""
    requests = [step for step in line.requests if _asks_for_some(step)]
    return requests[-1] if requests else line.steps[0]


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
