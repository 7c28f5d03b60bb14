"""Stage 6, callback: an outcome as an agent noted it goes in; it is appended to its case once.

So does what an agent decided: whether two cases are one need, whom nobody is to call.

Never edits or drops what was noted: what is wrong is refused by name.
"""

from __future__ import annotations

from monitor.callback.decisions import decide
from monitor.callback.demands import UnknownCaseError
from monitor.callback.record import (
    Imported,
    check_agent,
    check_colleague,
    check_store,
    confirmed,
    dated_ahead,
    import_outcomes,
    noted_now,
    record,
)

__all__ = [
    "Imported",
    "UnknownCaseError",
    "check_agent",
    "check_colleague",
    "check_store",
    "confirmed",
    "dated_ahead",
    "decide",
    "demands",
    "import_outcomes",
    "noted_now",
    "outcomes_file",
    "record",
]
