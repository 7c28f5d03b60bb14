"""What a spider yields when a whole answer or file fails it, in the outcome words of a run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Outcome = Literal["unreachable", "changed", "blocked", "login needed", "cut short"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Why a source's answer or file could not be read; the rest of the run goes on.

    outcome: "unreachable" (no answer, no file), "changed" (not the expected shape),
        "blocked" (refused to us), "login needed" or "cut short" (only part was read).
    message: the address, field or file, and what is wrong, for people.
    """

    outcome: Outcome
    message: str
