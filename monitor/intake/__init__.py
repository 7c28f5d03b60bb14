"""The other doors: what people tell by phone, note or list goes in; posts of its kind come out.

Each is kept with its words as said under one of DOORS, in a run of stage "intake" that tells who
took it in, for what and until when; flag and merge read it as they read all posts. Never edits what
was said: what a person checked stands in a line of its own behind it (checked_line).
"""

from classifiers.doors import DOORS, LISTS, CheckedGoods, checked_goods, checked_line
from monitor.intake import campaigns, contact_list, funnel, people, rounds, warning_events
from monitor.intake.register import Brought, Telling, bring_in, forget, take_back

__all__ = [
    "DOORS",
    "LISTS",
    "Brought",
    "CheckedGoods",
    "Telling",
    "bring_in",
    "campaigns",
    "checked_goods",
    "checked_line",
    "columns",
    "contact_list",
    "forget",
    "funnel",
    "people",
    "pictures",
    "rounds",
    "sheet",
    "sheet_rows",
    "spoken",
    "spoken_entry",
    "take_back",
    "warning_events",
]
