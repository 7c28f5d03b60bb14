"""Upkeep: the store goes in; what is kept no longer goes from it, what a case rests on stays."""

__all__ = [
    "backup",
    "doctor",
    "forget",
    "housekeeping",
    "readiness",
    "restore",
    "retention",
    "sealing",
    "vitals",
]
