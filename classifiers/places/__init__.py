"""Places: a post goes in; provinces, cities and counties that it names come out as spans.

Never takes a facility's own name or an everyday word for a place.
"""

from __future__ import annotations

from classifiers.places.places import read_places

__all__ = ["gazetteer", "read_places"]
