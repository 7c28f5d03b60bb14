"""The SQLite store: the only room that knows SQL; one module a table family.

Rows go in and come out as frozen values with aware times. Never edits what people or sources said:
a correction is a new row.
"""

from monitor.store.store import Store

__all__ = [
    "Store",
    "answers",
    "audit",
    "campaigns",
    "copying",
    "desk",
    "exports",
    "faults",
    "figures",
    "history",
    "leases",
    "looking",
    "outbox",
    "reports",
    "requests",
    "runs",
    "search",
    "snapshot",
    "supplies",
    "targets",
    "times",
    "tombstones",
    "views",
]
