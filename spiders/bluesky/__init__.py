"""Bluesky and other services of the AT Protocol: the spider, and the session it opens."""

__all__ = ["bluesky"]
