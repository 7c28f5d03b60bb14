"""The closed list of ways a callback can end, read from the bundled table."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import data


@dataclass(frozen=True, slots=True)
class Disposition:
    """How a callback ended, and what that means for the case.

    ends_case: nobody is to call again for this case.
    confirms_goods: the goods ticked with it become supply lines.
    then: what happens next, in words for the agent.
    """

    code: str
    ends_case: bool
    confirms_goods: bool
    zh: str
    en: str
    then: str


@cache
def dispositions() -> dict[str, Disposition]:
    """Return the dispositions by code, in the order agents see them."""
    return {
        code: Disposition(code, ends == "1", confirms == "1", zh, en, then)
        for code, ends, confirms, zh, en, then in data.read_table("scripts/dispositions.tsv")
    }
