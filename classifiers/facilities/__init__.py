"""Facilities: a post goes in; the hospitals, teams and wards that it names come out as spans.

Whether two names mean one facility is told here too. Never names a kind of hospital as one.
"""

from __future__ import annotations

from classifiers.facilities.facilities import read_facilities

__all__ = ["read_facilities", "same_name"]
