"""The closed list of ways a callback can end, and what each says of the posts; bundled tables."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import data
from monitor.types import DIALLED, KnownContact

WAYS = ("call", "write")
MARKS = ("wrong", "dead", "barred")
QUIET = ("lead", "never")


@dataclass(frozen=True, slots=True)
class Disposition:
    """How a callback ended, and what that means; the bundled table says what each word stands for.

    next: "end", "agreed", "retry", "soon", "message", "contact", "lead" or "never".
    number: "reached", "unanswered", "wrong", "dead", "barred" or "-".
    asks: what has to be noted with it: "goods", "time", "contact", "reason", "back" or "-".
    seen_by: "agent", "lead" or "supply".
    fits: the ways after which it can be noted, of WAYS with a space between; "list" for any, where
        somebody on a list is called. likely: those after which it is offered first; "-" for none.
    then, then_en: what happens next, in words for the agent.
    """

    code: str
    next: str
    number: str
    asks: str
    seen_by: str
    fits: str
    likely: str
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
    def keeps_goods(self) -> bool:
        """Whether goods confirmed go on after it, so that the ward is called back about them."""
        return self.asks in ("goods", "back")

    @property
    def is_quiet(self) -> bool:
        """Whether a person grieves or is in distress: the lead is needed more than a call."""
        return self.next in QUIET

    def fits_contact(self, contact: KnownContact | None) -> bool:
        """Tell whether trying a contact can end so: what is written to is never busy.

        contact: the one tried; None for one that was not noted, which anything fits.
        """
        way = "call" if contact and contact.kind in DIALLED else "write"
        return contact is None or way in self.fits or "list" in self.fits

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


@cache
def accepting() -> frozenset[str]:
    """Return the dispositions with which somebody took what a campaign offers."""
    return frozenset(row[0] for row in data.read_table("scripts/accepted.tsv"))
