"""Updates: a later post goes in; what it says of a need told before comes out as statements.

Whose need it is, and whether the speaker may change it, is for the stage that knows the cases.
"""

from __future__ import annotations

from classifiers.updates.amounts import Told, told_amounts
from classifiers.updates.changes import Change, change_of, is_update
from classifiers.updates.people import people_named
from classifiers.updates.updates import may_update, read_updates, updates_of

__all__ = [
    "Change",
    "Told",
    "change_of",
    "is_update",
    "may_update",
    "people_named",
    "read_updates",
    "told_amounts",
    "updates_of",
]
