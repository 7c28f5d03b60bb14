"""The SQLite store: the only room that knows SQL; one module per table family."""

from monitor.store.store import Store

__all__ = ["Store"]
