"""The closed list of ways a callback can end, and what each says of the posts; bundled tables."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import data

MARKS = ("wrong", "dead", "barred")
QUIET = ("lead", "never")


@dataclass(frozen=True, slots=True)
class Disposition:
    """How a callback ended, and what that means; the bundled table says what each word stands for.

    next: "end", "agreed", "retry", "soon", "message", "contact", "lead" or "never".
    number: "reached", "unanswered", "wrong", "dead", "barred" or "-".
    asks: what has to be noted with it: "goods", "time", "contact", "reason" or "-".
    seen_by: "agent", "lead" or "supply".
    then, then_en: what happens next, in words for the agent.
    """

    code: str
    next: str
    number: str
    asks: str
    seen_by: str
    zh: str
    en: str
    then: str
    then_en: str

    @property
    def ends_case(self) -> bool:
        """Whether nobody is to call again for this case."""
        return self.next == "end"

    @property
    def confirms_goods(self) -> bool:
        """Whether the goods ticked with it become supply lines."""
        return self.asks == "goods"

    @property
    def is_quiet(self) -> bool:
        """Whether a person grieves or is in distress: the lead is needed more than a call."""
        return self.next in QUIET

    @property
    def mark(self) -> str | None:
        """What the number tried is marked with for all cases: "wrong", "dead", "barred" or None."""
        return self.number if self.number in MARKS else None


@cache
def dispositions() -> dict[str, Disposition]:
    """Return the dispositions by code, in the order agents see them."""
    return {row[0]: Disposition(*row) for row in data.read_table("scripts/dispositions.tsv")}


@cache
def labels() -> dict[str, str]:
    """Return the label that each disposition gives a case's posts; those left out say nothing."""
    return dict(data.read_table("scripts/labels.tsv"))
