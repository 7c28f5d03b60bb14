"""The request: a post goes in; whether it asks for supplies, how surely, and by which words, out.

A cheap gate and a quick sieve stand before the heavy features. Never judges by a source or author.
"""

from __future__ import annotations

# These join the pipeline where they are imported.
from classifiers.request import evidence, features, request

__all__ = ["evidence", "features", "gate", "hashing", "model", "quick", "request", "roles"]
