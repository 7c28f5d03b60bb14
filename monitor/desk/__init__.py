"""The live desk: the agents' pages served from the store, and outcomes taken in at once.

Never writes what the terminal could not write by the same rules, and never speaks to a stranger.
"""

__all__ = ["current", "doors", "server", "session"]
