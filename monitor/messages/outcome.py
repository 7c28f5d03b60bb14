"""How a try ended: a value that senders return and the delivery goes by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a try ended.

    state: "sent", "refused" (surely not taken) or "unsure". receipt: the service's own words, or
        ours where it has none. wait: at least so long until the next try.
    """

    state: str
    receipt: str
    wait: timedelta = timedelta(0)
