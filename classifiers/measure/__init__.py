"""Measuring and fitting: labelled posts go in; scores and a fitted model come out.

Nothing here is needed to read a post, and nothing that reads posts imports it.
"""

__all__ = ["corpus", "score", "shares", "train"]
